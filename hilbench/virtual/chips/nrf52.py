"""The nRF52840 around its core (nRF52840 Product Specification v1.8), on its development kit (PCA10056)."""

from __future__ import annotations

from collections.abc import Callable

from hilbench.virtual.bus import Bus
from hilbench.virtual.chips._nrf import Nrf
from hilbench.virtual.chips.family import ControlPortKind, Family
from hilbench.virtual.peripherals.nrf.uarte import Uarte

_FICR = 0x1000_0000
_FICR_WORDS = {
    0x010: 0x1000,  # CODEPAGESIZE, bytes
    0x014: 0x100,  # CODESIZE, pages
    0x100: 0x0005_2840,  # INFO.PART
    0x104: int.from_bytes(b"AAD0"),  # INFO.VARIANT: build code D0
    0x108: 0x2004,  # INFO.PACKAGE: QI
    0x10C: 256,  # INFO.RAM, KiB
    0x110: 1024,  # INFO.FLASH, KiB
}
_BRIDGES = (
    range(0x4000_0000, 0x4003_0000),  # APB
    range(0x5000_0000, 0x5000_1000),  # AHB: GPIO
    range(0xE000_0000, 0xE010_0000),  # private peripheral bus
)


def _serial(bus: Bus, set_line: Callable[[bool], None], wake: Callable[[], None]) -> Uarte:
    """UART0 and UARTE0, which are one."""
    return Uarte(0x4000_2000, bus, set_line, wake, count_bits=16, bytewise=True)


_PARTS = Nrf(
    ficr=_FICR,
    ficr_words=_FICR_WORDS,
    uicr=0x1000_1000,
    serial=(_serial, 2),
    clock=(0x4000_0000, 0),
    regulator=0x4000_0000,
    nvmc=0x4001_E000,
    page_register=True,
    ports=(0x5000_0500, 0x5000_0800),
    trigger=(1, 10),  # P1.10, Arduino D8
)

FAMILY = Family(
    reset_clock=64_000_000,
    cpuid=0x410F_C241,  # Cortex-M4 r0p1
    debug_port=0x2BA0_1477,
    access_port=0x2477_0011,
    bridges=_BRIDGES,
    interrupts=48,
    boot_rom=_FICR,
    rom=_PARTS.rom,
    attach=_PARTS.attach,
    priority_bits=3,
    control_port=ControlPortKind(number=1, identity=0x0288_0000, unprotected=1),
)
