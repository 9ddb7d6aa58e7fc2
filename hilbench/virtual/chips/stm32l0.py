"""The STM32L031 around its core (RM0377 Rev 10), on a NUCLEO-L031K6 (UM1956)."""

from __future__ import annotations

from hilbench.chips import Chip
from hilbench.virtual.bus import Bus, MemoryBlock, Peripheral
from hilbench.virtual.chips.family import UNIQUE_ID, Family, SerialPort, Signals
from hilbench.virtual.peripherals.bank import RegisterBank
from hilbench.virtual.peripherals.stm32.gpio import Gpio
from hilbench.virtual.peripherals.stm32.usart import Usart
from hilbench.virtual.peripherals.stm32l0.flash import ERASED, FlashController
from hilbench.virtual.peripherals.stm32l0.power import Pwr
from hilbench.virtual.peripherals.stm32l0.rcc import Rcc
from hilbench.virtual.power.energy import CurrentModel, Curve

_SYSTEM_MEMORY, _SYSTEM_MEMORY_SIZE = 0x1FF0_0000, 0x1000
"""ROM with ST's boot code."""
_FACTORY_INFORMATION, _FACTORY_INFORMATION_SIZE = 0x1FF8_0000, 0x1000
_FLASH_SIZE_REGISTER = 0x1FF8_007C
_DATA_EEPROM, _DATA_EEPROM_SIZE = 0x0808_0000, 0x400
_BRIDGES = (
    range(0x4000_0000, 0x4002_4000),  # APB1, APB2, AHB
    range(0x5000_0000, 0x5000_2000),  # pins
    range(0xE000_0000, 0xE010_0000),  # private peripheral bus
)
_USART2, _USART2_IRQ = 0x4000_4400, 28
_GPIOA, _GPIOA_RESET_MODES = 0x5000_0000, 0xEBFF_FCFF
"""The debug pins PA13 and PA14 are alternate functions after reset."""
_GPIOB, _TRIGGER_PIN = 0x5000_0400, 0
"""PB0, Arduino D3."""
_GPIOC = 0x5000_0800
_DBG_IDCODE = 0x1018_6425
"""Device 0x425."""

_RUN = Curve((0, 32e6), (0.0004, 0.0055))
_CURRENTS = CurrentModel(
    tight=_RUN,
    cached=_RUN,
    uncached=_RUN,
    asleep=Curve((0, 16e6, 32e6), (0.0004, 0.0010, 0.0018)),
)
"""HSI16 and PLL on, range 1, peripherals off, 25 °C: estimates from what the data sheet's first pages say,
DS10668 Rev 6, with the uncertainty that the chip's description states."""


def _rom(chip: Chip) -> tuple[MemoryBlock, ...]:
    system = MemoryBlock(_SYSTEM_MEMORY, _SYSTEM_MEMORY_SIZE, writable=False)
    eeprom = MemoryBlock(_DATA_EEPROM, _DATA_EEPROM_SIZE, writable=False)
    factory = MemoryBlock(_FACTORY_INFORMATION, _FACTORY_INFORMATION_SIZE, writable=False)
    for address, part in chip.identification.split(UNIQUE_ID):
        factory.load(address, part)
    factory.load(_FLASH_SIZE_REGISTER, (chip.memories["flash"].size // 1024).to_bytes(2, "little"))
    return (system, eeprom, factory)


def _attach(chip: Chip, bus: Bus, signals: Signals) -> SerialPort:
    uart = Usart(_USART2, lambda high: signals.interrupt(_USART2_IRQ, high), signals.wake)
    trigger = Gpio(_GPIOB)
    trigger.watch(_TRIGGER_PIN, signals.trigger)
    rcc = Rcc()
    rcc.on_core_clock = signals.core_clock
    identity = RegisterBank(chip.identification.idcode, 0x400, {0: _DBG_IDCODE})
    flash = FlashController(bus.block_of(chip.memories["flash"].base))
    ports = (Gpio(_GPIOA, _GPIOA_RESET_MODES), trigger, Gpio(_GPIOC))
    peripherals: tuple[Peripheral, ...] = (uart, rcc, Pwr(), flash, identity, *ports)
    for peripheral in peripherals:
        bus.attach(peripheral)
    return uart


FAMILY = Family(
    reset_clock=2_097_152,  # MSI, range 5 (7.2.3)
    cpuid=0x410C_C601,  # Cortex-M0+ r0p1
    debug_port=0x0BC1_1477,  # SW-DP version 1 (27.5.5)
    access_port=0x0477_0031,
    bridges=_BRIDGES,
    boot_rom=_SYSTEM_MEMORY,
    currents=_CURRENTS,
    rom=_rom,
    attach=_attach,
    priority_bits=2,
    erased=ERASED,
)
