"""The STM32L475 around its core (RM0351 Rev 9), on a B-L475E-IOT01A (UM2153)."""

from __future__ import annotations

from hilbench.chips import Chip
from hilbench.virtual.bus import Bus
from hilbench.virtual.chips._stm32 import Stm32
from hilbench.virtual.chips.family import Family, SerialPort, Signals
from hilbench.virtual.peripherals.stm32.kernel_clocks import ClockChoice, Source
from hilbench.virtual.peripherals.stm32l4.flash import FlashController
from hilbench.virtual.peripherals.stm32l4.power import Pwr
from hilbench.virtual.peripherals.stm32l4.rcc import Rcc
from hilbench.virtual.system.bit_band import ALIAS_BYTES, BitBand

_SYSTEM_MEMORY = 0x1FFF_0000
"""ROM with ST's boot code, and what identifies the chip."""
_BIT_BANDS = {0x2200_0000: range(0x2000_0000, 0x2001_8000), 0x4200_0000: range(0x4000_0000, 0x4002_5000)}
"""Aliases of SRAM1 and of the peripherals, one bit a word (2.2)."""
_BRIDGES = (
    *(range(alias, alias + ALIAS_BYTES * len(region)) for alias, region in _BIT_BANDS.items()),
    range(0x4000_0000, 0x4002_5000),  # APB1, APB2, AHB1
    range(0x4800_0000, 0x5006_1000),  # AHB2
    range(0xE000_0000, 0xE010_0000),  # private peripheral bus, DBGMCU
)

_OTHER_USARTS = (
    (0x4000_4400, 38),  # USART2
    (0x4000_4800, 39),  # USART3
    (0x4000_4C00, 52),  # UART4
    (0x4000_5000, 53),  # UART5
    (0x4000_8000, 70),  # LPUART1
)
_SOURCES = (Source.BUS, Source.LSI, Source.HSI, Source.LSE)
_LOW_POWER_TIMERS = (
    (0x4000_7C00, 65, ClockChoice(0x88, 18, _SOURCES)),  # by CCIPR
    (0x4000_9400, 66, ClockChoice(0x88, 20, _SOURCES)),
)

_PARTS = Stm32(
    factory=(_SYSTEM_MEMORY, 0x8000),
    flash_size_register=0x1FFF_75E0,
    factory_words={0x1FFF_7500: 2},  # package: LQFP100
    idcode=0x1007_6415,  # device 0x415, revision 4
    usart=(0x4001_3800, 37),  # USART1
    other_usarts=_OTHER_USARTS,
    low_power_timers=_LOW_POWER_TIMERS,
    gpio=0x4800_0000,
    # A to H; the debug pins of A and B are in use
    gpio_reset_modes=(0xABFF_FFFF, 0xFFFF_FEBF, *[0xFFFF_FFFF] * 5, 0x0000_000F),
    trigger=(1, 2),  # PB2, Arduino D8
    clock_control=Rcc,
    flash_controller=FlashController,
    power_control=lambda on_mode: (Pwr(on_mode),),
)


def _attach(chip: Chip, bus: Bus, signals: Signals) -> SerialPort:
    for alias, region in _BIT_BANDS.items():
        bus.attach(BitBand(alias, bus, region))
    return _PARTS.attach(chip, bus, signals)


FAMILY = Family(
    reset_clock=4_000_000,  # MSI (6.2.3)
    cpuid=0x410F_C241,  # Cortex-M4 r0p1
    debug_port=0x2BA0_1477,  # SW-DP version 1 (48.4)
    access_port=0x2477_0011,
    bridges=_BRIDGES,
    interrupts=82,
    boot_rom=_SYSTEM_MEMORY,
    flash_mirror=0,  # what BOOT0 selects appears at 0 (2.6)
    rom=_PARTS.rom,
    attach=_attach,
)
