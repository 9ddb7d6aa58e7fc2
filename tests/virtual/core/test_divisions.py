"""Divisions take what their operands make them, and everything else stays as it was."""

from __future__ import annotations

import struct
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hilbench.virtual.core.divisions import Divisions
from hilbench.virtual.timing import bare_core_model
from hilbench.virtual.timing.cores import PIPELINES
from tests.virtual.core.bench import bench
from tests.virtual.core.programs import build, finished

CHIPS = {"stm32l475": "cortex-m4", "stm32h743": "cortex-m7", "nrf9160": "cortex-m33"}
CYCCNT = 0xE000_1004

UNSIGNED = "udiv r0, r1, r2\n bkpt 0"
SIGNED = "sdiv r0, r1, r2\n bkpt 0"
INTO_DIVIDEND = "udiv r1, r1, r2\n bkpt 0"
MULTIPLY = "smmul r0, r1, r2\n bkpt 0"
MANY = "1: udiv r0, r1, r2\n lsrs r1, #1\n bne 1b\n bkpt 0"
CONDITIONAL = "cmp r1, #0\n ite eq\n udiveq r0, r1, r2\n udivne r0, r1, r2\n bkpt 0"
TIMED = "ldr r4, [r3]\n udiv r0, r1, r2\n ldr r5, [r3]\n udiv r0, r0, r2\n ldr r6, [r3]\n bkpt 0"
TIMED_ADDITIONS = "ldr r4, [r3]\n add r0, r1, r2\n ldr r5, [r3]\n add r0, r0, r2\n ldr r6, [r3]\n bkpt 0"
DISPATCHED = (
    "movs r0, #0\n movs r4, #3\n 1: adr r5, 9f\n ldr.w r5, [r5, r4, lsl #2]\n cmp r4, #1\n it eq\n"
    "addeq r0, #100\n udiv r7, r1, r2\n add r0, r7\n add r5, pc, r5\n mov pc, r5\n"
    "nop\n nop\n subs r4, #1\n bpl 1b\n bkpt 0\n .balign 4\n 9: .word 0, 0, 0, 0"
)
_WORDS = st.one_of(st.integers(0, 32).map(lambda bits: 2**bits - 1), st.integers(0, 2**32 - 1))
OPERANDS = [
    (0, 5), (5, 0), (0, 0), (1, 2), (7, 8), (5, 7), (15, 1), (16, 1), (1000, 3), (0xFF000, 3),
    (0xFFFF_FFFF, 1), (0xFFFF_FFFF, 0xFFFF_FFFF), (0x8000_0000, 1), (0x8000_0000, 0xFFFF_FFFF),
]  # fmt: skip


def _signed(word: int) -> int:
    return word - (1 << 32) if word >> 31 else word


@pytest.mark.parametrize("chip", CHIPS)
def test_a_division_takes_what_its_operands_say(chip: str) -> None:
    divider = PIPELINES[CHIPS[chip]].divider
    assert divider is not None
    with bench(chip) as found:
        overhead = found.cycles(UNSIGNED, 0, 64, 1) - divider.cycles(64, 1)
        for dividend, divisor in OPERANDS:
            unsigned = found.cycles(UNSIGNED, 0, dividend, divisor) - overhead
            assert unsigned == divider.cycles(dividend, divisor), (dividend, divisor)
            assert found.cycles(INTO_DIVIDEND, 0, dividend, divisor) - overhead == unsigned
            signed = divider.cycles(_signed(dividend), _signed(divisor))
            assert found.cycles(SIGNED, 0, dividend, divisor) - overhead == signed, (dividend, divisor)


def test_any_operands_take_what_the_timing_model_says() -> None:
    divider = PIPELINES["cortex-m4"].divider
    assert divider is not None
    with bench("stm32l475") as found:
        overhead = found.cycles(UNSIGNED, 0, 64, 1) - divider.cycles(64, 1)

        @settings(max_examples=60, deadline=None)
        @given(_WORDS, _WORDS)
        def holds(dividend: int, divisor: int) -> None:
            expected = divider.cycles(dividend, divisor)
            assert found.cycles(UNSIGNED, 0, dividend, divisor) - overhead == expected

        holds()


def test_the_measured_cycles_of_a_cortex_m4() -> None:
    divider = PIPELINES["cortex-m4"].divider
    assert divider is not None
    found = [divider.cycles(*operands) for operands in ((0, 9), (3, 9), (9, 9), (-16, 1), (2**32 - 1, 1))]
    assert (found, divider.bounds) == ([2, 3, 5, 6, 12], (2, 12))


def test_each_division_of_a_loop_is_looked_at() -> None:
    with bench("stm32l475") as found:
        first, second = (found.cycles(MANY, 0, 0xFFFF_FFFF, divisor) for divisor in (1, 0xFFFF_FFFF))
        divider = PIPELINES["cortex-m4"].divider
        assert divider is not None
        dividends = [0xFFFF_FFFF >> shift for shift in range(32)]
        sums = [sum(divider.cycles(each, divisor) for each in dividends) for divisor in (1, 0xFFFF_FFFF)]
        assert first - second == sums[0] - sums[1]


