"""IT blocks of every form, in which accesses, exceptions, breakpoints, steps and the ends of pages fall."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from contextlib import closing
from functools import cache
from itertools import cycle, product

import pytest

from hilbench.chips import load_chip
from hilbench.virtual.core.watchpoints import Access
from hilbench.virtual.machine import Machine
from tests.virtual.timing.rules import machine_code

FORMS = tuple("t" + "".join(rest) for length in range(4) for rest in product("te", repeat=length))
"""Every form of an IT block: a then or an else for each of its instructions, the first always a then."""
CONDITIONS = {
    "hi": ("ls", 0x2000_0000, 0xD000_0000),
    "ge": ("lt", 0x9000_0000, 0x8000_0000),
    "eq": ("ne", 0x4000_0000, 0x0000_0000),
}
"""Conditions with their opposites, flags for which they hold, and flags for which they do not."""
DATA, RESULTS, BORDER = 0x2000, 0x3000, 0x400
VALUES = (0x101, 0x202, 0x303, 0x404)
BEFORE, HALFWORD = 6, 2
"""Bytes before the first instruction of the IT block, and of each."""
NOWHERE = 0xA000_0000
CPUID = 0xE000_ED00
HANDLER = "mov r5, r9\n adds r10, #1\n bx lr"
"""Handler of every exception: the next access goes where something is."""
BEHIND = (
    "msr apsr_nzcvq, r8\n bx r6\n .balign 8\n add r11, #1\n add r11, #2\n add r11, #4\n add r11, #8\n bkpt 0"
)
"""Code that is found by its address, once the condition holds no more; nothing of it is conditional."""
LOAD, STORE, CALL = "ldr{0} r{1}, [r5, #4*{1}]", "str{0} r{1}, [r5, #4*{1}]", "svc{0} #0"


@pytest.fixture(name="machine", scope="module", params=["stm32l475", "nrf9160", "stm32h743"])
def _machine(request: pytest.FixtureRequest) -> Iterator[Machine]:
    with closing(Machine(load_chip(request.param), realtime=False)) as machine:
        flash = next(each for each in machine.chip.memories.values() if each.kind == "flash").base
        vectors = [ram(machine) + 0x1F00, *[flash + 0x41] * 15]
        machine.bus.block_of(flash).load(flash, struct.pack("<16I", *vectors) + machine_code([HANDLER])[0])
        machine.start(halt=True)
        machine.halting.enabled = True
        yield machine


def ram(machine: Machine) -> int:
    """Base of a memory for code and data."""
    return next(each.base for each in machine.chip.memories.values() if each.kind in ("sram", "dtcm"))


@cache
def pieces(access: str) -> dict[tuple[str, str], tuple[bytes, int]]:
    """Machine code of an IT block of each form and condition, and bytes before its end's target."""
    keys = tuple(zip(FORMS, cycle(CONDITIONS), strict=False))
    codes, heads = [], []
    for form, condition in keys:
        block = [f"msr apsr_nzcvq, r7\n it{form[1:]} {condition}"]
        for number, part in enumerate(form):
            name = condition if part == "t" else CONDITIONS[condition][0]
            block.append(access.format(name, number))
        codes.append("\n".join([*block, BEHIND]))
        heads.append("\n".join([*block, BEHIND.split(".balign", maxsplit=1)[0], ".balign 8"]))
    made = machine_code([*codes, *heads])
    return {
        key: (code, len(head))
        for key, code, head in zip(keys, made[: len(keys)], made[len(keys) :], strict=True)
    }


def prepare(
    machine: Machine, access: str, form: str, condition: str, *, holds: bool, base: int, at: int = 0
) -> None:
    """Reset the chip, which forgets what it knew of its pages, and stand it before the piece of code."""
    machine.reset(halt=True)
    start = ram(machine)
    code, target = pieces(access)[form, condition]
    block = machine.bus.block_of(start)
    block.load(start + at, code)
    block.load(start + DATA, struct.pack("<4I", *(VALUES if access == LOAD else (0, 0, 0, 0))))
    _, true, false = CONDITIONS[condition]
    flags, others = (true, false) if holds else (false, true)
    values = dict(enumerate(VALUES)) if access == STORE else dict.fromkeys(range(4), 0)
    values |= {5: base, 6: (start + at + target) | 1, 7: flags, 8: others, 9: start + DATA, 10: 0, 11: 0}
    for number, value in values.items():
        machine.write_register(number, value)
    machine.write_register(15, start + at)


