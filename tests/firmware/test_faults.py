"""Faults end in a report on the serial line, and a reset brings the device back."""

from __future__ import annotations

import re

from elftools.elf.elffile import ELFFile
from elftools.elf.sections import SymbolTableSection

from hilbench.boards.debug import DebugWire
from hilbench.chips import load_chip
from tests.firmware.conftest import Device

UNDEFINSTR = 1 << 16
PRECISERR, BFARVALID = 1 << 9, 1 << 15
STKERR = 1 << 12
FORCED = 1 << 30
"""Bits of CFSR and HFSR (ARMv7-M ARM, B3.2.15 and B3.2.16)."""
REGISTERS = (
    *("pc", "lr", "xpsr", "cfsr", "hfsr", "mmfar", "bfar", "sp"),
    *(f"r{number}" for number in range(13)),
)


def report(line: str) -> dict[str, int]:
    """Registers in a fault report."""
    assert re.fullmatch(r"e-\[HardFault( stack overflow)?( \w+=0x[0-9a-f]{8})+\]", line), line
    return {name: int(value, 16) for name, value in re.findall(r"(\w+)=0x([0-9a-f]{8})", line)}


def function_at(device: Device, address: int) -> str:
    """Name of the function that `address` lies in."""
    with device.image.elf.open("rb") as stream:
        table = ELFFile(stream).get_section_by_name(".symtab")
        assert isinstance(table, SymbolTableSection)
        for symbol in table.iter_symbols():
            start = symbol["st_value"] & ~1
            if symbol["st_info"]["type"] == "STT_FUNC" and start <= address < start + symbol["st_size"]:
                return symbol.name
    raise AssertionError(hex(address))


def test_an_undefined_instruction_is_reported(device: Device) -> None:
    (line,) = device.terminal.ask("trap")
    registers = report(line)
    assert set(registers) == set(REGISTERS)
    assert registers["cfsr"] == UNDEFINSTR
    assert registers["hfsr"] & FORCED
    assert function_at(device, registers["pc"]) == "trap"


def test_a_stray_access_is_reported_with_its_address(device: Device) -> None:
    case = device.select("stray")
    registers = report(device.terminal.ask("case warm 1")[-1])
    assert registers["cfsr"] & (PRECISERR | BFARVALID) == PRECISERR | BFARVALID
    assert registers["bfar"] == 0xC0000000
    assert function_at(device, registers["pc"]) == f"case_{case.digest}"


def test_a_stack_overflow_is_reported_from_another_stack(device: Device) -> None:
    device.select("endless")
    (line,) = device.terminal.ask("case warm 1")
    assert line.startswith("e-[HardFault stack overflow pc=")
    registers = report(line)
    assert registers["cfsr"] & STKERR
    assert registers["sp"] < load_chip(device.image.chip).memories["dtcm"].base


def test_after_a_fault_only_a_reset_helps(device: Device, probe: DebugWire) -> None:
    device.terminal.ask("trap")
    device.terminal.send(b"name%")
    assert device.terminal.is_silent()
    probe.reset()
    assert device.terminal.until_ready()[-1] == "m-init-done"
    assert device.terminal.ask("name") == ["m-name-dut-[hilbench]"]
