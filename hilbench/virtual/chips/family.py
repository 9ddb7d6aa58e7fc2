"""Parts of a virtual chip around its core; each family's module offers them as `FAMILY`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Protocol

from hilbench.chips import Chip
from hilbench.errors import ConfigError
from hilbench.virtual.bus import Bus, MemoryBlock
from hilbench.virtual.peripherals.timer import Timer
from hilbench.virtual.power.energy import FlashWork
from hilbench.virtual.timing import FlashSettings

UNIQUE_ID = b"HILBENCHVIRT"
"""The 96 bits by which any tool can tell a virtual chip from silicon."""
_CONTRACT = "family"
"""The module here that is no family; what families share begins with an underscore."""


class SerialPort(Protocol):
    """The UART that the firmware talks by."""

    def on_transmit(self, callback: Callable[[bytes], None]) -> None:
        """Have `callback` called with every byte that firmware sends, in the machine's thread."""

    def receive(self, data: bytes) -> None:
        """Receive bytes from the line; safe from any thread."""

    def update(self) -> None:
        """Bring the interrupt request in line with what has arrived; in the machine's thread."""


@dataclass(frozen=True)
class Signals:
    """Signals from peripherals to the machine; all but `wake` come from its own thread.

    Attributes:
        interrupt: an interrupt request's number, and whether it is up.
        wake: bytes have arrived, so `SerialPort.update` is due; from any thread.
        core_clock: the core's frequency from now on, Hz.
        trigger: level of the pin whose edges a power meter sees.
        flash: waiting, prefetch and caches as set in the flash controller.
        memory_divider: core cycles in a period of the memories' clock.
        caches_at_reset: a chip begins with the caches on that its firmware would switch on.
        power_mode: the voltage range or regulator from now on, as the chip's currents name it.
        flash_work: what the flash controller does, and how many times.
        seconds: virtual time, exact to the instruction that asks, s.
        timer: a timer that acts by itself.
    """

    interrupt: Callable[[int, bool], None]
    wake: Callable[[], None]
    core_clock: Callable[[int], None]
    trigger: Callable[[bool], None]
    flash: Callable[[FlashSettings], None]
    memory_divider: Callable[[int], None]
    caches_at_reset: bool
    power_mode: Callable[[str], None]
    flash_work: FlashWork
    seconds: Callable[[], float]
    timer: Callable[[Timer], None]


@dataclass(frozen=True)
class ControlPortKind:
    """A Nordic chip's control access port.

    Attributes:
        number: which access port it is.
        identity: its IDR.
        unprotected: APPROTECTSTATUS of an open chip.
    """

    number: int
    identity: int
    unprotected: int


@dataclass(frozen=True)
class Family:
    """A family of chips.

    Attributes:
        reset_clock: the core's frequency after reset, Hz.
        cpuid: of its core, SCB.CPUID.
        debug_port: DPIDR.
        access_port: IDR of the memory access port.
        bridges: addresses of peripherals; reserved registers in them read as zero.
        interrupts: how many the interrupt controller has.
        boot_rom: read-only memory with room for a vector table, where the chip's own boot code lies.
        rom: its read-only memories but the flash, with what identifies the chip.
        attach: puts its peripherals, the flash controller among them, on the bus.
        flash_mirror: where the flash can be read, too, as after booting from it.
        priority_bits: of an interrupt's priority.
        protection_regions: of the memory protection unit.
        erased: what a byte of erased flash reads as.
        target: TARGETID; 0 where the debug port has none.
        control_port: Nordic's; None elsewhere.
        silent_ports: number and IDR of access ports that lead nowhere.
    """

    reset_clock: int
    cpuid: int
    debug_port: int
    access_port: int
    bridges: tuple[range, ...]
    interrupts: int
    boot_rom: int
    rom: Callable[[Chip], tuple[MemoryBlock, ...]]
    attach: Callable[[Chip, Bus, Signals], SerialPort]
    priority_bits: int = 4
    protection_regions: int = 8
    flash_mirror: int | None = None
    erased: int = 0xFF
    target: int = 0
    control_port: ControlPortKind | None = None
    silent_ports: tuple[tuple[int, int], ...] = ()


def family_of(chip: Chip) -> Family:
    """The parts around the core of `chip`, from the module named as its family.

    Raises:
        ConfigError: there is no such module.
    """
    modules = (path.stem for path in Path(__file__).parent.glob("[!_]*.py"))
    families = sorted(name for name in modules if name != _CONTRACT)
    if chip.family not in families:
        known = ", ".join(families)
        raise ConfigError(
            f"No '{chip.family}' can be emulated, the family of {chip.name}; there are: {known}."
        )
    family: Family = import_module(f"{__package__}.{chip.family}").FAMILY
    return family


def build_bus(chip: Chip, family: Family) -> Bus:
    """The chip's memories, flash erased, and its bridges, with no peripheral behind them yet."""
    blocks = [
        MemoryBlock(
            memory.base,
            memory.size,
            writable=memory.kind != "flash",
            fill=family.erased if memory.kind == "flash" else 0,
        )
        for memory in chip.memories.values()
    ]
    mirrors = []
    if family.flash_mirror is not None:
        flash = next(block for block in blocks if block.base == chip.memories["flash"].base)
        mirrors.append(flash.mirror(family.flash_mirror))
    return Bus([*blocks, *mirrors, *family.rom(chip)], family.bridges)
