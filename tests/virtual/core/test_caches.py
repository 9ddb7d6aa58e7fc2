"""The M7's caches, counted by what a program takes longer on cached memory than on tightly coupled one."""

from __future__ import annotations

import random
import struct
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hilbench.chips import load_chip
from hilbench.virtual.fidelity import Fidelity
from hilbench.virtual.machine import Machine
from tests.virtual.timing.rules import machine_code

ITCM, DTCM, AXI, FLASH = 0x0000_0000, 0x2000_0000, 0x2400_0000, 0x0800_0000
LINE, LINES = 32, 512
WAY = 4096
"""Bytes from a line to the next one of its set."""
DCCISW, ICIALLU, DCCIMVAC = 0xE000_EF74, 0xE000_EF50, 0xE000_EF70
KIB = 1024

CHASE = "1: ldr r0, [r0]\n subs r1, #1\n bne 1b\n bkpt 0"
CHASE_BY_EIGHT = "1:" + "ldr r0, [r0]\n" * 8 + "subs r1, #1\n bne 1b\n bkpt 0"
LOOKUP = "1: ldrh r3, [r0], #2\n add r3, r2, r3, lsl #5\n ldr r3, [r3]\n subs r1, #1\n bne 1b\n bkpt 0"
STREAM = "1: ldr r3, [r0]\n add r0, r2\n subs r1, #1\n bne 1b\n bkpt 0"
STORE = "1: str r3, [r0]\n add r0, r2\n subs r1, #1\n bne 1b\n bkpt 0"
FLUSH = (
    "movs r4, #0\n 1: movs r3, #0\n 2: orr r5, r3, r4\n str r5, [r0]\n adds r3, #32\n cmp r3, #4096\n"
    "bne 2b\n adds r4, #0x40000000\n bne 1b\n movs r5, #0\n str r5, [r1]\n bkpt 0"
)
WRITE = "str r1, [r0]\n bkpt 0"
STRAIGHT = "nop\n" * 1023 + "bkpt 0"
"""2 KiB of code without a branch."""
PIECES = (CHASE, CHASE_BY_EIGHT, LOOKUP, STREAM, STORE, FLUSH, WRITE, STRAIGHT)
CODE = dict(zip(PIECES, machine_code(PIECES), strict=True))


class Bench:
    """A chip that runs pieces of code with registers set.

    Attributes:
        fill: cycles to fill a line from AXI SRAM.
        store: the same for a store, as far as the core waits for it.
    """

    def __init__(self, machine: Machine, fill: float) -> None:
        self._machine = machine
        self.fill = fill
        self.store = 4.0

    def cycles(self, code: str, *registers: int, where: int = ITCM) -> int:
        """Cycles of a piece of code from its first instruction to its BKPT."""
        block = self._machine.bus.block_at(where)
        assert block is not None
        if block.data[where - block.base :][: len(CODE[code])].tobytes() != CODE[code]:
            block.load(where, CODE[code])
        for number, value in enumerate(registers):
            self._machine.write_register(number, value)
        self._machine.write_register(15, where)
        before = self._machine.cycles
        self._machine.resume()
        assert self._machine.wait_halted(30)
        return self._machine.cycles - before

    def flush(self) -> None:
        """Clean and invalidate the data cache by set and way, and the instruction cache."""
        self.cycles(FLUSH, DCCISW, ICIALLU)

    def misses(self, code: str, offset: int, count: int, step: int = 0) -> float:
        """Lines filled by a piece that begins at `offset` in AXI SRAM."""
        self.cycles(code, DTCM, count, 0)  # learnt, and predicted
        expected = self.cycles(code, DTCM, count, 0)
        wait = self.cycles(code, AXI + offset, count, step) - expected
        return wait / (self.store if code is STORE else self.fill)

    def chain(self, lines: int, *, base: int = AXI) -> None:
        """Pointers through the first words of so many lines, each once, in no order."""
        order = list(range(1, lines))
        random.Random(1).shuffle(order)
        here = 0
        for following in [*order, 0]:
            self.point(base + here * LINE, base + following * LINE)
            here = following

    def point(self, at: int, to: int) -> None:
        """Put a pointer."""
        self._machine.write_memory(at, struct.pack("<I", to))


