"""The STM32L475's bit-band aliases, for its core and a debugger."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from contextlib import closing

import pytest

from hilbench.chips import load_chip
from hilbench.virtual.bus import BusFault
from hilbench.virtual.machine import Machine

RAM, RAM_ALIAS = 0x2000_0000, 0x2200_0000
PERIPHERAL_ALIAS = 0x4200_0000
WORD = RAM + 0x100


@pytest.fixture(name="machine")
def _machine() -> Iterator[Machine]:
    with closing(Machine(load_chip("stm32l475"), realtime=False)) as machine:
        yield machine


def alias(bit: int) -> int:
    """Address in the alias of a bit of the word."""
    return RAM_ALIAS + (WORD - RAM) * 32 + bit * 4


def test_a_word_of_the_alias_is_a_bit(machine: Machine) -> None:
    machine.write_memory(WORD, struct.pack("<I", 0x8000_0001))
    bits = [int.from_bytes(machine.read_memory(alias(bit), 4), "little") for bit in range(32)]
    assert [bit for bit, value in enumerate(bits) if value] == [0, 31]
    machine.write_memory(alias(9), struct.pack("<I", 1))
    machine.write_memory(alias(31), struct.pack("<I", 0xFFFF_FFFE))
    assert machine.read_memory(WORD, 4) == struct.pack("<I", 0x0000_0201)


def test_the_core_sets_and_reads_a_bit(machine: Machine) -> None:
    flash = 0x0800_0000
    code = bytes.fromhex("0120 0860 0a68 00be")  # movs r0, #1; str r0, [r1]; ldr r2, [r1]; bkpt
    machine.bus.block_of(flash).load(flash, struct.pack("<4I", RAM + 0x1000, flash | 0x11, 0, 0) + code)
    machine.start(halt=True)
    machine.halting.enabled = True
    machine.write_register(1, alias(20))
    machine.resume()
    assert machine.wait_halted(10)
    assert machine.read_register(2) == 1
    assert machine.read_memory(WORD, 4) == struct.pack("<I", 1 << 20)


def test_a_peripheral_s_register_has_an_alias_too(machine: Machine) -> None:
    machine.start(halt=True)
    rcc_ahb2enr = 0x4002_104C
    machine.write_memory(PERIPHERAL_ALIAS + (rcc_ahb2enr - 0x4000_0000) * 32 + 4, struct.pack("<I", 1))
    assert machine.read_memory(rcc_ahb2enr, 4) == struct.pack("<I", 2)


def test_beyond_the_region_there_is_nothing(machine: Machine) -> None:
    with pytest.raises(BusFault):
        machine.read_memory(RAM_ALIAS + 32 * 0x1_8000, 4)
