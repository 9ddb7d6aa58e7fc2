"""The nRF9160's application core and what is around it (nRF9160 PS v2.1), on its development kit (PCA10090).

All is secure, as after reset; a peripheral answers at both of its addresses, and the modem is absent.
"""

from __future__ import annotations

from hilbench.chips import Chip
from hilbench.virtual.bus import Bus
from hilbench.virtual.chips._nrf import Nrf
from hilbench.virtual.chips.family import ControlPortKind, Family, SerialPort, Signals
from hilbench.virtual.peripherals.alias import Alias
from hilbench.virtual.peripherals.bank import RegisterBank
from hilbench.virtual.peripherals.nrf.interconnect import Dppi
from hilbench.virtual.peripherals.nrf.uarte import Uarte

_FICR = 0x00FF_0000
_FICR_WORDS = {
    0x130: 9,  # the part, as Nordic's start-up code (MDK) asks for it
    0x134: 1,  # its revision
    0x140: 0x9160,  # SIPINFO.PARTNO
    0x144: int.from_bytes(b"B0A\0", "little"),  # SIPINFO.HWREVISION
    0x218: 256,  # INFO.RAM, KiB
    0x21C: 1024,  # INFO.FLASH, KiB
    0x220: 0x1000,  # INFO.CODEPAGESIZE, bytes
    0x224: 0x100,  # INFO.CODESIZE, pages
}
_NON_SECURE = (range(0x4000_0000, 0x4004_0000), range(0x4084_2000, 0x4084_3000))
_TO_SECURE = 0x1000_0000
"""Distance of a peripheral's secure addresses from its non-secure ones."""
_CRYPTOCELL = range(0x5084_0000, 0x5084_2000)
_BRIDGES = (
    range(0x4000_0000, 0x4004_0000),  # APB, non-secure
    range(0x5000_0000, 0x5004_0000),  # APB, secure
    range(0x4084_2000, 0x4084_3000),  # AHB, non-secure: GPIO
    range(0x5084_2000, 0x5084_3000),  # AHB, secure: GPIO
    _CRYPTOCELL,
    range(0xE000_0000, 0xE010_0000),  # private peripheral bus
)

_PARTS = Nrf(
    ficr=_FICR,
    ficr_words=_FICR_WORDS,
    uicr=0x00FF_8000,
    serial=(lambda bus, set_line, wake: Uarte(0x5000_8000, bus, set_line, wake, count_bits=13), 8),  # UARTE0
    other_serial=((0x5000_9000, 9), (0x5000_A000, 10), (0x5000_B000, 11)),
    counters=((0x5001_4000, 20, 4), (0x5001_5000, 21, 4)),
    interconnect=lambda banks, _: Dppi(0x5001_7000, banks),
    clock=(0x5000_5000, 5),
    regulator=0x5000_4000,
    nvmc=0x5003_9000,
    page_register=False,
    ports=(0x5084_2500,),
    trigger=(0, 10),  # P0.10
)


def _attach(chip: Chip, bus: Bus, signals: Signals) -> SerialPort:
    for window in _NON_SECURE:
        bus.attach(Alias(window, bus, _TO_SECURE))
    bus.attach(RegisterBank(_CRYPTOCELL.start, len(_CRYPTOCELL)))
    return _PARTS.attach(chip, bus, signals)


FAMILY = Family(
    reset_clock=64_000_000,
    cpuid=0x410F_D212,  # Cortex-M33 r0p2
    debug_port=0x6BA0_2477,
    access_port=0x8477_0001,
    bridges=_BRIDGES,
    interrupts=65,
    boot_rom=_FICR,
    rom=_PARTS.rom,
    attach=_attach,
    priority_bits=3,
    protection_regions=16,
    target=0x0009_0289,  # nRF91, Nordic, revision 0
    control_port=ControlPortKind(number=4, identity=0x1288_0000, unprotected=3),
    silent_ports=((3, 0x5477_0002),),  # APB-AP
)
