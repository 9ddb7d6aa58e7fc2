"""The STM32H743 assembled: memories, bridges and the peripherals that firmware and tools touch."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from hilbench.chips import Chip
from hilbench.virtual.bus import Bus, MemoryBlock, Peripheral
from hilbench.virtual.flash import FlashController
from hilbench.virtual.peripherals.bank import RegisterBank
from hilbench.virtual.peripherals.gpio import Gpio
from hilbench.virtual.peripherals.power import Pwr, Syscfg
from hilbench.virtual.peripherals.rcc import Rcc
from hilbench.virtual.peripherals.uart import Uart
from hilbench.virtual.system.nvic import Nvic

UNIQUE_ID = b"HILBENCHVIRT"
"""The 96 bits by which any tool can tell this chip from silicon."""
RESET_CLOCK = 64_000_000
"""HSI, Hz (RM0433, 8.5.2)."""

SYSTEM_MEMORY = range(0x1FF0_0000, 0x1FF2_0000)
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
_GPIO_PORTS = 11
_GPIOA, _GPIO_STRIDE = 0x5802_0000, 0x400
_GPIOA_RESET_MODES = 0xABFF_FFFF
"""The debug pins PA13 to PA15 are alternate functions after reset."""
_DBGMCU_IDCODE = 0x2003_6450
"""Device 0x450, revision V."""
TRIGGER_PORT, TRIGGER_PIN = "F", 3
"""The pin whose edges a power meter sees: Arduino D8 of a NUCLEO-H743ZI2 (UM2407)."""


def build_bus(chip: Chip) -> Bus:
    """The chip's memories, flash erased, with the system memory that identifies it."""
    blocks = [
        MemoryBlock(
            memory.base,
            memory.size,
            writable=memory.kind != "flash",
            fill=0xFF if memory.kind == "flash" else 0,
        )
        for memory in chip.memories.values()
    ]
    system = MemoryBlock(SYSTEM_MEMORY.start, len(SYSTEM_MEMORY), writable=False)
    system.load(chip.identification.unique_id, UNIQUE_ID)
    flash_kib = sum(memory.size for memory in chip.memories.values() if memory.kind == "flash") // 1024
    system.load(_FLASH_SIZE_REGISTER, flash_kib.to_bytes(2, "little"))
    return Bus([*blocks, system], _BRIDGES)


@dataclass(frozen=True)
class Peripherals:
    """The peripherals that the machine itself has to do with."""

    uart: Uart
    rcc: Rcc
    trigger: Gpio


def attach_peripherals(bus: Bus, chip: Chip, nvic: Nvic, wake: Callable[[], None]) -> Peripherals:
    """Put the chip's peripherals on the bus.

    Args:
        bus: where they go.
        chip: says where it identifies itself.
        nvic: takes their interrupt requests.
        wake: called from other threads when a byte arrived.
    """
    uart = Uart(_USART3, lambda high: nvic.set_line(_USART3_IRQ, high=high), wake)
    ports = {
        chr(ord("A") + index): Gpio(
            _GPIOA + index * _GPIO_STRIDE, _GPIOA_RESET_MODES if index == 0 else 0xFFFF_FFFF
        )
        for index in range(_GPIO_PORTS)
    }
    rcc = Rcc()
    identity = RegisterBank(chip.identification.idcode, 0x400, {0: _DBGMCU_IDCODE})
    flash = FlashController(next(block for block in bus.blocks if block.base == chip.memories["flash"].base))
    peripherals: tuple[Peripheral, ...] = (uart, rcc, Pwr(), Syscfg(), flash, identity, *ports.values())
    for peripheral in peripherals:
        bus.attach(peripheral)
    return Peripherals(uart, rcc, ports[TRIGGER_PORT])
