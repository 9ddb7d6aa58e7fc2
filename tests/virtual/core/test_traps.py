"""Traps of CCR and CPACR end in a UsageFault that names them; WFE waits for what ARMv7-M calls events."""

from __future__ import annotations

from pathlib import Path

from hilbench.virtual.programs.runner import End
from tests.virtual.core.programs import build, finished, run

NO_COPROCESSOR, UNALIGNED, DIVIDE_BY_ZERO = 1 << 19, 1 << 24, 1 << 25

LOADS = ("indexed_load", "half_load", "pair_load", "pair_store", "load_multiple")
EXPECTED = [
    (UNALIGNED, "exclusive_load"),
    (DIVIDE_BY_ZERO, "plain_divide"),
    *((UNALIGNED, name) for name in LOADS),
    (NO_COPROCESSOR, "float_add"),
    (NO_COPROCESSOR, "float_load"),
]


def test_each_trap_stops_what_it_forbids_and_nothing_else(tmp_path: Path) -> None:
    with finished(build(tmp_path, "traps")) as program:
        assert program.status == 42
        count = program.word("faults")
        causes, places = (
            [
                int.from_bytes(program.machine.read_memory(program.names[name] + 4 * at, 4), "little")
                for at in range(count)
            ]
            for name in ("causes", "places")
        )
        names = {address: name for name, address in program.names.items()}
        assert [(cause, names[place]) for cause, place in zip(causes, places, strict=True)] == EXPECTED
        assert program.word("quotient") == 0


def test_the_floating_point_unit_is_off_after_reset_but_on_for_a_program_that_is_just_run(
    tmp_path: Path,
) -> None:
    elf = build(tmp_path, "faults", "FLOAT_OFF")
    with finished(elf) as program:
        assert (program.status, program.word("cfsr")) == (42, NO_COPROCESSOR)
        assert program.word("stacked_pc") == program.names["culprit"]
    report, _ = run(elf)
    assert (report.end, report.exit_status) == (End.EXIT, 1)


def test_wfe_waits_for_an_event_and_takes_it(tmp_path: Path) -> None:
    with finished(build(tmp_path, "events")) as program:
        assert program.status == 42
        names = ("before", "after_sev", "after_tick", "after_exception", "after_pending", "ticks")
        assert [program.word(name) for name in names] == [0, 0, 1, 1, 1, 2]


def test_wfe_sleeps_for_ever_where_no_event_comes(tmp_path: Path) -> None:
    report, _ = run(build(tmp_path, "events", "FOR_EVER"), timeout=10)
    assert report.end is End.ASLEEP
