"""The STM32F767 around its core (RM0410 Rev 4), on a NUCLEO-F767ZI (UM1974)."""

from __future__ import annotations

from hilbench.chips import Chip
from hilbench.virtual.bus import Bus, MemoryBlock, Peripheral
from hilbench.virtual.chips.family import UNIQUE_ID, Family, SerialPort, Signals
from hilbench.virtual.peripherals.bank import RegisterBank
from hilbench.virtual.peripherals.stm32.gpio import Gpio
from hilbench.virtual.peripherals.stm32.usart import Usart
from hilbench.virtual.peripherals.stm32f7.flash import FlashController
from hilbench.virtual.peripherals.stm32f7.power import Pwr
from hilbench.virtual.peripherals.stm32f7.rcc import Rcc
from hilbench.virtual.power.energy import CurrentModel, Curve

_SYSTEM_MEMORY, _SYSTEM_MEMORY_SIZE = 0x1FF0_0000, 0x1_0000
"""ROM with ST's boot code, and what identifies the chip."""
_FLASH_SIZE_REGISTER = 0x1FF0_F442
_BRIDGES = (
    range(0x4000_0000, 0x4008_0000),  # APB1, APB2, AHB1
    range(0x5000_0000, 0x5006_1000),  # AHB2
    range(0xE000_0000, 0xE010_0000),  # private peripheral bus, DBGMCU
)
_USART3, _USART3_IRQ = 0x4000_4800, 39
_GPIO, _GPIO_STRIDE = 0x4002_0000, 0x400
_GPIO_RESET_MODES = (0xA800_0000, 0x0000_0280, *[0] * 9)
"""Ports A to K; the debug pins of A and B are alternate functions after reset."""
_TRIGGER_PORT, _TRIGGER_PIN = 5, 12
"""PF12, Arduino D8."""
_DBGMCU_IDCODE = 0x1001_6451
"""Device 0x451, revision Z."""

_FROM_ITCM = Curve((0, 60e6, 168e6, 200e6, 216e6), (0.001, 0.024, 0.072, 0.092, 0.099))
_CURRENTS = CurrentModel(
    tight=_FROM_ITCM,
    cached=_FROM_ITCM,
    uncached=_FROM_ITCM,
    asleep=Curve((0, 216e6), (0.001, 0.034)),
)
"""Regulator on, peripherals off, 25 °C typical, from ITCM: the sibling STM32F722's (DocID029808 Rev 3, table
25). Asleep: the third of it that the STM32H743 draws (DS12110 Rev 10, tables 129 and 134)."""


def _rom(chip: Chip) -> tuple[MemoryBlock, ...]:
    system = MemoryBlock(_SYSTEM_MEMORY, _SYSTEM_MEMORY_SIZE, writable=False)
    for address, word in chip.identification.split(UNIQUE_ID):
        system.load(address, word)
    system.load(_FLASH_SIZE_REGISTER, (chip.memories["flash"].size // 1024).to_bytes(2, "little"))
    return (system,)


def _attach(chip: Chip, bus: Bus, signals: Signals) -> SerialPort:
    uart = Usart(_USART3, lambda high: signals.interrupt(_USART3_IRQ, high), signals.wake)
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
    reset_clock=16_000_000,  # HSI (5.2.2)
    cpuid=0x411F_C270,  # Cortex-M7 r1p0
    debug_port=0x5BA0_2477,  # SW-DP version 2 (40.3)
    access_port=0x7477_0001,
    bridges=_BRIDGES,
    boot_rom=_SYSTEM_MEMORY,
    currents=_CURRENTS,
    rom=_rom,
    attach=_attach,
    flash_mirror=0x0020_0000,  # through the ITCM bus (2.2)
)
