"""One sweep from beginning to end: what is asked for is built, run and stored, row by row."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial

from hilbench.boards import BoardSession
from hilbench.errors import ConfigError
from hilbench.prediction import Predictor
from hilbench.results import ExampleTrace, Measurement, RunRecord, Store
from hilbench.runner.board_pool import BoardPool, Work
from hilbench.runner.build_config import BuildConfig, BuildJob, plan
from hilbench.runner.events import CaseDone, Chosen, Listener, Started, ignore
from hilbench.runner.expected_outputs import ExpectedOutputs
from hilbench.runner.images import Batch, ImageSupply
from hilbench.runner.run_record import new_run
from hilbench.runner.runner import Runner
from hilbench.runner.task import Task
from hilbench.sweeps.layouts import Elsewhere, FurtherLayouts
from hilbench.sweeps.planning import NOTHING_LEFT, jobs_for, predictor_for
from hilbench.sweeps.request import SweepRequest
from hilbench.tuning.measured_selection import MeasuredSelection


def run_sweep(request: SweepRequest, store: Store, listener: Listener = ignore) -> RunRecord:
    """Do what `request` asks; every finished row is in `store` before its board begins another task.

    However this ends, the boards are closed and the rows stay; an interrupted run can be resumed.

    Raises:
        ConfigError: the request is wrong; nothing was touched.
        BoardBusy, BoardMissing: the board cannot be had, or went away.
        BuildError: the firmware itself does not build.
        ToolchainMissing: no such compiler.
        StoreError: a row could not be stored.
    """
    boards = request.boards()
    resumed = request.resumed_run(store)
    work = request.resolve()
    with BoardPool(
        request.board,
        boards,
        request.jobs,
        require_hardware=request.require_hardware,
        command=request.command,
        listener=listener,
    ) as pool:
        jobs = jobs_for(request, work, pool.first, listener)
        left = _left(jobs, store, resumed, force=request.force)
        with ImageSupply(pool.first.chip, left, listener) as batches:
            run = _begin(store, pool.first, request, resumed)
            kept = len(store.measurements(run.run_id)) if resumed else 0
            listener(Started(run, sum(job.rows for job in left), kept))
            return _Session(pool, store, run, request, jobs, listener).execute(batches)


def _left(
    jobs: Iterable[BuildJob], store: Store, resumed: RunRecord | None, *, force: bool
) -> tuple[BuildJob, ...]:
    if resumed is None or force:
        return plan(jobs)
    return plan(jobs, store.finished_keys(resumed.run_id), store.failed_keys(resumed.run_id))


def _begin(store: Store, board: BoardSession, request: SweepRequest, resumed: RunRecord | None) -> RunRecord:
    if resumed is None:
        run = new_run(board, request.grid, request.command)
        store.begin_run(run)
        return run
    if resumed.board != board.name or resumed.provenance is not board.provenance:
        raise ConfigError(
            f"Run {resumed.run_id} was {resumed.provenance} on '{resumed.board}', "
            f"now '{board.name}' is attached; start a new run.",
            board=board.name,
        )
    store.reopen_run(resumed.run_id)
    return replace(resumed, finished=None)


@dataclass(frozen=True)
class _Result:
    """A row, and what the meter saw of it."""

    measurement: Measurement
    example: ExampleTrace | None


class _Session:
    """A run under way on open boards."""

    def __init__(
        self,
        pool: BoardPool,
        store: Store,
        run: RunRecord,
        request: SweepRequest,
        jobs: Iterable[BuildJob],
        listener: Listener,
    ) -> None:
        self._pool = pool
        self._store = store
        self._run = run
        self._request = request
        self._listener = listener
        self._positions = {key: number for number, key in enumerate(key for job in jobs for key in job.keys)}
        self._memories = self._remembered(job.configuration for job in jobs)
        self._done = 0
        self._chosen: defaultdict[str, Counter[str]] = defaultdict(Counter)
        # Of a run that is resumed the trace stands; of a new one it is the first in the order of the rows.
        self._trace_of = -1 if store.example_trace(run.run_id) is not None else len(self._positions)

    def execute(self, batches: Iterable[Batch]) -> RunRecord:
        """Run all batches and mark the run as finished."""
        with ExpectedOutputs() as references:
            units = self._units(batches, references)
            self._pool.share(units, partial(self._equip, references), self._keep)
            self._run_elsewhere(references)
        if not self._done and not self._store.measurements(self._run.run_id):
            raise ConfigError(NOTHING_LEFT)
        for configuration, variants in self._chosen.items():
            self._listener(Chosen(configuration, variants))
        finished = datetime.now(UTC)
        self._store.finish_run(self._run.run_id, finished)
        return replace(self._run, finished=finished)

    def _remembered(self, axes: Iterable[BuildConfig]) -> Mapping[BuildConfig, Predictor]:
        """Predictors that remember single runs on such boards, by configuration; none for silicon."""
        board = self._pool.first
        if not board.is_own:
            return {}
        return {axis: predictor_for(self._request, board.board, axis) for axis in axes}

    def _units(self, batches: Iterable[Batch], references: ExpectedOutputs) -> Iterator[tuple[Batch, Task]]:
        for batch in batches:
            references.prepare(packed.workload for image in batch.images for packed in image.workloads)
            for task in batch.tasks:
                yield batch, task

    def _equip(self, references: ExpectedOutputs, board: BoardSession) -> Work[tuple[Batch, Task], _Result]:
        runner = Runner(board, references, self._request.settings, self._listener)

        def work(unit: tuple[Batch, Task]) -> Iterator[_Result]:
            batch, task = unit
            memory = self._memories.get(batch.configuration)
            selection = MeasuredSelection(
                task, batch, runner, references, self._request.budget, memory, self._listener
            )
            for row in selection:
                yield _Result(row, selection.example(row))

        return work

    def _run_elsewhere(self, references: ExpectedOutputs) -> None:
        """Run the verified cases in further layouts, where these are asked for."""
        rows = self._store.measurements(self._run.run_id) if self._request.layouts > 1 else ()
        further = FurtherLayouts(self._request, self._pool.first.chip, rows, self._listener)

        def equip(board: BoardSession) -> Work[Elsewhere, Measurement]:
            return partial(further.run, board=board, references=references)

        def keep(found: Measurement) -> None:
            self._store.add(self._run.run_id, further.merge(found), self._positions.get(found.key))

        self._pool.share(further.images(), equip, keep)

    def _keep(self, result: _Result) -> None:
        row = result.measurement
        position = self._positions[row.key]
        self._store.add(self._run.run_id, row, position)
        if result.example is not None and position < self._trace_of:
            self._store.keep_trace(self._run.run_id, result.example)
            self._trace_of = position
        if row.environment.choice:
            self._chosen[f"{row.toolchain} {row.flags} {row.placement}"][row.workload.kernel_label] += 1
        self._done += 1
        self._listener(CaseDone(row, self._done))
