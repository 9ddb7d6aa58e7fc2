"""The debugger's view of a running program."""

from __future__ import annotations

import resource
import struct
import threading
import time
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path

import pytest

from hilbench.virtual.bus import BusFault
from hilbench.virtual.core.registers import PC, S0, SP, SPECIAL, XPSR
from hilbench.virtual.machine import Access, HaltReason, Machine, State
from tests.virtual.core.programs import CHIP, build, finished, powered, symbols

Names = dict[str, int]


@pytest.fixture(name="idle", scope="module")
def _idle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(tmp_path_factory.mktemp("idle"), "idle")


@pytest.fixture(name="names", scope="module")
def _names(idle: Path) -> Names:
    return symbols(idle)


@pytest.fixture(name="machine")
def _machine(idle: Path) -> Iterator[Machine]:
    with powered(idle, halt=True) as machine:
        machine.halting.enabled = True
        yield machine


def word(machine: Machine, address: int) -> int:
    """32 bits of memory."""
    return int.from_bytes(machine.read_memory(address, 4), "little")


def eventually(condition: Callable[[], bool]) -> bool:
    """Whether it becomes true before long."""
    for _ in range(2000):
        if condition():
            return True
        time.sleep(0.005)
    return False


def test_reset_loads_stack_and_program_counter_from_the_vector_table(machine: Machine, names: Names) -> None:
    assert machine.state is State.HALTED
    assert machine.read_register(PC) == names["reset"]
    assert machine.read_register(SP) == 0x20020000
    assert machine.cycles == 0


def test_halt_stops_and_resume_goes_on(machine: Machine, names: Names) -> None:
    reasons: list[HaltReason] = []
    machine.on_halt(reasons.append)
    machine.resume()
    assert eventually(lambda: word(machine, names["counter"]) > 0)
    machine.halt()
    stood = word(machine, names["counter"])
    assert (machine.state, reasons) == (State.HALTED, [HaltReason.REQUEST])
    assert word(machine, names["counter"]) == stood
    machine.resume()
    assert eventually(lambda: word(machine, names["counter"]) > stood)


def test_each_step_is_one_instruction(machine: Machine, names: Names) -> None:
    machine.add_breakpoint(names["tick"])
    machine.resume()
    assert machine.wait_halted(10)
    machine.remove_breakpoint(names["tick"])
    addresses = []
    for _ in range(4):
        addresses.append(machine.read_register(PC))
        machine.step()
    assert addresses[0] == names["tick"]
    assert all(0 < later - earlier <= 4 for earlier, later in pairwise(addresses))


def test_a_breakpoint_stops_before_its_instruction_every_time(machine: Machine, names: Names) -> None:
    machine.add_breakpoint(names["tick"])
    for visit in range(3):
        machine.resume()
        assert machine.wait_halted(10)
        assert machine.read_register(PC) == names["tick"]
        assert word(machine, names["counter"]) == visit
    machine.remove_breakpoint(names["tick"])
    machine.resume()
    assert eventually(lambda: word(machine, names["counter"]) > 100)


def test_a_breakpoint_set_on_running_code_is_met(machine: Machine, names: Names) -> None:
    machine.resume()
    assert eventually(lambda: word(machine, names["counter"]) > 100)
    machine.add_breakpoint(names["tick"])
    assert machine.wait_halted(10)
    assert machine.read_register(PC) == names["tick"]


@pytest.mark.parametrize(
    ("access", "variable", "hits"),
    [
        (Access.WRITE, "mark", True),
        (Access.WRITE, "counter", True),
        (Access.READ, "counter", True),
        (Access.READ, "mark", False),
    ],
)
def test_a_watchpoint_stops_at_its_kind_of_access_only(
    machine: Machine, names: Names, access: Access, variable: str, hits: bool
) -> None:
    reasons: list[HaltReason] = []
    machine.on_halt(reasons.append)
    machine.add_watchpoint(names[variable], 4, access)
    machine.resume()
    assert machine.wait_halted(10 if hits else 0.2) is hits
    if hits:
        assert reasons == [HaltReason.WATCHPOINT]
        machine.remove_watchpoint(names[variable], 4, access)
        stood = word(machine, names["counter"])
        machine.resume()
        assert eventually(lambda: word(machine, names["counter"]) > stood + 100)


def test_registers_read_back(machine: Machine) -> None:
    for index in (*range(13), S0, S0 + 31):
        machine.write_register(index, 0x1000_0000 + index)
    for index in (*range(13), S0, S0 + 31):
        assert machine.read_register(index) == 0x1000_0000 + index
    machine.write_register(SPECIAL, 0x0000_4001)
    assert machine.read_register(SPECIAL) == 0x0000_4001
    assert machine.read_register(XPSR) == 1 << 24
    assert machine.read_register(21) == 0


