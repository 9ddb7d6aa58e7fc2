"""The cycle counter: exact to the instruction that reads it, and independent of who looks on."""

from __future__ import annotations

from pathlib import Path

from tests.virtual.core.programs import build, finished, powered, symbols

ADDS = 20


def test_reads_in_one_block_differ_by_what_lies_between(tmp_path: Path) -> None:
    with finished(build(tmp_path, "cycles")) as program:
        # Chained additions issue one a cycle; the two reads may cost a load's latency more.
        assert ADDS <= program.word("straight") <= ADDS + 3
        assert 10 * 100_000 <= program.word("looped") <= 12 * 100_000 + 50


def test_the_counter_stands_still_asleep_and_switched_off(tmp_path: Path) -> None:
    with finished(build(tmp_path, "cycles")) as program:
        assert 0 < program.word("asleep") < 200
        assert program.word("stopped") == 0
        assert program.word("written") < 10
        assert program.machine.core.clock.ticks > program.machine.core.counter.cycles + 600_000


def test_a_debugger_that_stops_the_core_changes_no_instruction_count(tmp_path: Path) -> None:
    elf = build(tmp_path, "cycles")
    with finished(elf) as program:
        expected = program.machine.call(lambda: program.machine.core.counter.instructions)
    with powered(elf, halt=True) as machine:
        machine.halting.enabled = True
        machine.add_breakpoint(symbols(elf)["main"])
        machine.resume()
        assert machine.wait_halted(10)
        for _ in range(25):
            machine.step()
        before_exit = machine.call(lambda: machine.core.counter.instructions)
        machine.resume()
        assert machine.wait_halted(10)
        total = machine.call(lambda: machine.core.counter.instructions)
    assert before_exit < total
    assert total == expected


def test_a_debugger_that_reads_memory_meanwhile_changes_no_cycle_count(tmp_path: Path) -> None:
    elf = build(tmp_path, "cycles")
    with finished(elf) as program:
        expected = program.word("looped")
        looped = program.names["looped"]
    with powered(elf, halt=True) as machine:
        machine.halting.enabled = True
        machine.resume()
        while not machine.wait_halted(0.0001):
            machine.read_memory(looped, 4)
        assert int.from_bytes(machine.read_memory(looped, 4), "little") == expected