@contextmanager
def bench(fidelity: Fidelity, chip: str = "stm32h743") -> Iterator[Bench]:
    """A chip with caches on, at the clocks after reset, halted."""
    machine = Machine(load_chip(chip), realtime=False, caches_at_reset=True, fidelity=fidelity)
    flash = machine.chip.memories["flash"].base
    machine.bus.block_of(flash).load(flash, struct.pack("<2I", 0x2001_0000, flash + 9))
    machine.start(halt=True)
    machine.halting.enabled = True
    timing = machine.chip.timing["axi"]
    try:
        found = Bench(machine, timing.bus_cycles / timing.clock_divider)
        found.point(DTCM, DTCM)
        yield found
    finally:
        machine.close()


@pytest.fixture(name="exact", scope="module")
def _exact() -> Iterator[Bench]:
    with bench(Fidelity.CACHE) as found:
        yield found


@pytest.fixture(name="cheap", scope="module")
def _cheap() -> Iterator[Bench]:
    with bench(Fidelity.BLOCK) as found:
        yield found


@pytest.fixture(name="either", scope="module", params=Fidelity)
def _either(request: pytest.FixtureRequest) -> Iterator[Bench]:
    with bench(request.param) as found:
        yield found


def test_every_line_is_missed_once_where_all_fit(exact: Bench) -> None:
    exact.flush()
    exact.chain(256)
    assert exact.misses(CHASE, 0, 256) == pytest.approx(256, abs=1)
    assert exact.misses(CHASE, 0, 2560) == pytest.approx(0, abs=1)


def test_a_chase_through_four_times_the_cache_nearly_always_misses(exact: Bench) -> None:
    exact.flush()
    exact.chain(4 * LINES)
    exact.misses(CHASE, 0, 4 * LINES)
    assert 0.9 < exact.misses(CHASE, 0, 4 * LINES) / (4 * LINES) <= 1


def test_pointers_are_followed_within_a_block(exact: Bench) -> None:
    exact.flush()
    exact.chain(256)
    assert exact.misses(CHASE_BY_EIGHT, 0, 32) == pytest.approx(256, abs=1)
    assert exact.misses(CHASE_BY_EIGHT, 0, 32) == pytest.approx(0, abs=1)


def test_an_index_that_was_just_loaded_leads_to_its_line(exact: Bench) -> None:
    exact.flush()
    for number in range(0, 64, 2):
        exact.point(DTCM + 0x100 + 2 * number, (7 * number & 63) << 16 | 5 * number & 63)
    wanted = {7 * number & 63 for number in range(0, 64, 2)} | {5 * number & 63 for number in range(0, 64, 2)}
    exact.cycles(LOOKUP, DTCM + 0x100, 64, DTCM)
    warm = exact.cycles(LOOKUP, DTCM + 0x100, 64, DTCM)
    cold = exact.cycles(LOOKUP, DTCM + 0x100, 64, AXI)
    assert (cold - warm) / exact.fill == pytest.approx(len(wanted), abs=1)


