"""The STM32H743 around its core (RM0433 Rev 8), on a NUCLEO-H743ZI2 (UM2407)."""

from __future__ import annotations

from hilbench.chips import Chip
from hilbench.virtual.bus import Bus, MemoryBlock, Peripheral
from hilbench.virtual.chips.family import UNIQUE_ID, Family, SerialPort, Signals
from hilbench.virtual.peripherals.bank import RegisterBank
from hilbench.virtual.peripherals.stm32.gpio import Gpio
from hilbench.virtual.peripherals.stm32.usart import Usart
from hilbench.virtual.peripherals.stm32h7.flash import FlashController
from hilbench.virtual.peripherals.stm32h7.power import Pwr, Syscfg
from hilbench.virtual.peripherals.stm32h7.rcc import Rcc
from hilbench.virtual.power.energy import CurrentModel, Curve

_SYSTEM_MEMORY, _SYSTEM_MEMORY_SIZE = 0x1FF0_0000, 0x2_0000
"""ROM with ST's boot code, and what identifies the chip."""
_FLASH_SIZE_REGISTER = 0x1FF1_E880
_BRIDGES = (
    range(0x4000_0000, 0x4802_4000),  # D2: APB1, APB2, AHB1, AHB2
    range(0x5000_0000, 0x5200_A000),  # D1: APB3, AHB3
    range(0x5800_0000, 0x5802_7000),  # D3: APB4, AHB4
    range(0x5C00_0000, 0x5C01_0000),  # debug APB
    range(0xE000_0000, 0xE010_0000),  # private peripheral bus
)
_USART3, _USART3_IRQ = 0x4000_4800, 39
_GPIOA, _GPIOA_RESET_MODES = 0x5802_0000, 0xABFF_FFFF
"""The debug pins PA13 to PA15 are alternate functions after reset."""
_GPIO_PORTS, _GPIO_STRIDE = 11, 0x400
_TRIGGER_PORT, _TRIGGER_PIN = 5, 3
"""PF3, Arduino D8."""
_DBGMCU_IDCODE = 0x2003_6450
"""Device 0x450, revision V."""

_STATIC = 0.004
"""Current extrapolated to a stopped clock, A: the straight line through the figures below 400 MHz."""
_CURRENTS = CurrentModel(
    tight=Curve((0, 200e6, 400e6, 480e6), (_STATIC, 0.047, 0.110, 0.148)),
    cached=Curve((0, 400e6, 480e6), (_STATIC, 0.080, 0.110)),
    uncached=Curve((0, 480e6), (_STATIC, 0.087)),
    asleep=Curve((0, 400e6, 480e6), (_STATIC, 0.0353, 0.0507)),
)
"""Revision V, LDO supply, peripherals off, 25 °C typical: DS12110 Rev 10, tables 129 (from ITCM), 130
(from flash, caches on), 131 (caches off) and 134 (sleep)."""


def _rom(chip: Chip) -> tuple[MemoryBlock, ...]:
    system = MemoryBlock(_SYSTEM_MEMORY, _SYSTEM_MEMORY_SIZE, writable=False)
    for address, part in chip.identification.split(UNIQUE_ID):
        system.load(address, part)
    system.load(_FLASH_SIZE_REGISTER, (chip.memories["flash"].size // 1024).to_bytes(2, "little"))
    return (system,)


def _attach(chip: Chip, bus: Bus, signals: Signals) -> SerialPort:
    uart = Usart(_USART3, lambda high: signals.interrupt(_USART3_IRQ, high), signals.wake)
    ports = [Gpio(_GPIOA + index * _GPIO_STRIDE) for index in range(1, _GPIO_PORTS)]
    ports.insert(0, Gpio(_GPIOA, _GPIOA_RESET_MODES))
    ports[_TRIGGER_PORT].watch(_TRIGGER_PIN, signals.trigger)
    rcc = Rcc()
    rcc.on_core_clock = signals.core_clock
    identity = RegisterBank(chip.identification.idcode, 0x400, {0: _DBGMCU_IDCODE})
    flash = FlashController(bus.block_of(chip.memories["flash"].base))
    peripherals: tuple[Peripheral, ...] = (uart, rcc, Pwr(), Syscfg(), flash, identity, *ports)
    for peripheral in peripherals:
        bus.attach(peripheral)
    return uart


FAMILY = Family(
    reset_clock=64_000_000,  # HSI (8.5.2)
    cpuid=0x411F_C271,  # Cortex-M7 r1p1
    debug_port=0x6BA0_2477,  # SW-DP version 2 (60.4.4)
    access_port=0x8477_0001,
    bridges=_BRIDGES,
    boot_rom=_SYSTEM_MEMORY,
    currents=_CURRENTS,
    rom=_rom,
    attach=_attach,
)
