"""Faults end in HardFault with the registers that the architecture names; exceptions nest in order."""

from __future__ import annotations

from pathlib import Path

import pytest

from hilbench.virtual.machine import Machine
from tests.virtual.core.programs import CHIP, build, finished

PRECISE = 1 << 9 | 1 << 15
FORCED = 1 << 30
AIRCR = 0x0C


@pytest.mark.parametrize(
    ("fault", "status", "address"),
    [
        ("READ_UNMAPPED", PRECISE, 0x60000010),
        ("WRITE_UNMAPPED", PRECISE, 0x60000010),
        ("WRITE_SYSTEM_MEMORY", PRECISE, 0x1FF1E800),
        ("UNDEFINED", 1 << 16, 0),
    ],
)
def test_a_fault_names_its_instruction_and_cause(
    tmp_path: Path, fault: str, status: int, address: int
) -> None:
    with finished(build(tmp_path, "faults", fault)) as program:
        assert program.status == 42
        assert program.word("cfsr") == status
        assert program.word("hfsr") == FORCED
        assert program.word("bfar") == address
        assert program.word("stacked_pc") == program.names["culprit"]


@pytest.mark.parametrize(
    ("fault", "status", "pc"),
    [
        ("NO_THUMB", 1 << 17, 0x08000000),
        ("EXECUTE_UNMAPPED", 1 << 8, 0x60000000),
        ("EXECUTE_PERIPHERAL", 1 << 0, 0x40000000),
    ],
)
def test_a_jump_into_nothing_names_where_it_led(tmp_path: Path, fault: str, status: int, pc: int) -> None:
    with finished(build(tmp_path, "faults", fault)) as program:
        assert (program.status, program.word("cfsr"), program.word("stacked_pc")) == (42, status, pc)


def test_stack_overflow_is_a_fault_whose_frame_cannot_be_stacked(tmp_path: Path) -> None:
    with finished(build(tmp_path, "faults", "STACK_OVERFLOW")) as program:
        assert program.status == 42
        assert program.word("cfsr") == PRECISE | 1 << 12
        assert program.word("bfar") < 0x20000000


def test_a_breakpoint_without_debugger_is_a_hard_fault(tmp_path: Path) -> None:
    with finished(build(tmp_path, "faults", "BREAKPOINT")) as program:
        assert (program.status, program.word("stacked_pc")) == (42, program.names["culprit"])


def test_exceptions_nest_by_priority_and_keep_floating_point(tmp_path: Path) -> None:
    with finished(build(tmp_path, "exceptions")) as program:
        trace = program.machine.read_memory(program.names["trace"], 16).rstrip(b"\0")
        assert trace == b"S-(u)P."
        assert program.word("ipsr_inside") == 16


def test_a_scheduler_switches_unprivileged_tasks_with_their_floating_point(tmp_path: Path) -> None:
    with finished(build(tmp_path, "scheduler")) as program:
        assert program.status == 42
        assert program.word("switches") >= 20


def test_floating_point_of_one_thread_is_left_alone_by_exceptions(tmp_path: Path) -> None:
    with finished(build(tmp_path, "unshared")) as program:
        assert program.status == 42


def test_sleep_on_exit_lets_only_handlers_run(tmp_path: Path) -> None:
    with finished(build(tmp_path, "sleeper")) as program:
        assert (program.status, program.word("awake")) == (42, 4)


@pytest.mark.parametrize(("group", "preempts"), [(3, True), (4, True), (5, False), (7, False)])
def test_subpriorities_order_what_is_pending_and_preempt_nothing(group: int, preempts: bool) -> None:
    core = Machine(CHIP).core
    core.system.write(AIRCR, 4, 0x05FA_0000 | group << 8)
    for number, priority in ((17, 0x30), (18, 0x10), (19, 0x20)):
        core.nvic.set_priority(number, priority)
        core.nvic.enabled.add(number)
        core.nvic.pend(number)
    assert core.nvic.next(core.registers) == 18
    core.nvic.enter(19)
    assert core.nvic.next(core.registers) == (18 if preempts else None)