@pytest.mark.parametrize(("step", "expected"), [(4, 512), (8, 512), (32, 512), (64, 256), (128, 128)])
def test_a_stride_misses_each_line_that_it_meets(exact: Bench, step: int, expected: int) -> None:
    exact.flush()
    assert exact.misses(STREAM, 0, 16 * KIB // step, step) == pytest.approx(expected, abs=1)
    assert exact.misses(STREAM, 0, 16 * KIB // step, step) == pytest.approx(0, abs=1)


def test_a_set_holds_four_lines_and_not_five(exact: Bench) -> None:
    exact.flush()
    for lines, low, high in ((4, 0, 0), (5, 100, 999), (16, 600, 1000)):
        for number in range(lines):
            exact.point(AXI + number * WAY, AXI + (number + 1) % lines * WAY)
        exact.misses(CHASE, 0, 100)
        assert low - 1 <= exact.misses(CHASE, 0, 1000) <= high + 1


@settings(max_examples=20, deadline=None)
@given(step=st.integers(1, 16).map(lambda words: 4 * words), count=st.integers(1, 200))
def test_a_walk_misses_as_many_lines_as_it_touches(exact: Bench, step: int, count: int) -> None:
    exact.flush()
    lines = {step * number // LINE for number in range(count)}
    assert exact.misses(STREAM, 0, count, step) == pytest.approx(len(lines), abs=1)


def test_a_store_brings_its_line_too(either: Bench) -> None:
    either.flush()
    assert either.misses(STORE, 0, 256, LINE) == pytest.approx(256, rel=0.1)
    assert either.misses(STREAM, 0, 256, LINE) == pytest.approx(0, abs=1)


def test_maintenance_by_address_drops_one_line(exact: Bench) -> None:
    exact.flush()
    exact.misses(STREAM, 0, 8, LINE)
    exact.cycles(WRITE, DCCIMVAC, AXI + 3 * LINE)
    assert exact.misses(STREAM, 0, 8, LINE) == pytest.approx(1, abs=0.2)


@pytest.mark.parametrize("kibibytes", [2, 8, 12])
def test_the_cheap_count_of_a_walk_that_fits_is_close(cheap: Bench, kibibytes: int) -> None:
    for step in (4, 8, 32):
        cheap.flush()
        count = kibibytes * KIB // step
        assert cheap.misses(STREAM, 0, count, step) == pytest.approx(kibibytes * KIB / LINE, rel=0.15)
        assert cheap.misses(STREAM, 0, count, step) <= 8  # what lay behind the last look


@pytest.mark.parametrize("kibibytes", [24, 32, 64])
def test_the_cheap_count_of_a_walk_beyond_the_cache_is_near_the_exact_one(
    cheap: Bench, exact: Bench, kibibytes: int
) -> None:
    found = []
    for each in (cheap, exact):
        each.flush()
        for _ in range(3):
            each.misses(STREAM, 0, kibibytes * KIB // 4, 4)
        found.append(each.misses(STREAM, 0, kibibytes * KIB // 4, 4))
    assert found[0] == pytest.approx(found[1], rel=0.25)


def test_the_cheap_count_tells_a_chase_that_fits_from_one_that_does_not(cheap: Bench) -> None:
    def misses(lines: int) -> float:
        cheap.flush()
        cheap.chain(lines)
        cheap.misses(CHASE, 0, 40 * lines)
        return cheap.misses(CHASE, 0, 4 * lines) / (4 * lines)

    assert misses(128) < 0.02
    assert misses(2048) > 0.5


def test_straight_code_is_fetched_line_by_line_after_an_invalidation(either: Bench) -> None:
    def cycles() -> int:
        return either.cycles(STRAIGHT, where=FLASH + 0x1000)

    cycles()
    warm = cycles()
    assert cycles() == warm
    either.flush()
    fill = 14  # 7 wait states after reset, 7 cycles on the way, buses at the core's clock
    assert cycles() - warm == pytest.approx(64 * fill, abs=1)


def test_code_in_tightly_coupled_memory_is_not_cached(either: Bench) -> None:
    either.cycles(STRAIGHT)
    warm = either.cycles(STRAIGHT)
    either.flush()
    either.cycles(STRAIGHT)
    assert either.cycles(STRAIGHT) == warm


def test_two_codes_that_want_the_same_sets_evict_each_other_where_three_do(either: Bench) -> None:
    places = [FLASH + 0x2000 + number * 8 * KIB for number in range(3)]

    def lap(count: int) -> int:
        for _ in range(3):
            total = sum(either.cycles(STRAIGHT, where=place) for place in places[:count])
        return total // count

    assert lap(2) < lap(3)
