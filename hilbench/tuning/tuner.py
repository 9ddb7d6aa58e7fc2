"""Tuning: one parameter of a variant after the other, whatever value takes the fewest cycles."""

from __future__ import annotations

import itertools
import re
import statistics
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from hilbench.boards import BoardSession
from hilbench.image import Image, PackedWorkload
from hilbench.operators import Layer, Tuning
from hilbench.prediction import Prediction, Predictor
from hilbench.provenance import Provenance
from hilbench.results import Measurement, Status
from hilbench.runner.board_pool import BoardPool, Work
from hilbench.runner.build_config import BuildConfig, BuildJob
from hilbench.runner.expected_outputs import ExpectedOutputs
from hilbench.runner.images import build
from hilbench.runner.run_settings import RunSettings
from hilbench.runner.runner import Runner
from hilbench.runner.task import single_tasks
from hilbench.tuning.database import Tuned
from hilbench.tuning.selection import candidates

Evaluate = Callable[[Sequence[Layer]], Mapping[Layer, float]]
"""Cycles of each case that ran and was right; others are missing."""
Watch = Callable[[str, int], None]
"""Function that takes the name of what is tried next, and the number of implementations."""

_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
"""Comment of a source; it names the case that the source is of."""
_WORTHWHILE = 0.995
"""A change that gains less may owe it to where the kernel happens to lie."""


@dataclass
class _Problem:
    """One problem while it is tuned."""

    plain: Layer
    plain_cycles: float
    best: Layer
    best_cycles: float
    seen: set[str] = field(default_factory=set)
    """Sources that ran already."""

    def offer(self, case: Layer, cycles: float) -> None:
        if cycles < self.best_cycles * _WORTHWHILE:
            self.best, self.best_cycles = case, cycles

    def tries(self, name: str) -> list[Layer]:
        """The best with other values of one parameter, without those that change nothing."""
        values = self.best.kernel.search_space(self.best.case).get(name, ())
        changes = self.best.tuning.changes
        tunings = (Tuning.of({**changes, name: value}) for value in values)
        cases = (self.best.with_kernel(self.best.variant, tuning) for tuning in tunings)
        return [case for case in cases if self.is_new(case)]

    def is_new(self, case: Layer) -> bool:
        """Whether this source did not run before; from now on it did."""
        sources = case.sources("kernel").values()
        source = "\n".join(part for each in sources for part in (*each.flags, _COMMENT.sub("", each.text)))
        new = source not in self.seen
        self.seen.add(source)
        return new


def tune(
    cases: Iterable[Layer],
    evaluate: Evaluate,
    provenance: Provenance,
    watch: Watch = lambda *_: None,
) -> Iterator[tuple[Tuned, ...]]:
    """Tune the fastest variant of every problem among `cases`; problems that nothing computes are missing.

    Yields:
        The best so far, after the variants and after each parameter: an interruption loses one round.

    Args:
        cases: in any variants.
        evaluate: takes the cycles.
        provenance: what `evaluate` makes of them.
        watch: is called after each round.
    """
    fields = [candidates(problem) for problem in dict.fromkeys(case.problem for case in cases)]
    watch("variants", sum(map(len, fields)))
    cycles = evaluate([case for field in fields for case in field])
    problems = [
        _begin(ran, cycles) for field in fields if (ran := [case for case in field if case in cycles])
    ]
    yield _so_far(problems, provenance)
    for name in _parameters(problems):
        tries = {case: each for each in problems for case in each.tries(name)}
        watch(name, len(tries))
        for case, taken in evaluate(list(tries)).items():
            tries[case].offer(case, taken)
        yield _so_far(problems, provenance)


def predicted(predictor: Predictor) -> Evaluate:
    """Cycles by the timing model."""

    def evaluate(cases: Sequence[Layer]) -> Mapping[Layer, float]:
        outcomes = predictor.predict(cases)
        return {case: each.cycles for case, each in outcomes.items() if isinstance(each, Prediction)}

    return evaluate


def on_boards(
    pool: BoardPool,
    configuration: BuildConfig,
    references: ExpectedOutputs,
    settings: RunSettings,
    done: Callable[[int, int], None] = lambda *_: None,
) -> Evaluate:
    """Cycles on boards: the median of verified warm runs.

    Args:
        pool: of boards.
        configuration: under which kernels are built.
        references: outputs that runs are held against.
        settings: of runs.
        done: called with how many of how many kernels have run, whenever one has.
    """

    def equip(board: BoardSession) -> Work[tuple[Image, PackedWorkload], Measurement]:
        runner = Runner(board, references, settings)
        return lambda place: (runner.measure(*place).row,)

    def evaluate(cases: Sequence[Layer]) -> Mapping[Layer, float]:
        batch = build(pool.first.chip, BuildJob(configuration, single_tasks(cases)))
        taken: dict[str, float] = {}
        ran = itertools.count(1)
        total = len(batch.built)
        done(0, total)

        def keep(row: Measurement) -> None:
            done(next(ran), total)
            if row.status is Status.OK:
                taken[row.workload.digest] = statistics.median(row.cycles)

        pool.share(batch.built.values(), equip, keep)
        return {case: taken[case.digest] for case in cases if case.digest in taken}

    return evaluate


def _so_far(problems: Iterable[_Problem], provenance: Provenance) -> tuple[Tuned, ...]:
    return tuple(
        Tuned(each.plain, each.plain_cycles, each.best, each.best_cycles, len(each.seen), provenance)
        for each in problems
    )


def _begin(ran: Sequence[Layer], cycles: Mapping[Layer, float]) -> _Problem:
    plain = min(ran, key=lambda case: cycles[case])
    begun = _Problem(plain, cycles[plain], plain, cycles[plain])
    begun.is_new(plain)
    return begun


def _parameters(problems: Iterable[_Problem]) -> list[str]:
    """Names of all parameters that any of the problems has, in order."""
    return list(
        dict.fromkeys(name for each in problems for name in each.plain.kernel.search_space(each.plain.case))
    )
