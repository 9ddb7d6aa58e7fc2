"""Sweeps whose wires fail: a scripted board fails where the script says so."""

from __future__ import annotations

import zlib
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from hilbench.boards import BoardSession, DeviceInfo, OutputReport, Recovery, load_boards
from hilbench.chips import Chip, Placement, load_chip
from hilbench.environment import Environment
from hilbench.errors import (
    BoardMissing,
    BootError,
    DeviceFault,
    FlashError,
    HilbenchError,
    LinkError,
    PowerError,
)
from hilbench.image import FlashContent, Image, PackedWorkload
from hilbench.operators import Layer
from hilbench.power import EnergyWindow, PowerTrace
from hilbench.provenance import Provenance
from hilbench.results import Status
from hilbench.runner.events import Event, Retrying
from hilbench.runner.expected_outputs import ExpectedOutputs, reference_output
from hilbench.runner.run_settings import RunSettings
from hilbench.runner.runner import ImageRun

_TRACE = PowerTrace(np.zeros(2), np.zeros(2), 1e5)


class ScriptedBoard(BoardSession):
    """Answers rightly, but raises what `faults` lists for a call, one fault at a time."""

    def __init__(self) -> None:
        self.name = "scripted"
        self.board = load_boards()["stm32h7-virtual"]
        self.twin_of = None
        self.faults: defaultdict[str, list[HilbenchError]] = defaultdict(list)
        self.calls: list[str] = []
        self.corruption = 0
        self._output = b""

    @property
    def chip(self) -> Chip:
        return load_chip("stm32h743")

    @property
    def provenance(self) -> Provenance:
        return Provenance.EMULATED

    @property
    def environment(self) -> Environment:
        return Environment(device={"clock_hz": "480000000", "icache": "on", "dcache": "on"})

    @property
    def ladder(self) -> tuple[Recovery, ...]:
        return tuple(Recovery)

    def flash(self, image: Image) -> None:
        self._called("flash")

    def boot(self, image: Image) -> DeviceInfo:
        self._called("boot")
        return DeviceInfo(image.digest, 480_000_000, 0, counts_instructions=True)

    def select(self, packed: PackedWorkload) -> None:
        self._called("select")
        output = reference_output(packed.workload).tobytes()
        self._output = bytes([output[0] ^ self.corruption]) + output[1:]

    def check_flash(self, packed: PackedWorkload) -> None:
        self._called("flash content")

    def run(self, iterations: int, *, cold: bool = False) -> tuple[int, ...]:
        self._called("cold" if cold else "warm")
        return (200,) if cold else (100,) * iterations

    def output(self) -> OutputReport:
        self._called("output")
        return OutputReport(len(self._output), zlib.crc32(self._output), 64)

    def instructions(self) -> int:
        return 80

    def read_output(self) -> bytes:
        return self._output

    def window_iterations(self, cycles: int) -> int:
        return 10

    def window(self, iterations: int) -> tuple[EnergyWindow, PowerTrace]:
        self._called("window")
        return EnergyWindow(iterations, 1e-3, 1e-3, 0.01, 0.01, 1000), _TRACE

    def recover(self, rung: Recovery) -> None:
        self._called(rung)

    def _called(self, call: str) -> None:
        self.calls.append(call)
        if self.faults[call]:
            raise self.faults[call].pop(0)


@pytest.fixture
def board() -> ScriptedBoard:
    return ScriptedBoard()


@pytest.fixture
def image(small: Layer, other: Layer) -> Image:
    cases = tuple(
        PackedWorkload(case, index, 100, 50, 200, 0, None, FlashContent(150, 1))
        for index, case in enumerate((small, other))
    )
    return Image(Path("image.elf"), "ab" * 32, cases, "stm32h743", "gcc 12.2.1", "-O2", Placement.FLASH)


@pytest.fixture
def references() -> Iterator[ExpectedOutputs]:
    with ExpectedOutputs() as opened:
        yield opened


def test_a_quiet_board_gives_a_row_a_case(
    board: ScriptedBoard, image: Image, references: ExpectedOutputs
) -> None:
    rows = list(ImageRun(board, image, references, RunSettings(iterations=4)))
    assert [row.status for row in rows] == [Status.OK, Status.OK]
    assert rows[0].cycles == (100,) * 4
    assert (rows[0].cycles_cold, rows[0].stack_bytes, rows[0].clock_hz) == (200, 64, 480_000_000)
    assert (rows[0].instructions, rows[0].scratch_bytes) == (80, 0)
    assert (rows[0].verified, rows[0].cache, len(rows[0].attempts)) == (True, "icache+dcache", 1)
    assert board.calls.count("flash") == board.calls.count("boot") == 1


