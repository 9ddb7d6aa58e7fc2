"""pyOCD's breakpoints and steps inside an IT block, whose condition holds every other turn."""

from __future__ import annotations

import struct
import time
from pathlib import Path

import pytest
from pyocd.core.session import Session
from pyocd.core.target import Target
from pyocd.flash.file_programmer import FileProgrammer

from tests.virtual.wires.counting_program import FLASH, STACK_TOP

RESET = FLASH + 0x10
BLOCK = FLASH + 0x16
"""The first conditional instruction."""
BEHIND = BLOCK + 8

PROGRAM = struct.pack("<4I", STACK_TOP, RESET | 1, 0, 0) + struct.pack(
    "<10H",
    0x2000,  # reset: movs r0, #0
    0x2801,  # loop:  cmp r0, #1
    0xBF02,  #        ittt eq
    0x3101,  #        addeq r1, #1
    *(0xF102, 0x0201),  # addeq.w r2, r2, #1
    0x3301,  #        addeq r3, #1
    *(0xF080, 0x0001),  # eor r0, r0, #1
    0xE7F6,  #        b loop
)


@pytest.fixture
def target(session: Session, tmp_path: Path) -> Target:
    """The program, halted at its first instruction."""
    image = tmp_path / "conditional.bin"
    image.write_bytes(PROGRAM)
    FileProgrammer(session, progress=lambda _: None).program(str(image), base_address=FLASH)
    session.target.reset_and_halt()
    return session.target


def resume_to_halt(target: Target) -> int:
    """Resume; the address at which the core halts next."""
    target.resume()
    end = time.monotonic() + 10
    while target.get_state() is not Target.State.HALTED:
        assert time.monotonic() < end, "the core did not halt"
    return int(target.read_core_register("pc"))


def counts(target: Target) -> tuple[int, ...]:
    """Counts of the three conditional instructions."""
    return tuple(target.read_core_registers_raw(["r1", "r2", "r3"]))


@pytest.mark.parametrize(
    ("address", "done"), [(BLOCK, (0, 0, 0)), (BLOCK + 2, (1, 0, 0)), (BLOCK + 6, (1, 1, 0))]
)
def test_a_breakpoint_halts_whether_or_not_its_condition_holds(
    target: Target, address: int, done: tuple[int, ...]
) -> None:
    target.set_breakpoint(address)
    seen = []
    for _ in range(4):
        assert resume_to_halt(target) == address
        assert target.get_halt_reason() is Target.HaltReason.BREAKPOINT
        seen.append((target.read_core_register("r0"), counts(target)))
    again = tuple(1 + count for count in done)
    assert seen == [(0, (0, 0, 0)), (1, done), (0, (1, 1, 1)), (1, again)]


def test_a_breakpoint_behind_the_block_leaves_it_alone(target: Target) -> None:
    target.set_breakpoint(BEHIND)
    for turn in range(4):
        assert resume_to_halt(target) == BEHIND
        assert counts(target) == (((turn + 1) // 2),) * 3


def test_a_removed_breakpoint_does_not_halt(target: Target) -> None:
    target.set_breakpoint(BLOCK + 2)
    resume_to_halt(target)
    target.remove_breakpoint(BLOCK + 2)
    target.set_breakpoint(BEHIND)
    assert resume_to_halt(target) == BEHIND


@pytest.mark.parametrize("holds", [0, 1])
def test_a_step_ends_at_the_next_instruction_also_where_it_executes_nothing(
    target: Target, holds: int
) -> None:
    target.set_breakpoint(BLOCK)
    for _ in range(1 + holds):
        resume_to_halt(target)
    places = []
    for _ in range(3):
        target.step()
        places.append((target.read_core_register("pc"), sum(counts(target))))
    assert places == [(BLOCK + 2, holds), (BLOCK + 6, 2 * holds), (BEHIND, 3 * holds)]
