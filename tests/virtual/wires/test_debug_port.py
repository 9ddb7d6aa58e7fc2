"""The debug port and its access port, register by register, over a bus of RAM."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hilbench.virtual.bus import Bus, BusFault, MemoryBlock
from hilbench.virtual.debug.access_port import AccessPort
from hilbench.virtual.debug.access_port import Register as Ap
from hilbench.virtual.debug.debug_port import Abort, DebugPort, Status
from hilbench.virtual.debug.debug_port import Register as Dp
from hilbench.virtual.debug.identification import (
    COMPONENTS,
    PMU,
    ROM_TABLE,
    Component,
    IdentificationRegisters,
    RomTable,
)

RAM = 0x2000_0000
RAM_SIZE = 0x1000
SIZES = {1: 0, 2: 1, 4: 2}
SINGLE_INCREMENT = 1 << 4
WORD_INCREMENT = 2 | SINGLE_INCREMENT


class RamOnly:
    """Memory as a debugger sees it: one RAM, and holes."""

    def __init__(self) -> None:
        self.bus = Bus([MemoryBlock(RAM, RAM_SIZE)], [range(0xE000_0000, 0xE010_0000)])

    def read_memory(self, address: int, size: int) -> bytes:
        return self.bus.read(address, size)

    def write_memory(self, address: int, data: bytes) -> None:
        self.bus.write(address, data)


@pytest.fixture
def memory() -> RamOnly:
    return RamOnly()


@pytest.fixture
def port(memory: RamOnly) -> DebugPort:
    return DebugPort(0x6BA0_2477, {0: AccessPort(0x8477_0001, memory)})


def test_power_requests_are_acknowledged(port: DebugPort) -> None:
    assert port.read_dp(Dp.CTRL_STAT) == 0
    port.write_dp(Dp.CTRL_STAT, Status.CDBGPWRUPREQ | Status.CSYSPWRUPREQ)
    assert port.read_dp(Dp.CTRL_STAT) == 0xF000_0000


def test_only_the_first_access_port_exists(port: DebugPort) -> None:
    assert port.read_ap(Ap.IDR) == 0x8477_0001
    assert port.read_ap(1 << 24 | Ap.IDR) == 0


@pytest.mark.parametrize("size", SIZES)
@given(offset=st.integers(0, 15), value=st.integers(0, 0xFFFF_FFFF))
def test_narrow_transfers_use_the_byte_lanes_of_their_address(size: int, offset: int, value: int) -> None:
    memory = RamOnly()
    port = DebugPort(0x6BA0_2477, {0: AccessPort(0x8477_0001, memory)})
    address = RAM + offset // size * size
    lane = 8 * (address & 3)
    port.write_ap(Ap.CSW, SIZES[size])
    port.write_ap(Ap.TAR, address)
    port.write_ap(Ap.DRW, value)
    item = value >> lane & ((1 << 8 * size) - 1)
    assert memory.read_memory(address, size) == item.to_bytes(size, "little")
    assert port.read_ap(Ap.DRW) == item << lane


def test_the_address_increments_and_wraps_at_a_kilobyte(port: DebugPort, memory: RamOnly) -> None:
    port.write_ap(Ap.CSW, WORD_INCREMENT)
    port.write_ap(Ap.TAR, RAM + 0x3F8)
    for value in (1, 2, 3):
        port.write_ap(Ap.DRW, value)
    assert memory.read_memory(RAM + 0x3F8, 8) == b"\x01\0\0\0\x02\0\0\0"
    assert memory.read_memory(RAM, 4) == b"\x03\0\0\0"


def test_banked_data_registers_reach_a_quadword(port: DebugPort, memory: RamOnly) -> None:
    port.write_ap(Ap.TAR, RAM + 0x20)
    port.write_ap(Ap.BD3, 0x1234_5678)
    assert memory.read_memory(RAM + 0x2C, 4) == b"\x78\x56\x34\x12"
    assert port.read_ap(Ap.BD3) == 0x1234_5678


def test_a_refused_access_sticks_until_it_is_cleared(port: DebugPort) -> None:
    port.write_ap(Ap.TAR, 0x6000_0000)
    with pytest.raises(BusFault):
        port.read_ap(Ap.DRW)
    assert port.read_dp(Dp.CTRL_STAT) & Status.STICKYERR
    with pytest.raises(BusFault):
        port.read_ap(Ap.IDR)
    port.write_dp(Dp.ABORT, Abort.STKERRCLR)
    assert port.read_ap(Ap.IDR)


def test_reading_the_read_buffer_repeats_the_last_answer(port: DebugPort) -> None:
    port.read_ap(Ap.IDR)
    assert port.read_dp(Dp.RDBUFF) == 0x8477_0001


def test_the_rom_table_leads_to_every_component() -> None:
    components = COMPONENTS["cortex-m7"]
    table = RomTable(components)
    entries = [table.read(4 * index, 4) for index in range(len(components) + 1)]
    assert entries.pop() == 0
    assert all(entry & 1 for entry in entries)
    assert [(table.base + (entry & 0xFFFF_F000)) & 0xFFFF_FFFF for entry in entries] == [
        component.base for component in components
    ]


@pytest.mark.parametrize(
    ("component", "kind"),
    [
        (each, 0x9 if core == "cortex-m33" or each is PMU else 0xE)
        for core, components in COMPONENTS.items()
        for each in components
    ]
    + [(ROM_TABLE, 0x1)],
)
def test_identification_tells_class_and_part(component: Component, kind: int) -> None:
    registers = IdentificationRegisters(component)
    at = {registers.base - component.base + 4 * i: registers.read(4 * i, 4) for i in range(17)}
    assert [at[offset] for offset in (0xFF0, 0xFF4, 0xFF8, 0xFFC)] == [0x0D, kind << 4, 0x05, 0xB1]
    part = at[0xFE0] | (at[0xFE4] & 0xF) << 8
    designer = at[0xFE4] >> 4 | (at[0xFE8] & 7) << 4
    assert (part, designer) == (component.peripheral_id & 0xFFF, 0x3B)
