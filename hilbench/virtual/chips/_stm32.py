"""Common parts of the STM32 assemblies: identification in ROM, one USART, pins, trigger and flash."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from string import ascii_uppercase
from typing import Protocol

from hilbench.chips import Chip, Setup
from hilbench.chips.clock_plan import ClockPlan, ClockSource
from hilbench.virtual.bus import Bus, MemoryBlock, Peripheral
from hilbench.virtual.chips._stm32_wiring import WiredSerialPort, word_of
from hilbench.virtual.chips.family import UNIQUE_ID, SerialPort, Signals
from hilbench.virtual.peripherals.bank import RegisterBank
from hilbench.virtual.peripherals.stm32.external_oscillator import ExternalOscillator
from hilbench.virtual.peripherals.stm32.gpio import Gpio
from hilbench.virtual.peripherals.stm32.kernel_clocks import ClockChoice
from hilbench.virtual.peripherals.stm32.lptim import LowPowerTimer
from hilbench.virtual.peripherals.stm32.usart import Usart
from hilbench.virtual.power.energy import FlashWork
from hilbench.virtual.timing import FlashSettings

_GPIO_STRIDE = 0x400


class ClockControl(Peripheral, Protocol):
    """Reset and clock control (RCC) of an STM32."""

    on_core_clock: Callable[[int], None]
    """Called with the core's frequency, Hz, whenever it changes."""
    on_memory_divider: Callable[[int], None]
    """Called with the core cycles in a period of the memories' clock, where that is not the core's."""

    base: int
    """First address of its registers."""
    words: dict[int, int]
    """Registers by their offset."""
    hse: ExternalOscillator
    """Source of HSE on the board."""

    def kernel_clock(self, choice: ClockChoice) -> float:
        """Frequency that a peripheral counts by, Hz."""


class FlashController(Peripheral, Protocol):
    """The embedded flash's registers."""

    on_access: Callable[[FlashSettings], None]
    """Called with what its access control register says."""


@dataclass(frozen=True, kw_only=True)
class Stm32:
    """Addresses and interrupts of the parts of one STM32.

    Attributes:
        factory: base and size of the read-only memory with what identifies the chip.
        flash_size_register: in it, the flash's size in KiB.
        idcode: what DBGMCU_IDCODE reads as.
        usart: base and interrupt of the serial port.
        other_usarts: of those that lead nowhere.
        low_power_timers: base, interrupt, and where the RCC chooses the clock.
        factory_words: further words of the read-only memory, by address.
        gpio: base of port A; the others follow.
        gpio_reset_modes: of each port, MODER after reset.
        trigger: index of the port, and pin, that a power meter watches.
        clock_control: makes the RCC.
        flash_controller: makes the flash controller over the flash's memory, which tells what it does.
        power_control: makes what chooses the voltage range, and tells it.
    """

    factory: tuple[int, int]
    flash_size_register: int
    idcode: int
    usart: tuple[int, int]
    other_usarts: Sequence[tuple[int, int]]
    low_power_timers: Sequence[tuple[int, int, ClockChoice]]
    gpio: int
    gpio_reset_modes: Sequence[int]
    trigger: tuple[int, int]
    clock_control: Callable[[], ClockControl]
    flash_controller: Callable[[MemoryBlock, FlashWork], FlashController]
    power_control: Callable[[Callable[[str], None]], Sequence[Peripheral]]
    factory_words: Mapping[int, int] = field(default_factory=dict)

    def rom(self, chip: Chip) -> tuple[MemoryBlock, ...]:
        """The memory with the unique id and the flash's size."""
        base, size = self.factory
        factory = MemoryBlock(base, size, writable=False)
        for address, part in chip.identification.split(UNIQUE_ID):
            factory.load(address, part)
        kibibytes = chip.memories["flash"].size // 1024
        factory.load(self.flash_size_register, kibibytes.to_bytes(2, "little"))
        for address, word in self.factory_words.items():
            factory.load(address, word.to_bytes(4, "little"))
        return (factory,)

    def attach(self, chip: Chip, bus: Bus, signals: Signals) -> SerialPort:
        """Put the peripherals on the bus."""
        setup = chip.setup if isinstance(chip.setup, Setup) else None
        wired = self.usart[0] if setup is None else setup.uart.base
        usarts = {
            base: Usart(
                base,
                partial(signals.interrupt, number),
                signals.wake if base == wired else lambda: None,
            )
            for base, number in (self.usart, *self.other_usarts)
        }
        ports = [
            Gpio(self.gpio + index * _GPIO_STRIDE, modes) for index, modes in enumerate(self.gpio_reset_modes)
        ]
        by_letter = dict(zip(ascii_uppercase, ports, strict=False))
        clock_control = self.clock_control()
        line: SerialPort = usarts[wired]
        if setup is None:
            port, pin = self.trigger
            ports[port].watch(pin, signals.trigger)
        else:
            by_letter[setup.trigger.port].watch(setup.trigger.number, signals.trigger)
            clock_control.hse = _oscillator(setup.clock)
            enable = word_of(clock_control, setup.uart.enable[0])
            line = WiredSerialPort(usarts[wired], setup, by_letter, enable)
        clock_control.on_core_clock = signals.core_clock
        clock_control.on_memory_divider = signals.memory_divider
        flash = self.flash_controller(bus.block_of(chip.memories["flash"].base), signals.flash_work)
        flash.on_access = signals.flash
        identity = RegisterBank(chip.identification.idcode, 0x400, {0: self.idcode})
        power = self.power_control(signals.power_mode)
        timers = [
            LowPowerTimer(
                base,
                partial(signals.interrupt, number),
                signals.seconds,
                partial(clock_control.kernel_clock, choice),
            )
            for base, number, choice in self.low_power_timers
        ]
        for timer in timers:
            signals.timer(timer)
        for peripheral in (clock_control, flash, identity, *usarts.values(), *timers, *power, *ports):
            bus.attach(peripheral)
        return line


def _oscillator(clock: ClockPlan) -> ExternalOscillator:
    """Source of HSE on a board with this clock: none where it runs on an internal oscillator."""
    if not clock.source.is_external:
        return ExternalOscillator(0)
    return ExternalOscillator(clock.source_hz, bypass=clock.source is ClockSource.HSE_BYPASS)