def test_no_power_leaves_the_meter_alone(
    board: ScriptedBoard, image: Image, references: ExpectedOutputs
) -> None:
    rows = list(ImageRun(board, image, references, RunSettings(power=False)))
    assert [row.energy for row in rows] == [None, None]
    assert "window" not in board.calls


@pytest.mark.parametrize(
    ("call", "fault"),
    [
        ("warm", LinkError("noise")),
        ("select", LinkError("silence")),
        ("window", PowerError("lost samples")),
        ("flash", FlashError("no answer")),
        ("boot", BootError("silence")),
    ],
)
def test_a_failed_wire_is_recovered_and_the_case_tried_again(
    board: ScriptedBoard, image: Image, references: ExpectedOutputs, call: str, fault: HilbenchError
) -> None:
    board.faults[call].append(fault)
    events: list[Event] = []
    first, second = ImageRun(board, image, references, listener=events.append)
    assert first.status is second.status is Status.OK
    assert [(a.number, a.stage, a.recovery) for a in first.attempts] == [
        (1, fault.stage, "reopen"),
        (2, "", ""),
    ]
    assert first.attempts[0].cause == str(fault)
    assert len(second.attempts) == 1
    assert [event.attempt.cause for event in events if isinstance(event, Retrying)] == [str(fault)]


def test_each_try_climbs_higher_and_the_tries_end(
    board: ScriptedBoard, image: Image, references: ExpectedOutputs
) -> None:
    board.faults["warm"] = [LinkError("silence")] * 3
    first, second = ImageRun(board, image, references, RunSettings(attempts=3))
    assert (first.status, first.cycles, first.energy) == (Status.LINK_FAILED, (), None)
    assert [attempt.recovery for attempt in first.attempts] == ["reopen", "reset", ""]
    assert second.status is Status.OK


def test_a_rung_that_does_not_hold_leads_to_the_next(
    board: ScriptedBoard, image: Image, references: ExpectedOutputs
) -> None:
    board.faults["warm"] = [LinkError("silence")]
    for rung in (Recovery.REOPEN, Recovery.RESET, Recovery.CONNECT_UNDER_RESET):
        board.faults[rung] = [BoardMissing("gone for now")]
    first, _ = ImageRun(board, image, references)
    assert first.status is Status.OK
    assert [attempt.recovery for attempt in first.attempts] == ["power_cycle", ""]


def test_verdicts_are_not_tried_again_and_the_next_case_starts_from_reset(
    board: ScriptedBoard, image: Image, references: ExpectedOutputs
) -> None:
    board.faults["warm"] = [DeviceFault("HardFault pc=0x08001234")]
    first, second = ImageRun(board, image, references)
    assert (first.status, len(first.attempts)) == (Status.MEASURE_FAILED, 1)
    assert "pc=0x08001234" in first.cause
    assert second.status is Status.OK
    assert board.calls.count("boot") == 2
    assert not {str(rung) for rung in Recovery} & set(board.calls)


def test_a_wrong_output_has_no_latency(
    board: ScriptedBoard, image: Image, references: ExpectedOutputs
) -> None:
    board.corruption = 1
    row, _ = ImageRun(board, image, references)
    assert row.status is Status.VERIFY_FAILED
    assert (row.verified, row.cycles, row.cycles_cold, row.energy) == (False, (), None, None)
    assert "[0, 0, 0, 0]" in row.cause
    assert "window" not in board.calls


def test_an_image_that_never_boots_fails_once_for_all_its_cases(
    board: ScriptedBoard, image: Image, references: ExpectedOutputs
) -> None:
    board.faults["boot"] = [BootError("silence")] * 10
    first, second = ImageRun(board, image, references)
    assert first.status is second.status is Status.BOOT_FAILED
    assert [attempt.recovery for attempt in first.attempts] == [*(str(rung) for rung in Recovery), ""]
    assert (second.cause, second.attempts) == (first.cause, ())


def test_a_board_that_went_away_ends_the_run_after_the_rows_it_gave(
    board: ScriptedBoard, image: Image, references: ExpectedOutputs
) -> None:
    rows = iter(ImageRun(board, image, references))
    assert next(rows).status is Status.OK
    board.faults["select"] = [LinkError("silence")]
    for rung in Recovery:
        board.faults[rung] = [BoardMissing("the probe is gone")]
    with pytest.raises(BoardMissing, match="the probe is gone"):
        next(rows)
