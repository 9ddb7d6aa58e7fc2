"""The STM32H743 around its core (RM0433 Rev 8), on a NUCLEO-H743ZI2 (UM2407)."""

from __future__ import annotations

from collections.abc import Callable

from hilbench.virtual.chips._stm32 import Stm32
from hilbench.virtual.chips._stm32_m7 import OTHER_USARTS
from hilbench.virtual.chips.family import Family
from hilbench.virtual.peripherals.stm32.kernel_clocks import ClockChoice, Source
from hilbench.virtual.peripherals.stm32h7.flash import FlashController
from hilbench.virtual.peripherals.stm32h7.power import Pwr, Syscfg
from hilbench.virtual.peripherals.stm32h7.rcc import Rcc

_SYSTEM_MEMORY = 0x1FF0_0000
"""ROM with ST's boot code, and what identifies the chip."""
_BRIDGES = (
    range(0x4000_0000, 0x4802_4000),  # D2: APB1, APB2, AHB1, AHB2
    range(0x5000_0000, 0x5200_A000),  # D1: APB3, AHB3
    range(0x5800_0000, 0x5802_7000),  # D3: APB4, AHB4
    range(0x5C00_0000, 0x5C01_0000),  # debug APB
    range(0xE000_0000, 0xE010_0000),  # private peripheral bus
)


def _power_control(on_mode: Callable[[str], None]) -> tuple[Pwr, Syscfg]:
    power = Pwr(on_mode)
    return power, Syscfg(power)


_OTHER_USARTS = (*OTHER_USARTS, (0x5800_0C00, 142))
"""The last is LPUART1."""
_LPTIM3_TO_5 = ((0x5800_2800, 139), (0x5800_2C00, 140), (0x5800_3000, 141))
_SOURCES = (Source.BUS, None, None, Source.LSE, Source.LSI, Source.HSI)
"""PLL2 and PLL3 stand still; the peripheral clock is HSI, as after reset."""
_LOW_POWER_TIMERS = (
    (0x4000_2400, 93, ClockChoice(0x54, 28, _SOURCES)),  # by D2CCIP2R
    (0x5800_2400, 138, ClockChoice(0x58, 10, _SOURCES)),  # by D3CCIPR
    *((base, number, ClockChoice(0x58, 13, _SOURCES)) for base, number in _LPTIM3_TO_5),
)

_PARTS = Stm32(
    factory=(_SYSTEM_MEMORY, 0x2_0000),
    flash_size_register=0x1FF1_E880,
    idcode=0x2003_6450,  # device 0x450, revision V
    usart=(0x4000_4800, 39),  # USART3
    other_usarts=_OTHER_USARTS,
    low_power_timers=_LOW_POWER_TIMERS,
    gpio=0x5802_0000,
    gpio_reset_modes=(0xABFF_FFFF, *[0xFFFF_FFFF] * 10),  # A to K; the debug pins of A are in use
    trigger=(5, 3),  # PF3, Arduino D8
    clock_control=Rcc,
    flash_controller=FlashController,
    power_control=_power_control,
)

FAMILY = Family(
    reset_clock=64_000_000,  # HSI (8.5.2)
    cpuid=0x411F_C271,  # Cortex-M7 r1p1
    debug_port=0x6BA0_2477,  # SW-DP version 2 (60.4.4)
    access_port=0x8477_0001,
    bridges=_BRIDGES,
    interrupts=150,
    boot_rom=_SYSTEM_MEMORY,
    rom=_PARTS.rom,
    attach=_PARTS.attach,
    protection_regions=16,
)
