"""Cases chosen one after the other: the target is reached with fewer of them, the unsure ones come first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pytest

from hilbench.operators import Layer, load_operators
from hilbench.prediction.cost_model.adaptive import choose_cases, least_sure
from hilbench.prediction.cost_model.fit import FittedCase
from hilbench.prediction.cost_model.terms import terms

pytest.importorskip("scipy")
REGISTRY = load_operators()


def layers() -> list[Layer]:
    sizes = [(side, width, out) for side in (5, 8, 11, 14, 20) for width in (4, 7, 16) for out in (4, 9, 16)]
    return [
        REGISTRY.layer(operator="conv2d", input=f"{h}x{h}x{w}", out_c=out, kernel=3, variant="dsp")
        for h, w, out in sizes
    ]


def run(asked: Sequence[Layer]) -> Iterator[FittedCase]:
    """Layers that cost 300 cycles a call, 1.5 a product and 20 a row."""
    for layer in asked:
        counts = terms(layer)
        yield FittedCase(layer, 300 + 1.5 * counts["products"] + 20 * counts["rows"], 1000, 100)


def test_few_cases_reach_the_target() -> None:
    found = choose_cases(layers(), run, 0.05)
    assert found.steps[-1].worst <= 0.05
    assert len(found.cases) < len(layers()) / 2


def test_a_target_out_of_reach_takes_every_case() -> None:
    found = choose_cases(layers(), run, -1.0)
    assert len({case.layer for case in found.cases}) == len(found.cases) == len(layers())
    counts = [step.cases for step in found.steps]
    assert counts == sorted(counts)


def test_what_the_cases_say_least_about_comes_first() -> None:
    known = [case for case in run(layers()) if case.layer.case.in_h <= 8]
    noisy = [FittedCase(c.layer, c.cycles * (1 + 0.1 * (i % 3)), 0, 0) for i, c in enumerate(known)]
    pool = [layer for layer in layers() if layer.case.in_h > 8]
    first, *_ = least_sure(noisy, [*pool, known[0].layer], 3)
    assert first.case.in_h > 8
