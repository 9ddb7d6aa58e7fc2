"""Cases of a cost model chosen one after the other: those of which it is least sure.

Each kernel begins with a few cases spread over its sizes. Fits to parts of them, drawn with replacement,
disagree most about what the cases say least about; these run next (query by committee). A kernel is done once
its interval, by cases that fits did not see, is within the target.

Source: Seung, Opper and Sompolinsky, "Query by Committee" (COLT 1992).
"""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from hilbench.operators import Layer
from hilbench.prediction.cost_model.fit import (
    FittedCase,
    conformal_error,
    cross_validated,
    term_coefficients,
)
from hilbench.prediction.cost_model.model import key
from hilbench.prediction.cost_model.terms import terms

_FIRST = 8
"""Cases of a kernel before any are chosen."""
_STEP = 3
"""Cases of a kernel that are added in a round."""
_COMMITTEE = 8
"""Fits that are asked how much they disagree."""

Measure = Callable[[Sequence[Layer]], Iterable[FittedCase]]
"""Runs layers; what does not build or fit is left out."""


@dataclass(frozen=True)
class Step:
    """State of a choice after a round.

    Attributes:
        cases: that ran so far.
        errors: half-width of the interval of each kernel, relative.
    """

    cases: int
    errors: Mapping[str, float]

    @property
    def worst(self) -> float:
        """The widest interval."""
        return max(self.errors.values(), default=0.0)


@dataclass(frozen=True)
class Chosen:
    """Cases that ran, and the error after each round."""

    cases: Sequence[FittedCase]
    steps: Sequence[Step]


def choose_cases(
    pool: Sequence[Layer], measure: Measure, target: float, told: Callable[[str], None] = lambda _: None
) -> Chosen:
    """Run layers of a pool until all kernels' intervals are within a target, or none is left.

    Args:
        pool: layers by their kernels.
        measure: runs some of them.
        target: relative error that nine of ten other cases are to keep.
        told: receives a line after each round.
    """
    left: defaultdict[str, list[Layer]] = defaultdict(list)
    for layer in sorted(pool, key=lambda each: each.macs or each.case.activation_bytes):
        left[key(layer)].append(layer)
    found: defaultdict[str, list[FittedCase]] = defaultdict(list)
    steps: list[Step] = []
    wanted = {name: _spread(layers, _FIRST) for name, layers in left.items()}
    while any(wanted.values()):
        asked = [layer for layers in wanted.values() for layer in layers]
        for name, layers in wanted.items():
            left[name] = [layer for layer in left[name] if layer not in layers]
        for case in measure(asked):
            found[key(case.layer)].append(case)
        errors = {name: _error(cases) for name, cases in found.items()}
        steps.append(Step(sum(map(len, found.values())), errors))
        told(f"{steps[-1].cases} layers, interval {steps[-1].worst:.1%} at most")
        wanted = {
            name: least_sure(cases, left[name], _STEP)
            for name, cases in found.items()
            if errors[name] > target
        }
    return Chosen([case for cases in found.values() for case in cases], steps)


def least_sure(cases: Sequence[FittedCase], pool: Sequence[Layer], count: int) -> list[Layer]:
    """Layers about which fits to parts of the cases disagree most.

    Args:
        cases: of one kernel.
        pool: layers of the same kernel.
        count: of layers.
    """
    chance = random.Random(0)  # noqa: S311  # the same choice each time
    committee = [term_coefficients(chance.choices(cases, k=len(cases))) for _ in range(_COMMITTEE)]

    def disagreement(layer: Layer) -> float:
        counts = terms(layer)
        answers = [sum(counts.get(name, 0.0) * each for name, each in cost.items()) for cost in committee]
        return float(np.std(np.log(np.maximum(answers, 1.0))))

    return sorted(pool, key=disagreement, reverse=True)[:count]


def _spread(layers: Sequence[Layer], count: int) -> list[Layer]:
    """Layers at even distances in their order."""
    if len(layers) <= count:
        return list(layers)
    return [layers[round(index * (len(layers) - 1) / (count - 1))] for index in range(count)]


def _error(cases: Sequence[FittedCase]) -> float:
    return conformal_error(each.error for each in cross_validated(cases))
