"""The nRF9160's application core and what is around it (nRF9160 PS v2.1), on its development kit (PCA10090).

All is secure, as after reset; the modem and the non-secure aliases of the peripherals are absent.
"""

from __future__ import annotations

from hilbench.chips import Chip
from hilbench.virtual.bus import Bus, MemoryBlock
from hilbench.virtual.chips.family import UNIQUE_ID, ControlPortKind, Family, SerialPort, Signals
from hilbench.virtual.peripherals.nrf.clock import Clock
from hilbench.virtual.peripherals.nrf.gpio import Gpio
from hilbench.virtual.peripherals.nrf.nvmc import Nvmc
from hilbench.virtual.peripherals.nrf.uarte import Uarte
from hilbench.virtual.power.energy import CurrentModel, Curve

_FICR, _UICR, _PAGE = 0x00FF_0000, 0x00FF_8000, 0x1000
_FICR_WORDS = {
    0x140: 0x9160,  # SIPINFO.PARTNO
    0x144: int.from_bytes(b"B0A\0", "little"),  # SIPINFO.HWREVISION
    0x218: 256,  # INFO.RAM, KiB
    0x21C: 1024,  # INFO.FLASH, KiB
    0x220: 0x1000,  # INFO.CODEPAGESIZE, bytes
    0x224: 0x100,  # INFO.CODESIZE, pages
}
_BRIDGES = (
    range(0x4000_0000, 0x4004_0000),  # APB, non-secure
    range(0x5000_0000, 0x5004_0000),  # APB, secure
    range(0x5084_2000, 0x5084_3000),  # AHB: GPIO
    range(0xE000_0000, 0xE010_0000),  # private peripheral bus
)
_CLOCK, _CLOCK_IRQ = 0x5000_5000, 5
_UARTE0, _UARTE0_IRQ = 0x5000_8000, 8
_NVMC = 0x5003_9000
_P0 = 0x5084_2500
_TRIGGER_PIN = 10
"""P0.10."""

_RUNNING = Curve((64e6,), (0.0027,))
_CURRENTS = CurrentModel(
    tight=_RUNNING,
    cached=_RUNNING,
    uncached=_RUNNING,
    asleep=Curve((64e6,), (0.00084,)),
)
"""CoreMark from flash with cache at 64 MHz: 2.7 mA in the series' specification (ICPU0_FLASH). Asleep with
HFXO and UARTE receiving: the 0.84 mA that the nRF5340's specification gives for that (IUARTE,IDLE1)."""


def _rom(chip: Chip) -> tuple[MemoryBlock, ...]:
    factory = MemoryBlock(_FICR, _PAGE, writable=False, fill=0xFF)
    for offset, word in _FICR_WORDS.items():
        factory.load(_FICR + offset, word.to_bytes(4, "little"))
    for address, part in chip.identification.split(UNIQUE_ID):
        factory.load(address, part)
    return factory, MemoryBlock(_UICR, _PAGE, writable=False, fill=0xFF)


def _attach(chip: Chip, bus: Bus, signals: Signals) -> SerialPort:
    uart = Uarte(_UARTE0, bus, lambda high: signals.interrupt(_UARTE0_IRQ, high), signals.wake)
    port = Gpio(_P0)
    port.watch(_TRIGGER_PIN, signals.trigger)
    nvmc = Nvmc(_NVMC, bus.block_of(chip.memories["flash"].base), bus.block_of(_UICR), page_register=False)
    clock = Clock(_CLOCK, lambda high: signals.interrupt(_CLOCK_IRQ, high))
    for peripheral in (uart, clock, nvmc, port):
        bus.attach(peripheral)
    return uart


FAMILY = Family(
    reset_clock=64_000_000,
    cpuid=0x410F_D212,  # Cortex-M33 r0p2
    debug_port=0x6BA0_2477,
    access_port=0x8477_0001,
    bridges=_BRIDGES,
    boot_rom=_FICR,
    currents=_CURRENTS,
    rom=_rom,
    attach=_attach,
    priority_bits=3,
    target=0x0009_0289,  # nRF91, Nordic, revision 0
    control_port=ControlPortKind(number=4, identity=0x1288_0000, unprotected=3),
    silent_ports=((3, 0x5477_0002),),  # APB-AP
)
