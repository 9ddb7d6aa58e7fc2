"""Planning of a sweep's tasks from a request: which implementations of a problem are measured."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial

from hilbench.boards import Board, BoardSession
from hilbench.errors import ConfigError
from hilbench.image import Builder
from hilbench.operators import UNTUNED, Layer
from hilbench.operators.variants import REFERENCE
from hilbench.prediction import Predictor, can_predict
from hilbench.provenance import Provenance
from hilbench.runner.build_config import AS_NAMED, AUTO_VARIANT, BuildConfig, BuildJob, with_variants
from hilbench.runner.events import LeftOut, Listener, Predicting
from hilbench.runner.task import Task, single_tasks
from hilbench.sweeps.request import ResolvedRequest, SweepRequest
from hilbench.tuning.database import TunedCases
from hilbench.tuning.selection import Budget, Choice, candidates, choose

NOTHING_LEFT = "No case is left to run; ask for another variant, or for a larger budget."

FindTuned = Callable[[Layer], Layer | None]


def jobs_for(
    request: SweepRequest, work: ResolvedRequest, board: BoardSession, listener: Listener
) -> tuple[BuildJob, ...]:
    """Jobs for an open board, one a configuration.

    Where a variant is to be found for each problem, an emulated board finds it by itself: a prediction would
    run the same image on the same model. On silicon the two are measured that the virtual twin predicts to
    be the fastest, and where nothing can predict, all.

    Raises:
        ConfigError: no case is left to run.
        BuildError: the firmware itself does not build.
        BoardMissing: the virtual board that predicts does not start.
    """
    jobs = tuple(BuildJob(axis, tuple(_tasks(request, work, board, axis, listener))) for axis in work.axes)
    if not any(job.tasks for job in jobs):
        raise ConfigError(NOTHING_LEFT)
    return jobs


def predictor_for(request: SweepRequest, board: Board, axis: BuildConfig) -> Predictor:
    """Predictor for a board, which also remembers what an emulated one showed."""
    return Predictor(
        board,
        request.boards(),
        axis.toolchain,
        flags=axis.flags,
        placement=axis.placement,
        jobs=request.jobs,
    )


def _tasks(
    request: SweepRequest, work: ResolvedRequest, board: BoardSession, axis: BuildConfig, listener: Listener
) -> Iterator[Task]:
    if request.variant == AS_NAMED:
        yield from single_tasks(work.cases)
        return
    if request.variant not in {None, AUTO_VARIANT}:
        yield from single_tasks(_in_variant(work.cases, request.variant, listener))
        return
    named = [case for case in work.cases if request.variant is None and _is_named(case)]
    problems = list(dict.fromkeys(case.problem for case in work.cases if case not in named))
    builder = Builder(board.chip, axis.toolchain, flags=axis.flags, placement=axis.placement)
    tuned = partial(TunedCases(board.chip.core, builder.object_key).find, configuration=axis)
    foreseen = (
        board.provenance is not Provenance.EMULATED
        and bool(problems)
        and can_predict(board.board, request.boards())
    )
    if foreseen:
        listener(Predicting(str(axis), len(problems)))
        choices = choose(problems, predictor_for(request, board.board, axis), request.budget, tuned)
        yield from (task for choice in choices if (task := _foreseen(choice, work.also, listener)))
    else:
        yield from _open(problems, tuned, work.also, request.budget, listener)
    yield from single_tasks(named)


def _is_named(case: Layer) -> bool:
    """Whether the grid says how the case is to be computed."""
    return case.variant != REFERENCE or case.tuning != UNTUNED


def _open(
    problems: Iterable[Layer],
    tuned: FindTuned,
    also: Sequence[str],
    budget: Budget,
    listener: Listener,
) -> Iterator[Task]:
    """All variants of a problem compete whose RAM the budget admits; of flash the build will tell."""
    for problem in problems:
        best = tuned(problem)
        field = tuple(dict.fromkeys((*candidates(problem), *([best] if best else []))))
        contenders = tuple(case for case in field if not budget.excess_of_ram(case.arena.bytes))
        if contenders:
            yield Task(_also(problem, also), contenders, best)
        else:
            smallest = min(field, key=lambda case: case.arena.bytes)
            excess = budget.excess_of_ram(smallest.arena.bytes)
            listener(LeftOut(str(problem), f"{smallest.variant} needs {excess}"))


def _foreseen(choice: Choice, also: Iterable[str], listener: Listener) -> Task | None:
    """The best by prediction and the second are rows; None where no budget admits any."""
    if choice.best is None and choice.obstacle:
        listener(LeftOut(str(choice.problem), choice.obstacle))
        return None
    if choice.best is None:  # what cannot run at all says so in a row
        return Task(fixed=(choice.problem,))
    best, second = choice.best.case, choice.runner_up
    count = len(choice.candidates)
    notes = {best: "tuned" if best == choice.tuned else f"predicted fastest of {count}"}
    if second is not None:
        notes[second.case] = f"predicted second of {count}"
    return Task(tuple(dict.fromkeys((*notes, *_also(choice.problem, also)))), notes=notes)


def _also(problem: Layer, names: Iterable[str]) -> tuple[Layer, ...]:
    return tuple(problem.with_kernel(name) for name in names if name in problem.variants)


def _in_variant(cases: Sequence[Layer], variant: str, listener: Listener) -> Sequence[Layer]:
    wanted = with_variants(cases, variant)
    problems = {case.problem for case in wanted}
    for case in dict.fromkeys(case.problem for case in cases):
        if case not in problems:
            listener(LeftOut(str(case), f"it has no variant '{variant}'"))
    return wanted
