"""The chip's UART on a pty, seen from its registers at one end and a serial port at the other."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest
import serial

from hilbench.virtual.peripherals.stm32.usart import Usart
from hilbench.virtual.serial_line import SerialLine

CR1, ISR, RDR, TDR = 0x00, 0x1C, 0x24, 0x28
ENABLED = 1 << 0 | 1 << 2 | 1 << 3
"""UE, RE and TE."""
RXNE = 1 << 5


class Wire:
    """A UART that is switched on, and the line behind it."""

    def __init__(self) -> None:
        self.uart = Usart(0x4000_4800, lambda _: None, lambda: None)
        self.line = SerialLine(self.uart)
        self.uart.write(CR1, 4, ENABLED)
        self.line.start()

    def send(self, data: bytes) -> None:
        """Transmit as firmware does."""
        for byte in data:
            self.uart.write(TDR, 4, byte)

    def receive(self, count: int) -> bytes:
        """Poll as firmware does until `count` bytes have come."""
        received = bytearray()
        end = time.monotonic() + 10
        while len(received) < count:
            assert time.monotonic() < end, f"only {bytes(received)!r} arrived"
            if self.uart.read(ISR, 4) & RXNE:
                received.append(self.uart.read(RDR, 4))
        return bytes(received)


@pytest.fixture
def wire() -> Iterator[Wire]:
    wire = Wire()
    yield wire
    wire.line.close()


def test_bytes_pass_both_ways_unchanged(wire: Wire) -> None:
    every = bytes(range(256))
    with serial.Serial(wire.line.path, timeout=5) as port:
        port.write(every)
        assert wire.receive(256) == every
        wire.send(every)
        assert port.read(256) == every


def test_what_is_sent_while_nobody_listens_is_gone(wire: Wire) -> None:
    wire.send(b"unheard")
    with serial.Serial(wire.line.path, timeout=5) as port:
        wire.send(b"heard")
        assert port.read(5) == b"heard"


def test_a_client_that_left_can_come_back(wire: Wire) -> None:
    for _ in range(2):
        with serial.Serial(wire.line.path, timeout=5) as port:
            port.write(b"name%")
            assert wire.receive(5) == b"name%"


def test_a_client_that_reads_late_loses_nothing(wire: Wire) -> None:
    text = b"m-ready\r\n" * 10_000
    with serial.Serial(wire.line.path, timeout=5) as port:
        wire.send(text)
        assert port.read(len(text)) == text
