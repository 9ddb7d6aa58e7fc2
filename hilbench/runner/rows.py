"""Outcome of a case as a row: measured, failed on the board, or never got that far."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

from hilbench import __version__
from hilbench.boards import BoardSession
from hilbench.errors import DoesNotFit, HilbenchError
from hilbench.image import Image, PackedWorkload
from hilbench.operators import Workload
from hilbench.results import Attempt, Measurement, Status
from hilbench.runner.build_config import BuildConfig
from hilbench.runner.measure import CaseResult

NOTE = "choice"
"""Key in a row's environment for the way in which `auto` came to choose its variant."""


def measured(
    board: BoardSession,
    image: Image,
    packed: PackedWorkload,
    reading: CaseResult,
    attempts: Sequence[Attempt],
) -> Measurement:
    """The row of a case that ran and was verified."""
    return replace(
        _on_board(board, image, packed, Status.OK, attempts),
        verified=True,
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
    return Measurement(
        workload=workload.record(),
        board=board.name,
        chip=board.chip.name,
        core=board.chip.core,
        provenance=board.provenance,
        status=_status(error),
        cause=str(error),
        toolchain=str(configuration.toolchain),
        flags=configuration.flags,
        placement=str(configuration.placement),
        environment=_environment(board),
        measured_at=datetime.now(UTC),
    )


def _on_board(
    board: BoardSession, image: Image, packed: PackedWorkload, status: Status, attempts: Sequence[Attempt]
) -> Measurement:
    environment = _environment(board)
    clock_hz = environment.get("device_clock_hz")
    return Measurement(
        workload=packed.workload.record(),
        board=board.name,
        chip=board.chip.name,
        core=board.chip.core,
        provenance=board.provenance,
        status=status,
        clock_hz=int(clock_hz) if clock_hz else None,
        code_bytes=packed.code_bytes,
        constant_bytes=packed.constant_bytes,
        ram_bytes=packed.ram_bytes,
        scratch_bytes=packed.scratch_bytes,
        toolchain=image.toolchain,
        flags=image.flags,
        placement=str(image.placement),
        cache=_caches(environment),
        image_digest=image.digest,
        attempts=tuple(attempts),
        environment=environment,
        measured_at=datetime.now(UTC),
    )


def _status(error: HilbenchError) -> Status:
    return Status.SKIPPED if isinstance(error, DoesNotFit) else Status(f"{error.stage}_failed")


def _environment(board: BoardSession) -> dict[str, str]:
    twin = {"twin_of": board.twin_of} if board.twin_of else {}
    return {**board.environment, **twin, "hilbench": __version__}


def _caches(environment: dict[str, str]) -> str:
    """`icache+dcache`, one of them, `off`; empty when the device did not say."""
    told = [name for name in ("icache", "dcache") if f"device_{name}" in environment]
    enabled = [name for name in told if environment[f"device_{name}"] in {"on", "1"}]
    return "+".join(enabled) or ("off" if told else "")
