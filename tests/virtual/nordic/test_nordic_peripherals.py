"""Nordic's pins and serial port as firmware sees them."""

from __future__ import annotations

import pytest

from hilbench.virtual.peripherals.nrf.gpio import Gpio
from hilbench.virtual.peripherals.nrf.uart import Task, Uart

OUT, OUTSET, OUTCLR, DIR, DIRSET, DIRCLR, PIN_CNF = 0x04, 0x08, 0x0C, 0x14, 0x18, 0x1C, 0x200
RXDRDY, TXDRDY, INTENSET, INTENCLR, ENABLE, RXD, TXD = 0x108, 0x11C, 0x304, 0x308, 0x500, 0x518, 0x51C
PIN = 10
MASK = 1 << PIN


class Line:
    """A port that is switched on, with what it sent and whether it asks for an interrupt."""

    def __init__(self) -> None:
        self.sent = b""
        self._interrupt = False
        self.uart = Uart(0x4000_2000, self._set_line, lambda: self.uart.update())
        self.uart.on_transmit(self._send)
        self.uart.write(ENABLE, 4, 4)

    def start(self, *tasks: Task) -> None:
        for task in tasks:
            self.uart.write(task, 4, 1)

    def interrupts(self) -> bool:
        return self._interrupt

    def _send(self, data: bytes) -> None:
        self.sent += data

    def _set_line(self, high: bool) -> None:
        self._interrupt = high


@pytest.fixture
def line() -> Line:
    return Line()


def test_a_watched_pin_tells_its_edges_once_it_is_an_output() -> None:
    port, levels = Gpio(0x5000_0800), list[bool]()
    port.watch(PIN, levels.append)
    port.write(OUTSET, 4, MASK)
    assert levels == []
    port.write(PIN_CNF + 4 * PIN, 4, 3)
    port.write(OUTCLR, 4, MASK)
    port.write(OUTCLR, 4, MASK)
    port.write(OUT, 4, MASK | 1)
    assert levels == [True, False, True]
    assert port.read(DIR, 4) == MASK


def test_direction_and_pin_configuration_are_one() -> None:
    port = Gpio(0x5000_0800)
    port.write(DIRSET, 4, MASK)
    assert port.read(PIN_CNF + 4 * PIN, 4) & 1
    port.write(DIRCLR, 4, MASK)
    assert not port.read(PIN_CNF + 4 * PIN, 4) & 1


def test_what_is_written_is_sent_when_the_transmitter_runs(line: Line) -> None:
    line.uart.write(TXD, 4, ord("x"))
    assert not line.uart.read(TXDRDY, 4)
    line.start(Task.STARTTX)
    line.uart.write(TXD, 4, ord("y"))
    assert line.uart.read(TXDRDY, 4)
    assert line.sent == b"y"


def test_bytes_are_read_in_order_an_event_each(line: Line) -> None:
    line.start(Task.STARTRX)
    line.uart.receive(b"abc")
    read = b""
    while line.uart.read(RXDRDY, 4):
        line.uart.write(RXDRDY, 4, 0)
        read += bytes([line.uart.read(RXD, 4)])
    assert read == b"abc"


def test_an_event_interrupts_while_it_is_enabled(line: Line) -> None:
    line.start(Task.STARTRX)
    line.uart.receive(b"a")
    assert not line.interrupts()
    line.uart.write(INTENSET, 4, 1 << 2)
    assert line.interrupts()
    line.uart.write(INTENCLR, 4, 1 << 2)
    assert not line.interrupts()
    line.uart.write(INTENSET, 4, 1 << 2)
    line.uart.write(RXDRDY, 4, 0)
    assert not line.interrupts()


def test_a_port_that_is_off_neither_sends_nor_receives(line: Line) -> None:
    line.uart.write(ENABLE, 4, 0)
    line.start(Task.STARTRX, Task.STARTTX)
    line.uart.receive(b"a")
    line.uart.write(TXD, 4, ord("x"))
    assert not line.uart.read(RXDRDY, 4)
    assert line.sent == b""
