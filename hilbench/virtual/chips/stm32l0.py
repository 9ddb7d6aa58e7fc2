"""The STM32L031 around its core (RM0377 Rev 10), on a NUCLEO-L031K6 (UM1956)."""

from __future__ import annotations

from hilbench.chips import Chip
from hilbench.virtual.bus import MemoryBlock
from hilbench.virtual.chips._stm32 import Stm32
from hilbench.virtual.chips.family import Family
from hilbench.virtual.peripherals.stm32.kernel_clocks import ClockChoice, Source
from hilbench.virtual.peripherals.stm32l0.flash import ERASED, FlashController
from hilbench.virtual.peripherals.stm32l0.power import Pwr
from hilbench.virtual.peripherals.stm32l0.rcc import Rcc

_SYSTEM_MEMORY, _SYSTEM_MEMORY_SIZE = 0x1FF0_0000, 0x1000
"""ROM with ST's boot code."""
_DATA_EEPROM, _DATA_EEPROM_SIZE = 0x0808_0000, 0x400
_BRIDGES = (
    range(0x4000_0000, 0x4002_4000),  # APB1, APB2, AHB
    range(0x5000_0000, 0x5000_2000),  # pins
    range(0xE000_0000, 0xE010_0000),  # private peripheral bus
)

_OTHER_USARTS = ((0x4000_4800, 29),)  # LPUART1
_SOURCES = (Source.BUS, Source.LSI, Source.HSI, Source.LSE)
_LOW_POWER_TIMERS = ((0x4000_7C00, 13, ClockChoice(0x4C, 18, _SOURCES)),)  # by CCIPR

_PARTS = Stm32(
    factory=(0x1FF8_0000, 0x1000),
    flash_size_register=0x1FF8_007C,
    idcode=0x1018_6425,  # device 0x425
    usart=(0x4000_4400, 28),  # USART2
    other_usarts=_OTHER_USARTS,
    low_power_timers=_LOW_POWER_TIMERS,
    gpio=0x5000_0000,
    gpio_reset_modes=(0xEBFF_FCFF, 0xFFFF_FFFF, 0xFFFF_FFFF),  # A to C; the debug pins of A are in use
    trigger=(1, 0),  # PB0, Arduino D3
    clock_control=Rcc,
    flash_controller=FlashController,
    power_control=lambda on_mode: (Pwr(on_mode),),
)


def _rom(chip: Chip) -> tuple[MemoryBlock, ...]:
    system = MemoryBlock(_SYSTEM_MEMORY, _SYSTEM_MEMORY_SIZE, writable=False)
    eeprom = MemoryBlock(_DATA_EEPROM, _DATA_EEPROM_SIZE, writable=False)
    return (system, eeprom, *_PARTS.rom(chip))


FAMILY = Family(
    reset_clock=2_097_152,  # MSI, range 5 (7.2.3)
    cpuid=0x410C_C601,  # Cortex-M0+ r0p1
    debug_port=0x0BC1_1477,  # SW-DP version 1 (27.5.5)
    access_port=0x0477_0031,
    bridges=_BRIDGES,
    interrupts=30,
    boot_rom=_SYSTEM_MEMORY,
    rom=_rom,
    attach=_PARTS.attach,
    priority_bits=2,
    erased=ERASED,
)
