"""Outcome of a case as a row: measured, failed on the board, or never got that far."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime

from hilbench import __version__
from hilbench.boards import BoardSession
from hilbench.environment import Environment
from hilbench.errors import (
    BootError,
    BuildError,
    DeviceFault,
    DoesNotFit,
    FlashError,
    HilbenchError,
    LinkError,
    MeasureError,
    PowerError,
    VerifyError,
)
from hilbench.image import Image, PackedWorkload
from hilbench.operators import Workload
from hilbench.results import Attempt, Measurement, Status
from hilbench.runner.build_config import BuildConfig
from hilbench.runner.measure import CaseResult

_STATUSES: Mapping[type[HilbenchError], Status] = {
    DoesNotFit: Status.SKIPPED,
    BuildError: Status.BUILD_FAILED,
    FlashError: Status.FLASH_FAILED,
    BootError: Status.BOOT_FAILED,
    LinkError: Status.LINK_FAILED,
    DeviceFault: Status.MEASURE_FAILED,
    MeasureError: Status.MEASURE_FAILED,
    VerifyError: Status.VERIFY_FAILED,
    PowerError: Status.POWER_FAILED,
    HilbenchError: Status.MEASURE_FAILED,
}
"""Status of a row by the first of these classes that its error is of."""


def measured(
    board: BoardSession,
    image: Image,
    packed: PackedWorkload,
    reading: CaseResult,
    attempts: Sequence[Attempt],
) -> Measurement:
    """The row of a case that ran, and was verified unless it may differ."""
    return replace(
        _on_board(board, image, packed, Status.OK, attempts),
        verified=reading.difference is None,
        cause="" if reading.difference is None else f"{reading.difference}.",
        cycles=reading.cycles,
        cycles_cold=reading.cycles_cold,
        stack_bytes=reading.stack_bytes,
        instructions=reading.instructions,
        energy=reading.energy,
    )


def failed(
    board: BoardSession,
    image: Image,
    packed: PackedWorkload,
    error: HilbenchError,
    attempts: Sequence[Attempt],
) -> Measurement:
    """The row of a case that the board could not run, or ran wrong: no samples, no energy."""
    row = _on_board(board, image, packed, _status(error), attempts)
    return replace(row, cause=str(error), stack_bytes=packed.stack_bytes)


def not_built(
    board: BoardSession, configuration: BuildConfig, workload: Workload, error: HilbenchError
) -> Measurement:
    """The row of a case that is in no image: it does not fit, or does not compile."""
    return replace(
        not_run(board, workload, error),
        toolchain=str(configuration.toolchain),
        flags=configuration.flags,
        placement=str(configuration.placement),
    )


def not_run(board: BoardSession, workload: Workload, error: HilbenchError) -> Measurement:
    """The row of a case in an image that others built, which could not be run."""
    return replace(of_other_image(board, workload), status=_status(error), cause=str(error))


def of_other_image(board: BoardSession, workload: Workload) -> Measurement:
    """The row of a case in an image that others built, without anything that was measured."""
    return Measurement(
        workload=workload.record(),
        board=board.name,
        chip=board.chip.name,
        core=board.chip.core,
        provenance=board.provenance,
        status=Status.OK,
        environment=_environment(board),
        measured_at=datetime.now(UTC),
    )


def _on_board(
    board: BoardSession, image: Image, packed: PackedWorkload, status: Status, attempts: Sequence[Attempt]
) -> Measurement:
    environment = _environment(board)
    return Measurement(
        workload=packed.workload.record(),
        board=board.name,
        chip=board.chip.name,
        core=board.chip.core,
        provenance=board.provenance,
        status=status,
        clock_hz=environment.clock_hz,
        code_bytes=packed.code_bytes,
        constant_bytes=packed.constant_bytes,
        ram_bytes=packed.ram_bytes,
        scratch_bytes=packed.scratch_bytes,
        toolchain=image.toolchain,
        flags=image.flags,
        placement=str(image.placement),
        cache=environment.caches,
        image_digest=image.digest,
        attempts=tuple(attempts),
        environment=environment,
        measured_at=datetime.now(UTC),
    )


def _status(error: HilbenchError) -> Status:
    return next(status for kind, status in _STATUSES.items() if isinstance(error, kind))


def _environment(board: BoardSession) -> Environment:
    return replace(board.environment, twin_of=board.twin_of or "", hilbench=__version__)