def test_memory_reads_back_and_holes_refuse(machine: Machine) -> None:
    machine.write_memory(0x24000001, b"across words")
    assert machine.read_memory(0x24000001, 12) == b"across words"
    for hole in (0x00010000, 0x10000000, 0x20020000, 0x60000000):
        with pytest.raises(BusFault, match=f"0x{hole:08X}"):
            machine.read_memory(hole - 4 if hole == 0x20020000 else hole, 8)
        with pytest.raises(BusFault):
            machine.write_memory(hole, b"x")
    with pytest.raises(BusFault):
        machine.write_memory(CHIP.identification.unique_id[0], b"MINE")


def test_the_chip_tells_what_it_is(machine: Machine) -> None:
    assert machine.read_memory(CHIP.identification.unique_id[0], 12) == b"HILBENCHVIRT"
    assert word(machine, CHIP.identification.idcode) & 0xFFF == CHIP.identification.device
    assert word(machine, 0xE000ED00) == 0x411FC271


def test_code_written_by_a_debugger_is_what_runs(machine: Machine) -> None:
    code = 0x24000000
    for value in (1, 2):
        move, branch_to_itself = 0x2000 | value, 0xE7FE
        machine.write_memory(code, struct.pack("<2H", move, branch_to_itself))
        machine.write_register(PC, code)
        machine.resume()
        assert eventually(lambda: machine.read_register(PC) == code + 2)
        machine.halt()
        assert machine.read_register(0) == value


def test_code_that_rewrites_itself_is_what_runs(tmp_path: Path) -> None:
    with finished(build(tmp_path, "rewrite")) as program:
        results = program.machine.read_memory(program.names["results"], 48)
        pairs = [tuple(pair) for pair in struct.iter_unpack("<2I", results)]
        assert pairs == [(10, 11), (20, 21), (30, 31), (40, 41), (50, 51), (60, 61)]


def test_ram_that_a_loader_ran_in_is_data_after_a_reset_and_may_hold_code_again(machine: Machine) -> None:
    ram, writer, branch_to_itself = 0x24000000, 0x20010000, 0xE7FE
    machine.write_memory(ram, struct.pack("<2H", 0x2001, branch_to_itself))
    # movs r2, #0; str r2, [r0, #8]; str r1, [r0]; bx r3
    machine.write_memory(writer, struct.pack("<4H", 0x2200, 0x6082, 0x6001, 0x4718))
    machine.write_register(PC, ram)
    machine.resume()
    assert eventually(lambda: machine.read_register(PC) == ram + 2)
    for value in (2, 3):
        machine.reset(halt=True)
        machine.write_register(0, ram)
        machine.write_register(1, branch_to_itself << 16 | 0x2000 | value)
        machine.write_register(3, ram | 1)
        machine.write_register(PC, writer)
        machine.resume()
        assert eventually(lambda: machine.read_register(PC) == ram + 2)
        machine.halt()
        assert machine.read_register(0) == value


def test_vector_catch_holds_every_reset(machine: Machine, names: Names) -> None:
    machine.halting.catch_reset = True
    machine.reset()
    assert machine.state is State.HALTED
    assert machine.read_register(PC) == names["reset"]
    machine.halting.catch_reset = False
    machine.reset()
    assert eventually(lambda: word(machine, names["counter"]) > 0)


def test_without_power_ram_is_lost_and_flash_is_kept(machine: Machine, names: Names) -> None:
    machine.resume()
    assert eventually(lambda: word(machine, names["mark"]) == 0x12345678)
    machine.power(on=False)
    assert machine.state is State.OFF
    assert word(machine, names["mark"]) == 0
    machine.power(on=True)
    assert eventually(lambda: word(machine, names["mark"]) == 0x12345678)


def test_an_empty_chip_locks_up_and_says_so() -> None:
    machine = Machine(CHIP)
    reasons: list[HaltReason] = []
    machine.on_halt(reasons.append)
    machine.start()
    try:
        assert eventually(lambda: machine.state is State.LOCKUP)
        assert reasons == [HaltReason.LOCKUP]
    finally:
        machine.close()


def test_many_threads_may_ask_at_once(machine: Machine, names: Names) -> None:
    machine.resume()
    answers: list[int] = []

    def ask() -> None:
        for _ in range(50):
            answers.append(word(machine, 0xE000ED00))
            machine.halt()
            machine.resume()

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == [0x411FC271] * 200
    stood = word(machine, names["counter"])
    assert eventually(lambda: word(machine, names["counter"]) > stood)


def test_time_passes_with_the_wall_clock_while_halted(idle: Path) -> None:
    with powered(idle, realtime=True, halt=True) as machine:
        before = machine.seconds
        assert eventually(lambda: machine.seconds > before + 0.05)
        assert machine.cycles == 0


def resident() -> int:
    """Bytes of memory that this process holds."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize()


def test_a_program_that_stores_much_takes_no_more_memory(tmp_path: Path) -> None:
    with powered(build(tmp_path, "stores"), halt=True) as machine:
        machine.halting.enabled = True
        before = resident()
        machine.resume()
        assert machine.wait_halted(60)
        assert resident() - before < 32 << 20
