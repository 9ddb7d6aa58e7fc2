"""Tasks on a board: rows of fixed implementations, and the row of the fastest of those that compete."""

from __future__ import annotations

import math
import statistics
from collections.abc import Iterator
from dataclasses import replace

from hilbench.errors import BuildError
from hilbench.image import PackedWorkload
from hilbench.operators import REFERENCE, Layer
from hilbench.power import PowerTrace
from hilbench.prediction import Prediction, Predictor
from hilbench.results import ExampleTrace, Measurement, Status
from hilbench.runner.events import LeftOut, Listener, ignore
from hilbench.runner.expected_outputs import ExpectedOutputs
from hilbench.runner.images import Batch
from hilbench.runner.measure import single_run
from hilbench.runner.rows import not_built
from hilbench.runner.runner import Runner
from hilbench.runner.task import Task
from hilbench.tuning.selection import Budget

_CLEARLY = 1.02
"""Ratio of single-run cycles to the fastest's above which a case is out of the race."""


class MeasuredSelection:
    """MeasuredSelection of one task on one board: iterate for its rows, the winner's first.

    The implementation that promises most is measured first. Of each other one a single run is enough, or
    what is remembered of an earlier one, unless it comes close to the fastest: then it is measured, too.
    What fails is a row as well, so that no variant is wrong in silence.

    Args:
        task: what is to be done.
        batch: where its cases are.
        runner: the board.
        references: outputs as they must be.
        budget: what a contender may take.
        memory: knows what single runs took on such a board; None where nobody remembers.
        listener: receives the event of a problem that no budget admits.
    """

    def __init__(
        self,
        task: Task,
        batch: Batch,
        runner: Runner,
        references: ExpectedOutputs,
        budget: Budget,
        memory: Predictor | None = None,
        listener: Listener = ignore,
    ) -> None:
        self._task = task
        self._batch = batch
        self._runner = runner
        self._references = references
        self._budget = budget
        self._memory = memory
        self._listener = listener
        self._rows: dict[Layer, Measurement] = {}
        self._traces: dict[str, PowerTrace] = {}

    def __iter__(self) -> Iterator[Measurement]:
        told: set[str] = set()
        for row in self._contest() if self._task.contenders else ():
            told.add(row.workload.digest)
            yield row
        for case in self._task.fixed:
            if case.digest not in told:
                yield _noted(self._row(case), self._task.notes.get(case, ""))

    def example(self, row: Measurement) -> ExampleTrace | None:
        """Trace of a row that the meter saw; None where it saw nothing."""
        trace = self._traces.get(row.workload.digest)
        if trace is None or row.energy is None:
            return None
        start, stop = trace.edges
        return ExampleTrace(str(row.workload), trace, start, stop, row.energy.iterations)

    def _contest(self) -> Iterator[Measurement]:
        field = self._field()
        if not field:
            yield from self._without_contenders()
            return
        best: Measurement | None = None
        failures: list[Measurement] = []
        for case in sorted(field, key=self._expectation):
            if best is not None and self._is_slower(case, _cycles(best)):
                continue
            row = self._row(case)
            if row.status is not Status.OK:
                failures.append(row)
            elif best is None or _cycles(row) < _cycles(best):
                best = row
        if best is not None:
            tuned = self._task.tuned is not None and best.workload.digest == self._task.tuned.digest
            yield _noted(best, "tuned" if tuned else f"fastest of {len(field)}")
        yield from failures

    def _field(self) -> list[Layer]:
        """Contenders that were built and that the budget admits; of these the tuned one alone, if any."""
        built = {case: packed for case in self._task.contenders if (packed := self._packed(case))}
        field = [case for case, packed in built.items() if not self._budget.excess_of(packed)]
        tuned = self._task.tuned
        return [tuned] if tuned in field else field

    def _without_contenders(self) -> Iterator[Measurement]:
        built = [packed for case in self._task.contenders if (packed := self._packed(case))]
        if not built:
            yield self._row(self._task.contenders[0].problem)
            return
        smallest = min(built, key=lambda packed: packed.ram_bytes)
        excess = self._budget.excess_of(smallest)
        self._listener(
            LeftOut(str(smallest.workload.problem), f"{smallest.workload.record().variant} needs {excess}")
        )

    def _expectation(self, case: Layer) -> tuple[float, bool]:
        """Sorts what promises most to the front: what is remembered, by its cycles, and plain C last."""
        seen = self._recall(case)
        return (seen.cycles if seen else math.inf, case.variant == REFERENCE)

    def _is_slower(self, case: Layer, fastest: float) -> bool:
        """Whether one run shows that `case` does not win; false for what does not run right."""
        seen = self._glance(case)
        if seen is None or seen.crc32 != self._references.expected(case).crc32:
            return False
        return seen.cycles > _CLEARLY * fastest

    def _glance(self, case: Layer) -> Prediction | None:
        if (seen := self._recall(case)) is not None:
            return seen
        seen = self._runner.glance(*self._batch.built[case])
        if seen is not None and self._memory:
            self._memory.keep(case, seen)
        return seen

    def _recall(self, case: Layer) -> Prediction | None:
        return self._memory.recall(case) if self._memory else None

    def _packed(self, case: Layer) -> PackedWorkload | None:
        place = self._batch.built.get(case)
        return place[1] if place else None

    def _row(self, case: Layer) -> Measurement:
        if case not in self._rows:
            self._rows[case] = self._measure(case)
        return self._rows[case]

    def _measure(self, case: Layer) -> Measurement:
        if case in self._batch.built:
            measured = self._runner.measure(*self._batch.built[case])
            row = measured.row
            if measured.trace is not None:
                self._traces[case.digest] = measured.trace
            if row.status is Status.OK and self._memory:
                crc32 = self._references.expected(case).crc32
                self._memory.keep(case, single_run(self._batch.built[case][1], row, crc32))
            return row
        error: BuildError = self._batch.refusals[case]
        return not_built(self._runner.board, self._batch.configuration, case, error)


def _cycles(row: Measurement) -> float:
    return statistics.median(row.cycles)


def _noted(row: Measurement, note: str) -> Measurement:
    return replace(row, environment=replace(row.environment, choice=note)) if note else row
