"""Choosing a variant for a case: the fewest predicted cycles among those that a budget admits."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from hilbench.cases import OperatorCase
from hilbench.errors import HilbenchError
from hilbench.prediction import Prediction, Predictor


@dataclass(frozen=True)
class Budget:
    """Bytes that a case may take; None for as much as the board has.

    Attributes:
        ram: for inputs, output and scratch.
        flash: for code and constants.
    """

    ram: int | None = None
    flash: int | None = None

    def excess(self, prediction: Prediction) -> str:
        """By what a case is beyond the budget, in words; empty when it is within."""
        needs = (("RAM", prediction.ram_bytes, self.ram), ("flash", prediction.flash_bytes, self.flash))
        over = ((what, needed) for what, needed, most in needs if most is not None and needed > most)
        return " and ".join(f"{needed} bytes of {what}" for what, needed in over)


@dataclass(frozen=True)
class Candidate:
    """One way to compute a shape.

    Attributes:
        prediction: what it would take; None when it does not build or run.
        obstacle: why it cannot be chosen; empty when it can.
    """

    case: OperatorCase
    prediction: Prediction | None
    obstacle: str = ""


@dataclass(frozen=True)
class Choice:
    """All candidates for one shape, and the best of them."""

    candidates: tuple[Candidate, ...]

    @property
    def shape(self) -> OperatorCase:
        """The shape, as its reference variant."""
        return self.candidates[0].case.shape

    @property
    def best(self) -> Candidate | None:
        """The one with the fewest predicted cycles; None when none is possible within the budget."""
        possible = (each for each in self.candidates if each.prediction is not None and not each.obstacle)
        return min(possible, key=_cycles, default=None)

    @property
    def obstacle(self) -> str:
        """What the smallest needs beyond the budget; empty where no candidate runs, whatever the budget."""
        smallest = min(self.candidates, key=_ram)
        return f"{smallest.case.variant} needs {smallest.obstacle}" if smallest.prediction else ""


def choose(cases: Iterable[OperatorCase], predictor: Predictor, budget: Budget) -> tuple[Choice, ...]:
    """A choice for each shape among `cases`, whatever variant they name.

    Raises:
        BuildError: the firmware itself does not build.
        BoardMissing: the virtual board does not start.
    """
    fields = [candidates(case) for case in dict.fromkeys(case.shape for case in cases)]
    predictions = predictor.predict(each for field in fields for each in field)
    return tuple(
        Choice(tuple(_candidate(each, predictions[each], budget) for each in field)) for field in fields
    )


def candidates(case: OperatorCase) -> Sequence[OperatorCase]:
    """Every variant that can compute the shape of `case`."""
    names = (name for name in case.operator.variants if case.operator.supports(case, name))
    return [replace(case, variant=name) for name in names]


def _candidate(case: OperatorCase, outcome: Prediction | HilbenchError, budget: Budget) -> Candidate:
    if isinstance(outcome, HilbenchError):
        return Candidate(case, None, str(outcome))
    return Candidate(case, outcome, budget.excess(outcome))


def _cycles(candidate: Candidate) -> float:
    return candidate.prediction.cycles if candidate.prediction else math.inf


def _ram(candidate: Candidate) -> float:
    return candidate.prediction.ram_bytes if candidate.prediction else math.inf