def found(machine: Machine, access: str) -> list[int]:
    """Numbers of the instructions of the block that were executed."""
    if access == STORE:
        words = struct.unpack("<4I", machine.read_memory(ram(machine) + DATA, 16))
    else:
        words = tuple(machine.read_register(number) for number in range(4))
    return [number for number, word in enumerate(words) if word]


def expected(form: str, *, holds: bool) -> list[int]:
    """Numbers of the instructions of the block that are to be executed."""
    return [number for number, part in enumerate(form) if (part == "t") == holds]


def run(machine: Machine) -> None:
    machine.resume()
    assert machine.wait_halted(10)


CASES = [
    (form, condition, holds)
    for form, condition in zip(FORMS, cycle(CONDITIONS), strict=False)
    for holds in (True, False)
]


@pytest.mark.parametrize("watched", [False, True], ids=["free", "watched"])
@pytest.mark.parametrize("access", [LOAD, STORE], ids=["loads", "stores"])
def test_an_access_to_a_page_that_was_not_known_leaves_nothing_conditional(
    machine: Machine, access: str, watched: bool
) -> None:
    place = ram(machine) + DATA
    if watched:
        machine.add_watchpoint(place + 0x80, 4, Access.READ_WRITE)
    for form, condition, holds in CASES:
        prepare(machine, access, form, condition, holds=holds, base=place)
        run(machine)
        assert (found(machine, access), machine.read_register(11)) == (expected(form, holds=holds), 15)
    if watched:
        machine.remove_watchpoint(place + 0x80, 4, Access.READ_WRITE)


def test_registers_of_a_peripheral_are_read_in_it(machine: Machine) -> None:
    for form, condition, holds in CASES:
        prepare(machine, LOAD, form, condition, holds=holds, base=CPUID)
        run(machine)
        assert machine.read_register(11) == 15
        assert 0 in found(machine, LOAD) or not holds


@pytest.mark.parametrize("access", [LOAD, STORE], ids=["loads", "stores"])
def test_a_fault_in_it_comes_back_to_it(machine: Machine, access: str) -> None:
    for form, condition, holds in CASES:
        prepare(machine, access, form, condition, holds=holds, base=NOWHERE)
        run(machine)
        done = expected(form, holds=holds)
        assert (found(machine, access), machine.read_register(11)) == (done, 15)
        assert machine.read_register(10) == bool(done)


def test_calls_of_the_supervisor_in_it_come_back_to_it(machine: Machine) -> None:
    for form, condition, holds in CASES:
        prepare(machine, CALL, form, condition, holds=holds, base=0)
        run(machine)
        assert machine.read_register(10) == len(expected(form, holds=holds))
        assert machine.read_register(11) == 15


@pytest.mark.parametrize("access", [LOAD, STORE], ids=["loads", "stores"])
def test_a_page_may_end_in_it_and_an_exception_come_there(machine: Machine, access: str) -> None:
    for (form, condition, holds), before in product(CASES[-6:], range(4, 18, 2)):
        at = BORDER - before
        prepare(machine, access, form, condition, holds=holds, base=ram(machine) + DATA, at=at)
        machine.add_breakpoint(ram(machine) + BORDER)
        machine.resume()
        assert machine.wait_halted(10)
        machine.remove_breakpoint(ram(machine) + BORDER)
        machine.write_memory(0xE000_ED04, struct.pack("<I", 1 << 28))  # ICSR.PENDSVSET
        run(machine)
        assert (found(machine, access), machine.read_register(11)) == (expected(form, holds=holds), 15)
        assert machine.read_register(10) == 1


@pytest.mark.parametrize("access", [LOAD, STORE], ids=["loads", "stores"])
def test_a_debugger_may_step_through_it(machine: Machine, access: str) -> None:
    for form, condition, holds in CASES[::2]:
        prepare(machine, access, form, condition, holds=holds, base=ram(machine) + DATA)
        for _ in range(len(form) + 4 + 4):
            machine.step()
            assert machine.wait_halted(10)
        assert (found(machine, access), machine.read_register(11)) == (expected(form, holds=holds), 15)


@pytest.mark.parametrize("access", [LOAD, STORE], ids=["loads", "stores"])
def test_breakpoints_may_lie_in_it(machine: Machine, access: str) -> None:
    start = ram(machine)
    for (form, condition, holds), position in product(CASES[-7::3], range(5)):
        prepare(machine, access, form, condition, holds=holds, base=start + DATA)
        stop = start + BEFORE + HALFWORD * position
        machine.add_breakpoint(stop)
        run(machine)
        machine.remove_breakpoint(stop)
        assert machine.read_register(15) == stop
        run(machine)
        assert (found(machine, access), machine.read_register(11)) == (expected(form, holds=holds), 15)
