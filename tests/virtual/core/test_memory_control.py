"""Wait states and caches follow what firmware sets, and blocks that are known are costed anew."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from hilbench.chips import load_chip
from hilbench.virtual.machine import Machine

ROUNDS = 500
LOOP = struct.pack("<6H", 0x3801, 0x4649, 0x4649, 0x4649, 0x4649, 0xD1F9)
"""subs r0, #1; four moves; bne to the first: a block of 12 bytes that branches back to itself."""
LOADS = struct.pack("<6H", 0x3801, 0x680A, 0x680A, 0x680A, 0x680A, 0xD1F9)
"""Loop as `LOOP`, with loads of [r1] for the moves."""
BREAKPOINT = struct.pack("<H", 0xBE00)


@contextmanager
def looping(chip_name: str, *, caches_at_reset: bool = False, loop: bytes = LOOP) -> Iterator[Machine]:
    """A chip with a loop at the start of its flash, halted at reset."""
    machine = Machine(load_chip(chip_name), realtime=False, caches_at_reset=caches_at_reset)
    flash = machine.chip.memories["flash"].base
    code = struct.pack("<2I", 0x2000_1000, flash + 9) + loop + BREAKPOINT
    machine.bus.block_of(flash).load(flash, code)
    machine.start(halt=True)
    machine.halting.enabled = True
    try:
        yield machine
    finally:
        machine.close()


def cycles(machine: Machine, pointer: int = 0x2000_0000) -> int:
    """Cycles of the loop, with a pointer in r1."""
    before = machine.cycles
    machine.write_register(1, pointer)
    machine.write_register(0, ROUNDS)
    machine.write_register(15, machine.chip.memories["flash"].base + 8)
    machine.resume()
    assert machine.wait_halted(10)
    return machine.cycles - before


def set_word(machine: Machine, address: int, value: int) -> None:
    """Write a register over the bus."""
    machine.write_memory(address, struct.pack("<I", value))


@pytest.mark.parametrize(
    ("chip", "register", "reset", "slower"),
    [
        ("stm32l475", 0x4002_2000, 0x600, 4),
        ("stm32l031", 0x4002_2000, 0, 1),
        ("stm32f767", 0x4002_3C00, 0, 7),
        ("stm32h743", 0x5200_2000, 0x37, 0x3F),
        ("nrf52840", 0x4001_E540, 1, 0),
    ],
)
def test_the_flash_controller_decides_how_long_code_takes(
    chip: str, register: int, reset: int, slower: int
) -> None:
    with looping(chip) as machine:
        set_word(machine, register, reset)
        first = cycles(machine)
        set_word(machine, register, slower)
        assert cycles(machine) > first + ROUNDS
        set_word(machine, register, reset)
        assert abs(cycles(machine) - first) <= 10  # what the predictor had to learn


def test_the_core_s_caches_make_code_from_flash_fast() -> None:
    with looping("stm32h743") as machine:
        off = cycles(machine)
        set_word(machine, 0xE000_ED14, 3 << 16)
        assert cycles(machine) * 4 < off


def test_the_buses_clock_decides_how_much_the_wait_states_are() -> None:
    with looping("stm32h743") as machine:
        same = cycles(machine)
        set_word(machine, 0x5802_4418, 8)  # HPRE: the buses at half the core's clock
        assert cycles(machine) == pytest.approx(2 * same, rel=0.25)


def test_caches_can_be_on_from_the_beginning() -> None:
    with looping("stm32h743", caches_at_reset=True) as machine, looping("nrf52840") as uncached:
        assert cycles(machine) < 10 * ROUNDS
        assert machine.read_memory(0xE000_ED16, 1)[0] & 3 == 3
        slow = cycles(uncached)
    with looping("nrf52840", caches_at_reset=True) as cached:
        assert cycles(cached) < slow


def test_a_reset_brings_the_wait_states_after_reset_back() -> None:
    with looping("stm32l475") as machine:
        first = cycles(machine)
        set_word(machine, 0x4002_2000, 4)
        assert cycles(machine) > first
        machine.reset(halt=True)
        assert cycles(machine) == first


@pytest.mark.parametrize(("chip", "misses"), [("stm32l475", 0.25), ("stm32l031", 1)])
def test_loads_from_flash_wait_as_the_flash_does(chip: str, misses: float) -> None:
    with looping(chip, loop=LOADS) as machine:
        flash = machine.chip.memories["flash"].base
        difference = cycles(machine, flash) - cycles(machine)
        assert abs(difference) <= 10  # no wait states after reset
        set_word(machine, 0x4002_2000, 1)
        assert cycles(machine, flash) - cycles(machine) == pytest.approx(4 * ROUNDS, rel=0.07)
        set_word(machine, 0x4002_2000, 1 | 1 << 10)
        expected = 4 * ROUNDS * misses
        assert cycles(machine, flash) - cycles(machine) == pytest.approx(expected, rel=0.07)


@pytest.mark.parametrize("settings", [0x37, 0x31])
def test_a_counter_that_is_read_again_and_again_never_goes_back(settings: int) -> None:
    reads = b"".join(struct.pack("<2H", 0x6800 + number, 0xBF00) for number in (2, 3, 4, 5, 6, 7))
    with looping("stm32h743", loop=reads) as machine:  # ldr r2 to r7, [r0], each with a nop behind it
        set_word(machine, 0x5200_2000, settings)
        set_word(machine, 0xE000_1000, 1)
        machine.write_register(0, 0xE000_1004)
        machine.resume()
        assert machine.wait_halted(10)
        counts = [machine.read_register(number) for number in range(2, 8)]
        whole = machine.cycles
    assert counts == sorted(counts)
    assert 0 < counts[-1] - counts[0] < whole
