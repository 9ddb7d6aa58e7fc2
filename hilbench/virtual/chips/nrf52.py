"""The nRF52840 around its core (nRF52840 Product Specification v1.8), on its development kit (PCA10056)."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from hilbench.chips import Chip
from hilbench.virtual.bus import Bus
from hilbench.virtual.chips._nrf import Nrf
from hilbench.virtual.chips.family import ControlPortKind, Family, SerialPort, Signals
from hilbench.virtual.peripherals.bank import ConstantBank, RegisterBank
from hilbench.virtual.peripherals.nrf.events import EventBank
from hilbench.virtual.peripherals.nrf.interconnect import Ppi
from hilbench.virtual.peripherals.nrf.uarte import Uarte

_FICR = 0x1000_0000
_TEMPERATURE = (
    *(0x326, 0x348, 0x3AA, 0x40E, 0x4BD, 0x5A3),
    *(0x3FEF, 0x3FBE, 0x3FBE, 0x012, 0x124, 0x27C),
    *(0xE2, 0x00, 0x19, 0x3C, 0x50),
)
_FICR_WORDS = {
    0x010: 0x1000,  # CODEPAGESIZE, bytes
    0x014: 0x100,  # CODESIZE, pages
    0x100: 0x0005_2840,  # INFO.PART
    0x104: int.from_bytes(b"AAD0"),  # INFO.VARIANT: build code D0
    0x108: 0x2004,  # INFO.PACKAGE: QI
    0x10C: 256,  # INFO.RAM, KiB
    0x110: 1024,  # INFO.FLASH, KiB
    0x130: 8,  # the part, as Nordic's start-up code (MDK) asks for it
    0x134: 3,  # its revision
    0x0A0: 0xFFFF_FFFF,  # DEVICEADDRTYPE: random
    # TEMP.A0 to T4, which start-up code copies to TEMP; a device has its own.
    **dict(zip(range(0x404, 0x448, 4), _TEMPERATURE, strict=True)),
}
_PART_PAGE, _PART_WORDS = (
    0xF000_0000,
    {
        0xFD0: 0x02,
        0xFE0: 0x08,
        0xFE4: 0x40,
        0xFE8: 0x3C,
        **dict(zip(range(0xFF0, 0x1000, 4), (0x0D, 0x10, 0x05, 0xB1), strict=True)),
    },
)
"""Part and revision for older start-up code, as a CoreSight component's identification: part 8, Nordic,
revision 3."""
_CRYPTOCELL = range(0x5002_A000, 0x5002_C000)
_BRIDGES = (
    range(0x4000_0000, 0x4003_0000),  # APB
    range(0x5000_0000, 0x5000_1000),  # AHB: GPIO
    _CRYPTOCELL,
    range(_PART_PAGE, _PART_PAGE + 0x1000),
    range(0xE000_0000, 0xE010_0000),  # private peripheral bus
)


def _serial(bus: Bus, set_line: Callable[[bool], None], wake: Callable[[], None]) -> Uarte:
    """UART0 and UARTE0, which are one."""
    return Uarte(0x4000_2000, bus, set_line, wake, count_bits=16, bytewise=True)


def _interconnect(banks: Sequence[EventBank], bus: Bus) -> Ppi:
    return Ppi(0x4001_F000, banks, lambda task: bus.write_register(task, 4, 1))


_PARTS = Nrf(
    ficr=_FICR,
    ficr_words=_FICR_WORDS,
    uicr=0x1000_1000,
    serial=(_serial, 2),
    other_serial=((0x4002_8000, 40),),
    counters=((0x4000_B000, 11, 3), (0x4001_1000, 17, 4), (0x4002_4000, 36, 4)),
    interconnect=_interconnect,
    clock=(0x4000_0000, 0),
    regulator=0x4000_0000,
    nvmc=0x4001_E000,
    page_register=True,
    ports=(0x5000_0500, 0x5000_0800),
    trigger=(1, 10),  # P1.10, Arduino D8
)


def _attach(chip: Chip, bus: Bus, signals: Signals) -> SerialPort:
    bus.attach(ConstantBank(_PART_PAGE, 0x1000, _PART_WORDS))
    bus.attach(RegisterBank(_CRYPTOCELL.start, len(_CRYPTOCELL)))
    return _PARTS.attach(chip, bus, signals)


FAMILY = Family(
    reset_clock=64_000_000,
    cpuid=0x410F_C241,  # Cortex-M4 r0p1
    debug_port=0x2BA0_1477,
    access_port=0x2477_0011,
    bridges=_BRIDGES,
    interrupts=48,
    boot_rom=_FICR,
    rom=_PARTS.rom,
    attach=_attach,
    priority_bits=3,
    control_port=ControlPortKind(number=1, identity=0x0288_0000, unprotected=1),
)
