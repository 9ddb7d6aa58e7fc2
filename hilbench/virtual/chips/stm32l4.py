"""The STM32L475 around its core (RM0351 Rev 9), on a B-L475E-IOT01A (UM2153)."""

from __future__ import annotations

from hilbench.chips import Chip
from hilbench.virtual.bus import Bus, MemoryBlock, Peripheral
from hilbench.virtual.chips.family import UNIQUE_ID, Family, SerialPort, Signals
from hilbench.virtual.peripherals.bank import RegisterBank
from hilbench.virtual.peripherals.stm32.gpio import Gpio
from hilbench.virtual.peripherals.stm32.usart import Usart
from hilbench.virtual.peripherals.stm32l4.flash import FlashController
from hilbench.virtual.peripherals.stm32l4.power import Pwr
from hilbench.virtual.peripherals.stm32l4.rcc import Rcc
from hilbench.virtual.power.energy import CurrentModel, Curve

_SYSTEM_MEMORY, _SYSTEM_MEMORY_SIZE = 0x1FFF_0000, 0x8000
"""ROM with ST's boot code, and what identifies the chip."""
_FLASH_SIZE_REGISTER = 0x1FFF_75E0
_BRIDGES = (
    range(0x4000_0000, 0x4002_5000),  # APB1, APB2, AHB1
    range(0x4800_0000, 0x5006_1000),  # AHB2
    range(0xE000_0000, 0xE010_0000),  # private peripheral bus, DBGMCU
)
_USART1, _USART1_IRQ = 0x4001_3800, 37
_GPIO, _GPIO_STRIDE = 0x4800_0000, 0x400
_GPIO_RESET_MODES = (0xABFF_FFFF, 0xFFFF_FEBF, *[0xFFFF_FFFF] * 5, 0x0000_000F)
"""Ports A to H; the debug pins of A and B are alternate functions after reset."""
_TRIGGER_PORT, _TRIGGER_PIN = 1, 2
"""PB2, Arduino D8."""
_DBGMCU_IDCODE = 0x1007_6415
"""Device 0x415, revision 4."""

_FROM_FLASH = Curve((0, 16e6, 32e6, 48e6, 64e6, 80e6), (0.00025, 0.00219, 0.00424, 0.00628, 0.00825, 0.0102))
_CURRENTS = CurrentModel(
    tight=_FROM_FLASH,
    cached=_FROM_FLASH,
    uncached=_FROM_FLASH,
    asleep=Curve((0, 16e6, 32e6, 48e6, 64e6, 80e6), (0.00025, 0.00071, 0.0013, 0.00188, 0.00241, 0.00296)),
)
"""Range 1, ART on, peripherals off, 25 °C typical: after DS10969, yet to be checked against it. The
firmware leaves the ART on, so that there is one curve."""


def _rom(chip: Chip) -> tuple[MemoryBlock, ...]:
    system = MemoryBlock(_SYSTEM_MEMORY, _SYSTEM_MEMORY_SIZE, writable=False)
    for address, word in chip.identification.split(UNIQUE_ID):
        system.load(address, word)
    system.load(_FLASH_SIZE_REGISTER, (chip.memories["flash"].size // 1024).to_bytes(2, "little"))
    return (system,)


def _attach(chip: Chip, bus: Bus, signals: Signals) -> SerialPort:
    uart = Usart(_USART1, lambda high: signals.interrupt(_USART1_IRQ, high), signals.wake)
    ports = [Gpio(_GPIO + index * _GPIO_STRIDE, modes) for index, modes in enumerate(_GPIO_RESET_MODES)]
    ports[_TRIGGER_PORT].watch(_TRIGGER_PIN, signals.trigger)
    rcc = Rcc()
    rcc.on_core_clock = signals.core_clock
    identity = RegisterBank(chip.identification.idcode, 0x400, {0: _DBGMCU_IDCODE})
    flash = FlashController(bus.block_of(chip.memories["flash"].base))
    peripherals: tuple[Peripheral, ...] = (uart, rcc, Pwr(), flash, identity, *ports)
    for peripheral in peripherals:
        bus.attach(peripheral)
    return uart


FAMILY = Family(
    reset_clock=4_000_000,  # MSI (6.2.3)
    cpuid=0x410F_C241,  # Cortex-M4 r0p1
    debug_port=0x2BA0_1477,  # SW-DP version 1 (48.4)
    access_port=0x2477_0011,
    bridges=_BRIDGES,
    boot_rom=_SYSTEM_MEMORY,
    flash_mirror=0,  # what BOOT0 selects appears at 0 (2.6)
    currents=_CURRENTS,
    rom=_rom,
    attach=_attach,
)
