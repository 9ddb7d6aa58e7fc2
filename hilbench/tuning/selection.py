"""Choosing a variant for a case: the fewest predicted cycles among those that a budget admits."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from hilbench.errors import HilbenchError
from hilbench.image import PackedWorkload
from hilbench.operators import Layer
from hilbench.prediction import LayerPredictor, Prediction
from hilbench.results import reason

BestOf = Callable[[Layer], Layer | None]
"""Says which implementation of a problem tuning found to be the best; None where nobody tuned it."""


def untuned(_: Layer) -> Layer | None:
    """No implementation: nobody tuned anything."""
    return None


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
        """Needs of a case beyond the budget, in words; empty when it is within."""
        return self._excess(prediction.ram_bytes, prediction.flash_bytes)

    def excess_of(self, packed: PackedWorkload) -> str:
        """Needs beyond the budget, as `excess`, of a case in an image."""
        return self._excess(packed.ram_bytes, packed.code_bytes + packed.constant_bytes)

    def excess_of_ram(self, ram: int) -> str:
        """Needs beyond the budget, as `excess`, of a case of which only its RAM is known."""
        return self._excess(ram, 0)

    def _excess(self, ram: int, flash: int) -> str:
        needs = (("RAM", ram, self.ram), ("flash", flash, self.flash))
        over = ((what, needed) for what, needed, most in needs if most is not None and needed > most)
        return " and ".join(f"{needed} bytes of {what}" for what, needed in over)


@dataclass(frozen=True)
class Candidate:
    """One way to compute a problem.

    Attributes:
        prediction: what it would take; None when it does not build or run.
        obstacle: why it cannot be chosen; empty when it can.
    """

    case: Layer
    prediction: Prediction | None
    obstacle: str = ""


@dataclass(frozen=True)
class Choice:
    """All candidates for one problem, and the best of them."""

    candidates: tuple[Candidate, ...]
    tuned: Layer | None = None
    """The one that tuning found to be the best; it is among the candidates."""

    @property
    def problem(self) -> Layer:
        """The problem, as its reference variant."""
        return self.candidates[0].case.problem

    @property
    def best(self) -> Candidate | None:
        """The tuned one, else the one with the fewest predicted cycles; None when the budget admits none."""
        tuned = (each for each in self._possible if each.case == self.tuned)
        return next(tuned, next(iter(self._possible), None))

    @property
    def runner_up(self) -> Candidate | None:
        """The one with the fewest predicted cycles after the best; None where there is no other."""
        return next((each for each in self._possible if each is not self.best), None)

    @property
    def _possible(self) -> list[Candidate]:
        """Candidates that can be chosen, by predicted cycles."""
        possible = [each for each in self.candidates if each.prediction is not None and not each.obstacle]
        return sorted(possible, key=_cycles)

    @property
    def runs(self) -> bool:
        """Whether any candidate does, whatever the budget."""
        return any(each.prediction is not None for each in self.candidates)

    @property
    def obstacle(self) -> str:
        """Needs of the smallest candidate beyond the budget; empty where none runs, whatever the budget."""
        smallest = min(self.candidates, key=_ram)
        return f"{smallest.case.variant} needs {smallest.obstacle}" if smallest.prediction else ""


def choose(
    cases: Iterable[Layer],
    predictor: LayerPredictor,
    budget: Budget,
    tuned: BestOf = untuned,
) -> tuple[Choice, ...]:
    """A choice for each problem among `cases`, whatever variant they name.

    Args:
        cases: what is to be computed.
        predictor: says what each candidate takes.
        budget: what one may take.
        tuned: the best implementation of a problem, where somebody tuned it.

    Raises:
        BuildError: the firmware itself does not build.
        BoardMissing: the virtual board does not start.
    """
    best = {problem: tuned(problem) for problem in dict.fromkeys(case.problem for case in cases)}
    fields = {problem: candidates(problem, tuned) for problem in best}
    predictions = predictor.predict(case for field in fields.values() for case in field)
    return tuple(
        Choice(tuple(_candidate(case, predictions[case], budget) for case in field), best[problem])
        for problem, field in fields.items()
    )


def candidates(case: Layer, tuned: BestOf = untuned) -> Sequence[Layer]:
    """Every variant that can compute the problem of `case`, and what tuning found for it."""
    variants = [case.with_kernel(name, case.tuning) for name in case.variants]
    found = tuned(case.problem)
    return [*variants, found] if found is not None and found not in variants else variants


def _candidate(case: Layer, outcome: Prediction | HilbenchError, budget: Budget) -> Candidate:
    if isinstance(outcome, HilbenchError):
        return Candidate(case, None, reason(str(outcome), str(case)))
    return Candidate(case, outcome, budget.excess(outcome))


def _cycles(candidate: Candidate) -> float:
    return candidate.prediction.cycles if candidate.prediction else math.inf


def _ram(candidate: Candidate) -> float:
    return candidate.prediction.ram_bytes if candidate.prediction else math.inf
