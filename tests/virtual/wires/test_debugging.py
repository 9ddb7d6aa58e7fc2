"""pyOCD's own debugger on the counting program, through the remote probe protocol."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from pyocd.core.exceptions import TransferFaultError
from pyocd.core.session import Session
from pyocd.core.target import Target
from pyocd.flash.file_programmer import FileProgrammer

from hilbench.virtual.serve import VirtualBoard
from tests.virtual.wires.conftest import open_session
from tests.virtual.wires.counting_program import COUNT, FLASH, IMAGE, RESET, STACK_TOP, STORE

UNIQUE_ID = 0x1FF1_E800
FLASH_CR = 0x5200_200C
DEMCR = 0xE000_EDFC
PAGE = 1024
"""Bytes that pyOCD's algorithm programs at once."""


@pytest.fixture
def target(session: Session, image: Path) -> Target:
    """The counting program, halted at its first instruction."""
    FileProgrammer(session, progress=lambda _: None).program(str(image), base_address=FLASH)
    session.target.reset_and_halt()
    return session.target


def wait_for_halt(target: Target) -> None:
    end = time.monotonic() + 10
    while target.get_state() is not Target.State.HALTED:
        assert time.monotonic() < end, "the core did not halt"


def test_discovery_finds_core_and_debug_units(session: Session) -> None:
    core = session.target.cores[0]
    assert core.name == "Cortex-M7"
    assert core.fpb.available_breakpoints == 8
    assert core.dwt.watchpoint_count == 4
    assert session.target.read32(0x5C00_1000) & 0xFFF == 0x450


def test_the_unique_id_tells_that_the_chip_is_emulated(session: Session) -> None:
    assert bytes(session.target.read_memory_block8(UNIQUE_ID, 12)) == b"HILBENCHVIRT"


def test_what_was_programmed_is_what_is_read(target: Target) -> None:
    assert bytes(target.read_memory_block8(FLASH, len(IMAGE))) == IMAGE
    assert target.read32(FLASH_CR) & 1, "reset must lock the controller again"


def test_reset_halts_at_the_reset_vector(target: Target) -> None:
    assert target.read_core_register("pc") == RESET
    assert target.read_core_register("sp") == STACK_TOP


def test_a_breakpoint_halts_before_its_instruction(target: Target) -> None:
    target.set_breakpoint(STORE)
    for turn in (1, 2):
        target.resume()
        wait_for_halt(target)
        assert target.read_core_register("pc") == STORE
        assert target.read_core_register("r0") == turn
        assert target.get_halt_reason() is Target.HaltReason.BREAKPOINT
    assert target.read32(COUNT) == 1


def test_stepping_executes_one_instruction_at_a_time(target: Target) -> None:
    target.set_breakpoint(STORE)
    target.resume()
    wait_for_halt(target)
    for pc in (STORE + 2, STORE + 4):
        target.step()
        assert target.read_core_register("pc") == pc
    assert target.read32(COUNT) == 1
    assert target.read_core_register("r1") == 42


def test_a_removed_breakpoint_does_not_halt(target: Target) -> None:
    target.set_breakpoint(STORE)
    target.remove_breakpoint(STORE)
    target.resume()
    time.sleep(0.1)
    assert target.get_state() is Target.State.RUNNING
    target.halt()
    assert target.read32(COUNT) > 1


@pytest.mark.parametrize(
    ("kind", "halts"), [(Target.WatchpointType.WRITE, True), (Target.WatchpointType.READ, False)]
)
def test_a_watchpoint_halts_on_the_access_it_watches(
    target: Target, kind: Target.WatchpointType, halts: bool
) -> None:
    assert target.set_watchpoint(COUNT, 4, kind)
    target.resume()
    time.sleep(0.2)
    halted = target.get_state() is Target.State.HALTED
    assert halted == halts
    if halts:
        assert target.read32(COUNT) == 1
        assert target.get_halt_reason() is Target.HaltReason.WATCHPOINT


def test_registers_and_memory_take_what_is_written(target: Target) -> None:
    for name, value in (("r7", 0x1234_5678), ("psp", 0x2000_1000), ("xpsr", 0x6100_0000), ("primask", 1)):
        target.write_core_register(name, value)
        assert target.read_core_register(name) == value
    target.write_core_register("s5", 1.5)
    assert target.read_core_register("s5") == 1.5
    target.write8(COUNT + 1, 0xAB)
    target.write16(COUNT + 2, 0xCDEF)
    assert target.read32(COUNT) == 0xCDEF_AB00


def test_memory_can_be_read_while_the_core_runs(target: Target) -> None:
    target.resume()
    first = target.read32(COUNT)
    time.sleep(0.05)
    assert target.read32(COUNT) > first
    assert target.get_state() is Target.State.RUNNING


def test_an_access_to_nowhere_is_a_transfer_fault_and_not_the_end(session: Session) -> None:
    for address in (0x6000_0000, 0x1000_0000):
        with pytest.raises(TransferFaultError):
            session.target.read32(address)
    assert session.target.read32(UNIQUE_ID)


def test_the_debugger_cannot_write_flash_past_the_controller(target: Target) -> None:
    target.write_memory_block32(FLASH, [0] * 8)
    assert bytes(target.read_memory_block8(FLASH, len(IMAGE))) == IMAGE


def test_firmware_cannot_write_flash_that_is_locked(target: Target) -> None:
    target.set_breakpoint(STORE)
    target.resume()
    wait_for_halt(target)
    target.write_core_register("r4", FLASH + PAGE)
    target.step()
    assert target.read_core_register("pc") == STORE + 2
    assert target.read32(FLASH + PAGE) == 0xFFFF_FFFF


def test_an_undefined_instruction_is_caught_when_the_debugger_asks(target: Target) -> None:
    target.set_vector_catch(Target.VectorCatch.HARD_FAULT)
    target.write16(COUNT, 0xDE00)
    target.write_core_register("pc", COUNT)
    target.resume()
    wait_for_halt(target)
    assert target.get_halt_reason() is Target.HaltReason.VECTOR_CATCH
    assert target.read_core_register("ipsr") == 3


def test_the_core_runs_on_when_the_debugger_leaves(board: VirtualBoard, image: Path) -> None:
    with open_session(board.endpoints.probe) as first:
        FileProgrammer(first, progress=lambda _: None).program(str(image), base_address=FLASH)
        first.target.reset_and_halt()
    with open_session(board.endpoints.probe, connect_mode="attach") as second:
        assert second.target.get_state() is Target.State.RUNNING
        assert second.target.read32(DEMCR) & 1 == 0


def test_the_flash_algorithm_only_clears_bits_of_what_it_did_not_erase(session: Session) -> None:
    flash = session.target.memory_map.get_region_for_address(FLASH).flash
    flash.init(flash.Operation.PROGRAM)
    for content in (0x0F, 0xF3):
        flash.program_page(FLASH, [content] * PAGE)
    flash.cleanup()
    assert set(session.target.read_memory_block8(FLASH, PAGE)) == {0x03}


def test_two_clients_share_the_probe(board: VirtualBoard, session: Session) -> None:
    with open_session(board.endpoints.probe, connect_mode="attach") as other:
        assert other.target.read32(UNIQUE_ID) == session.target.read32(UNIQUE_ID)


def test_a_client_that_vanished_with_the_lock_does_not_shut_others_out(board: VirtualBoard) -> None:
    rude = open_session(board.endpoints.probe)
    rude.open()
    rude.probe.lock()
    rude.probe._socket.close()
    with open_session(board.endpoints.probe) as polite:
        assert polite.target.read32(UNIQUE_ID)
