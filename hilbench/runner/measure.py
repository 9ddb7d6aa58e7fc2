"""One case on a booted board: cold, warm, verified, and its energy."""

from __future__ import annotations

import statistics
from dataclasses import dataclass

from hilbench.boards import BoardSession
from hilbench.image import PackedWorkload
from hilbench.power import EnergyWindow, PowerTrace
from hilbench.prediction import Prediction
from hilbench.results import Measurement
from hilbench.runner.expected_outputs import ExpectedOutputs
from hilbench.runner.run_settings import RunSettings
from hilbench.runner.verify import Difference, verify


@dataclass(frozen=True)
class CaseResult:
    """Readings of one case on the board. Cycles have the call overhead subtracted."""

    cycles: tuple[int, ...]
    cycles_cold: int
    stack_bytes: int
    instructions: int | None
    energy: EnergyWindow | None
    trace: PowerTrace | None
    """Samples of the power meter, the energy window among them."""
    difference: Difference | None = None
    """Difference of the output from its reference, where that is no failure; None where there is none."""


def read_case(
    board: BoardSession, packed: PackedWorkload, references: ExpectedOutputs, settings: RunSettings
) -> CaseResult:
    """Run the case that `packed` names on the image the board runs.

    Raises:
        VerifyError: the output is wrong; nothing else about it counts then.
        FlashError: its constants are not those that were linked.
        LinkError, DeviceFault, MeasureError, PowerError: as the board raises them.
    """
    board.select(packed)
    board.check_flash(packed)
    (cold,) = board.run(1, cold=True)
    warm = board.run(settings.iterations)
    report = board.output()
    difference = verify(board, packed.workload, report, references, exact=settings.exact)
    energy, trace = _energy(board, warm) if settings.power else (None, None)
    return CaseResult(
        cycles=warm,
        cycles_cold=cold,
        stack_bytes=report.stack_bytes,
        instructions=board.instructions(),
        energy=energy,
        trace=trace,
        difference=difference,
    )


def glance(board: BoardSession, packed: PackedWorkload) -> Prediction:
    """Cost of a single warm run of the case that `packed` names, in the form of a prediction.

    Raises:
        LinkError, DeviceFault, MeasureError: as the board raises them.
    """
    board.select(packed)
    board.run(1, cold=True)  # nothing that the board did before may show in what follows
    (cycles,) = board.run(1)
    return _prediction(packed, cycles, board.instructions(), board.output().crc32)


def single_run(packed: PackedWorkload, row: Measurement, crc32: int) -> Prediction:
    """`glance` of a case that was measured, its output's CRC-32 being `crc32`."""
    return _prediction(packed, row.cycles[0], row.instructions, crc32)


def _prediction(packed: PackedWorkload, cycles: int, instructions: int | None, crc32: int) -> Prediction:
    return Prediction(
        cycles=cycles,
        instructions=instructions,
        code_bytes=packed.code_bytes,
        constant_bytes=packed.constant_bytes,
        ram_bytes=packed.ram_bytes,
        scratch_bytes=packed.scratch_bytes,
        crc32=crc32,
    )


def _energy(
    board: BoardSession, cycles: tuple[int, ...]
) -> tuple[EnergyWindow, PowerTrace] | tuple[None, None]:
    iterations = board.window_iterations(round(statistics.median(cycles)))
    return (board.window(iterations) if iterations else None) or (None, None)
