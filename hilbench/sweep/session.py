"""One sweep from beginning to end: what is asked for is built, run and stored, row by row."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import UTC, datetime

from hilbench import __version__
from hilbench.boards import OpenBoard, attach
from hilbench.errors import ConfigError
from hilbench.results import ExampleTrace, Measurement, RunRecord, Store
from hilbench.sweep.events import CaseDone, Listener, Started, ignore
from hilbench.sweep.images import Batch, ImageSupply
from hilbench.sweep.outcome import not_built
from hilbench.sweep.references import References
from hilbench.sweep.request import SweepRequest
from hilbench.sweep.runner import ImageRun
from hilbench.sweep.settings import Settings


def run_sweep(request: SweepRequest, store: Store, listener: Listener = ignore) -> RunRecord:
    """Do what `request` asks; every finished row is in `store` before the next case starts.

    However this ends, the board is closed and the rows stay; an interrupted run can be resumed.

    Raises:
        ConfigError: the request is wrong; nothing was touched.
        BoardBusy, BoardMissing: the board cannot be had, or went away.
        BuildError: the firmware itself does not build.
        ToolchainMissing: no such compiler.
        StoreError: a row could not be stored.
    """
    boards = request.boards()
    resumed = request.resumed_run(store)
    jobs = request.jobs(store, resumed, listener)
    chip = boards[request.board].chip
    with (
        ImageSupply(chip, jobs, listener) as batches,
        attach(
            request.board,
            boards=boards,
            require_hardware=request.require_hardware,
            command=request.command,
        ) as board,
    ):
        run = _begin(store, board, request, resumed)
        total = sum(len(job.cases) for job in jobs)
        kept = len(store.measurements(run.run_id)) if resumed else 0
        listener(Started(run, total, kept))
        return _Session(board, store, run, request.settings, listener).execute(batches)


def _begin(store: Store, board: OpenBoard, request: SweepRequest, resumed: RunRecord | None) -> RunRecord:
    if resumed is None:
        run = _new_run(board, request)
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


def _new_run(board: OpenBoard, request: SweepRequest) -> RunRecord:
    started = datetime.now(UTC)
    return RunRecord(
        run_id=f"{started:%Y%m%d-%H%M%S}-{board.name}-{secrets.token_hex(2)}",
        board=board.name,
        twin_of=board.twin_of or "",
        provenance=board.provenance,
        chip=board.chip.name,
        core=board.chip.core,
        grid=request.grid,
        command=request.command,
        started=started,
        hilbench_version=__version__,
        environment=board.environment,
    )


class _Session:
    """A run under way on an open board."""

    def __init__(
        self, board: OpenBoard, store: Store, run: RunRecord, settings: Settings, listener: Listener
    ) -> None:
        self._board = board
        self._store = store
        self._run = run
        self._settings = settings
        self._listener = listener
        self._done = 0
        self._has_trace = store.example_trace(run.run_id) is not None

    def execute(self, batches: Iterable[Batch]) -> RunRecord:
        """Run all batches and mark the run as finished."""
        with References() as references:
            for batch in batches:
                references.prepare(packed.case for image in batch.images for packed in image.cases)
                for measurement in self._rows(batch, references):
                    self._keep(measurement)
        finished = datetime.now(UTC)
        self._store.finish_run(self._run.run_id, finished)
        return replace(self._run, finished=finished)

    def _rows(self, batch: Batch, references: References) -> Iterator[Measurement]:
        for case, error in batch.refused:
            yield not_built(self._board, batch.configuration, case, error)
        for image in batch.images:
            yield from ImageRun(self._board, image, references, self._settings, self._listener)

    def _keep(self, measurement: Measurement) -> None:
        self._store.add(self._run.run_id, measurement)
        if measurement.energy is not None and not self._has_trace:
            self._keep_trace(measurement)
        self._done += 1
        self._listener(CaseDone(measurement, self._done))

    def _keep_trace(self, measurement: Measurement) -> None:
        trace = self._board.trace
        if trace is None or measurement.energy is None:
            return
        start, stop = trace.edges
        example = ExampleTrace(str(measurement.case), trace, start, stop, measurement.energy.iterations)
        self._store.keep_trace(self._run.run_id, example)
        self._has_trace = True