def test_another_model_has_other_divisions() -> None:
    with bench("stm32h743") as found:
        found.machine.call(lambda: found.machine.core.counter.set_model(bare_core_model("cortex-m33")))
        long, short = (found.cycles(UNSIGNED, 0, dividend, 1) for dividend in (0xFFFF_FFFF, 0))
        assert long - short == 11 - 2


def test_in_an_it_block_the_expected_cost_stays() -> None:
    with bench("stm32h743") as found:
        assert found.cycles(CONDITIONAL, 9, 0xFFFF_FFFF, 1) == found.cycles(CONDITIONAL, 9, 4, 5)
        assert found.machine.read_register(0) == 0  # 4 / 5


@pytest.mark.parametrize("chip", CHIPS)
def test_code_that_replaces_a_division_is_not_corrected(chip: str) -> None:
    with bench(chip) as fresh:
        expected = fresh.cycles(MULTIPLY, 0, 0xFFFF_FFFF, 1)
    with bench(chip) as found:
        long = found.cycles(UNSIGNED, 0, 0xFFFF_FFFF, 1)
        assert found.cycles(MULTIPLY, 0, 0xFFFF_FFFF, 1) == expected
        assert found.cycles(UNSIGNED, 0, 0xFFFF_FFFF, 1) == long
        assert found.cycles(SIGNED, 0, 0xFFFF_FFFF, 1) < long


@pytest.mark.parametrize("chip", CHIPS)
def test_the_cycle_counter_sees_each_division_when_it_is_done(chip: str) -> None:
    divider = PIPELINES[CHIPS[chip]].divider
    assert divider is not None
    with bench(chip) as found:
        found.machine.write_memory(0xE000_EDFC, struct.pack("<I", 1 << 24))
        found.machine.write_memory(0xE000_1000, struct.pack("<I", 1))

        def between(code: str, dividend: int, divisor: int) -> tuple[int, int]:
            found.cycles(code, 0, dividend, divisor, CYCCNT)
            times = [found.machine.read_register(number) for number in (4, 5, 6)]
            return times[1] - times[0], times[2] - times[1]

        for dividend, divisor in OPERANDS:
            first, second = between(TIMED, dividend, divisor)
            quotient = dividend // divisor if divisor else 0
            reference = between(TIMED, 64, 1)
            added = divider.cycles(dividend, divisor) - divider.cycles(64, 1)
            assert first - reference[0] == added, (dividend, divisor)
            assert second - reference[1] == divider.cycles(quotient, divisor) - divider.cycles(64, 1)
            assert min(first, second) > 0


def test_stepping_takes_as_long_as_running() -> None:
    with bench("stm32l475") as found:
        running = found.cycles(MANY, 0, 0xFF, 1)
        found.start(MANY, 0, 0xFF, 1)
        before = found.machine.cycles
        for _ in range(8 * 3):
            found.machine.step()
        assert found.machine.read_register(1) == 0
        stepped = found.machine.cycles - before
        assert stepped - running == pytest.approx(0, abs=8)  # a block entered anew for each instruction


def test_a_breakpoint_at_a_division_adds_nothing() -> None:
    with bench("stm32l475") as found:
        base = found.machine.chip.memories["sram1"].base
        running = found.cycles(MANY, 0, 0xFF, 1)
        found.machine.add_breakpoint(base)
        found.start(MANY, 0, 0xFF, 1)
        before = found.machine.cycles
        for _ in range(8):
            found.machine.resume()
            assert found.machine.wait_halted(30)
        assert found.machine.cycles - before == pytest.approx(running, abs=8)


def test_a_stated_figure_moves_all_divisions_alike() -> None:
    with bench("stm32l475") as usual, bench("stm32l475", divide_cycles=7.5) as slow:
        for operands in ((0, 5), (3, 9), (1000, 3)):
            added = slow.cycles(MANY, 0, *operands) - usual.cycles(MANY, 0, *operands)
            rounds = max(1, operands[0].bit_length())
            assert added == pytest.approx(1.5 * rounds, abs=1)
    with bench("stm32l475", divide_cycles=1) as fast, bench("stm32l475", divide_cycles=5) as slow:
        assert slow.cycles(UNSIGNED, 0, 0, 5) - fast.cycles(UNSIGNED, 0, 0, 5) == 0  # 1 at least


@pytest.mark.parametrize("chip", CHIPS)
def test_it_blocks_and_computed_jumps_beside_divisions_run_as_they_do(chip: str) -> None:
    with bench(chip) as found:
        for dividend in (0, 1, 40, 0xFFFF_FFFF):
            found.cycles(DISPATCHED, 0, dividend, 5)
            assert found.machine.read_register(0) == (100 + 4 * (dividend // 5)) & 0xFFFF_FFFF


def test_a_program_does_the_same_with_and_without_hooks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def outcome() -> tuple[int | None, int, object, int]:
        with finished(elf) as program:
            counter = program.machine.core.counter
            return program.status, program.word("result"), counter.tally.by_class(), counter.cycles

    elf = build(tmp_path, "divisions")
    *hooked, by_operands = outcome()
    monkeypatch.setattr(Divisions, "watch", lambda *_: None)
    *unhooked, expected = outcome()
    assert hooked == unhooked
    assert by_operands != expected
