"""Common parts of Nordic's chips as assembled: factory information, serial port, clock, pins and flash."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from hilbench.chips import Chip, NordicSetup
from hilbench.virtual.bus import Bus, MemoryBlock, Peripheral
from hilbench.virtual.chips._nrf_wiring import WiredSerialPort
from hilbench.virtual.chips.family import UNIQUE_ID, SerialPort, Signals
from hilbench.virtual.peripherals.nrf.clock import Clock
from hilbench.virtual.peripherals.nrf.events import EventBank
from hilbench.virtual.peripherals.nrf.gpio import Gpio
from hilbench.virtual.peripherals.nrf.nvmc import Nvmc
from hilbench.virtual.peripherals.nrf.regulator import Regulator
from hilbench.virtual.peripherals.nrf.rtc import Rtc
from hilbench.virtual.peripherals.nrf.uart import Uart
from hilbench.virtual.peripherals.nrf.uarte import Uarte

_PAGE = 0x1000


MakeSerial = Callable[[Bus, Callable[[bool], None], Callable[[], None]], Uart]
"""Factory of a serial port; takes the bus, what raises the interrupt, what asks for an update."""


@dataclass(frozen=True, kw_only=True)
class Nrf:
    """Addresses and interrupts of the parts of one nRF chip.

    Attributes:
        ficr: base of the factory information.
        ficr_words: what it says, by offset.
        uicr: base of the user's configuration.
        serial: makes the serial port; with its interrupt.
        other_serial: of ports that lead nowhere, base and interrupt.
        counters: of each real-time counter, base, interrupt and number of comparators.
        interconnect: makes what leads events to tasks.
        clock: base and interrupt.
        regulator: base of the peripheral that chooses it.
        nvmc: base of the flash controller.
        page_register: whether that one erases by ERASEPAGE.
        ports: bases of the GPIO ports.
        trigger: index of the port, and pin, that a power meter watches.
    """

    ficr: int
    ficr_words: Mapping[int, int]
    uicr: int
    serial: tuple[MakeSerial, int]
    other_serial: Sequence[tuple[int, int]]
    counters: Sequence[tuple[int, int, int]]
    interconnect: Callable[[Sequence[EventBank], Bus], Peripheral]
    clock: tuple[int, int]
    regulator: int
    nvmc: int
    page_register: bool
    ports: Sequence[int]
    trigger: tuple[int, int]

    def rom(self, chip: Chip) -> tuple[MemoryBlock, ...]:
        """Factory information and the user's configuration."""
        factory = MemoryBlock(self.ficr, _PAGE, writable=False, fill=0xFF)
        for offset, word in self.ficr_words.items():
            factory.load(self.ficr + offset, word.to_bytes(4, "little"))
        for address, part in chip.identification.split(UNIQUE_ID):
            factory.load(address, part)
        return factory, MemoryBlock(self.uicr, _PAGE, writable=False, fill=0xFF)

    def attach(self, chip: Chip, bus: Bus, signals: Signals) -> SerialPort:
        """Put the peripherals on the bus."""
        make, interrupt = self.serial
        uart = make(bus, partial(signals.interrupt, interrupt), signals.wake)
        ports = [Gpio(base) for base in self.ports]
        setup = chip.setup if isinstance(chip.setup, NordicSetup) else None
        port, pin = self.trigger if setup is None else (setup.trigger.port, setup.trigger.number)
        ports[port].watch(pin, signals.trigger)
        flash = bus.block_of(chip.memories["flash"].base)
        uicr = bus.block_of(self.uicr)
        nvmc = Nvmc(self.nvmc, flash, uicr, signals.flash_work, page_register=self.page_register)
        nvmc.cached_at_reset = signals.caches_at_reset
        nvmc.on_access = signals.flash
        regulator = Regulator(self.regulator, signals.power_mode)
        counters = [
            Rtc(base, comparators, partial(signals.interrupt, number), signals.seconds)
            for base, number, comparators in self.counters
        ]
        for counter in counters:
            signals.timer(counter)
        base, clock_interrupt = self.clock
        clock = Clock(base, partial(signals.interrupt, clock_interrupt), partial(_clock, counters))
        others = [
            Uarte(base, bus, partial(signals.interrupt, number), lambda: None, count_bits=16)
            for base, number in self.other_serial
        ]
        banks = (uart, clock, *counters, *others)
        for peripheral in (*banks, self.interconnect(banks, bus), regulator, nvmc, *ports):
            bus.attach(peripheral)
        return uart if setup is None else WiredSerialPort(uart, setup)


def _clock(counters: Sequence[Rtc], running: bool) -> None:
    for counter in counters:
        counter.clock(running=running)
