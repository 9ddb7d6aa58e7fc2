"""Search for plans: what it finds fits, computes the same, and takes no more cycles than it must."""

from __future__ import annotations

from contextlib import suppress
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from hilbench.deploy.memory import Bank
from hilbench.deploy.memory.search import choose, curve, fastest_plan
from hilbench.deploy.schedule import Schedule
from hilbench.errors import DoesNotFit
from tests.deploy.memory.arena import run_in_arena
from tests.deploy.memory.chains import chains, cycles, pieces_of, wide_middle
from tests.deploy.memory.test_streaming import drawn_image, expected

_PHASES = (Phase.explicit, Phase.reuse, Phase.generate)
"""No shrinking: each step of it is a search."""


@given(chains(longest=8))
@settings(deadline=None, max_examples=20, phases=_PHASES)
def test_every_plan_of_a_curve_computes_the_same(schedule: Schedule) -> None:
    image = drawn_image(schedule)
    plans = curve(pieces_of(schedule))
    for one, other in pairwise(plans):
        assert other.memory.peak < one.memory.peak
        assert other.cycles > one.cycles
    for each in plans:
        (output,) = run_in_arena(each.schedule, each.memory, [image])
        np.testing.assert_array_equal(output, expected(schedule, image))


@given(chains(), st.floats(0.3, 1.2))
@settings(deadline=None, max_examples=20, phases=_PHASES)
def test_the_fastest_plan_fits(schedule: Schedule, share: float) -> None:
    pieces = pieces_of(schedule)
    ram = int(curve(pieces)[0].memory.peak * share)
    with suppress(DoesNotFit):
        assert fastest_plan(pieces, [Bank("sram", ram)]).memory.peak <= ram


@given(chains(longest=5))
@settings(deadline=None, max_examples=5, phases=_PHASES)
def test_without_a_limit_every_step_has_its_fastest_kernel(schedule: Schedule) -> None:
    chosen = choose(pieces_of(schedule), None)
    assert chosen is not None
    for piece, step in zip(chosen, schedule.steps, strict=True):
        fastest = min(
            cycles(step.layer.with_kernel(name)) for name in step.layer.variants if name != "scalar"
        )
        assert piece.cycles <= fastest
        assert not piece.rows


@given(chains(longest=3))
@settings(deadline=None, max_examples=5, phases=_PHASES)
def test_eight_bytes_are_too_few(schedule: Schedule) -> None:
    with pytest.raises(DoesNotFit, match="exceeds sram by") as refused:
        fastest_plan(pieces_of(schedule), [Bank("sram", 8)])
    assert f"by {refused.value.excess} bytes" in str(refused.value)


@pytest.mark.parametrize("upsampled", [False, True])
def test_a_wide_tensor_between_two_layers_is_never_whole(*, upsampled: bool) -> None:
    schedule = wide_middle(upsampled=upsampled)
    wide = max(spec.bytes for spec in schedule.tensors.values())
    assert curve(pieces_of(schedule))[-1].memory.peak < wide // 2
