"""The STM32F767 around its core (RM0410 Rev 4), on a NUCLEO-F767ZI (UM1974)."""

from __future__ import annotations

from hilbench.chips import Chip
from hilbench.virtual.bus import MemoryBlock
from hilbench.virtual.chips._stm32 import Stm32
from hilbench.virtual.chips._stm32_m7 import OTHER_USARTS
from hilbench.virtual.chips.family import Family
from hilbench.virtual.peripherals.stm32.kernel_clocks import ClockChoice, Source
from hilbench.virtual.peripherals.stm32f7.flash import FlashController
from hilbench.virtual.peripherals.stm32f7.power import Pwr
from hilbench.virtual.peripherals.stm32f7.rcc import Rcc

_SYSTEM_MEMORY = 0x1FF0_0000
"""ROM with ST's boot code, and what identifies the chip."""
_OPTIONS, _PACKAGE, _PACKAGE_OF_HEADERS = 0x1FFF_0000, 0x1FFF_7BF0, 0x1FF0_F7E0
"""Option bytes; the package word, where the manual has it (41.3) and where ST's headers have it."""
_LQFP144 = 0x200
_BRIDGES = (
    range(0x4000_0000, 0x4008_0000),  # APB1, APB2, AHB1
    range(0x5000_0000, 0x5006_1000),  # AHB2
    range(0xE000_0000, 0xE010_0000),  # private peripheral bus, DBGMCU
)

_SOURCES = (Source.BUS, Source.LSI, Source.HSI, Source.LSE)
_LOW_POWER_TIMERS = ((0x4000_2400, 93, ClockChoice(0x90, 24, _SOURCES)),)  # by DCKCFGR2

_PARTS = Stm32(
    factory=(_SYSTEM_MEMORY, 0x1_0000),
    flash_size_register=0x1FF0_F442,
    factory_words={_PACKAGE_OF_HEADERS: _LQFP144},
    idcode=0x1001_6451,  # device 0x451, revision Z
    usart=(0x4000_4800, 39),  # USART3
    other_usarts=OTHER_USARTS,
    low_power_timers=_LOW_POWER_TIMERS,
    gpio=0x4002_0000,
    gpio_reset_modes=(0xA800_0000, 0x0000_0280, *[0] * 9),  # A to K; the debug pins of A and B are in use
    trigger=(5, 12),  # PF12, Arduino D8
    clock_control=Rcc,
    flash_controller=FlashController,
    power_control=lambda on_mode: (Pwr(on_mode),),
)


def _rom(chip: Chip) -> tuple[MemoryBlock, ...]:
    options = MemoryBlock(_OPTIONS, 0x8000, writable=False, fill=0xFF)
    options.load(_PACKAGE, _LQFP144.to_bytes(4, "little"))
    return (options, *_PARTS.rom(chip))


FAMILY = Family(
    reset_clock=16_000_000,  # HSI (5.2.2)
    cpuid=0x411F_C270,  # Cortex-M7 r1p0
    debug_port=0x5BA0_2477,  # SW-DP version 2 (40.3)
    access_port=0x7477_0001,
    bridges=_BRIDGES,
    interrupts=110,
    boot_rom=_SYSTEM_MEMORY,
    rom=_rom,
    attach=_PARTS.attach,
    flash_mirror=0x0020_0000,  # through the ITCM bus (2.2)
)
