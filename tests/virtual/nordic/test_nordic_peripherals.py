"""Nordic's pins and serial port as firmware sees them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hilbench.virtual.bus import Bus, MemoryBlock
from hilbench.virtual.peripherals.nrf.clock import Clock
from hilbench.virtual.peripherals.nrf.gpio import Gpio
from hilbench.virtual.peripherals.nrf.rtc import Rtc
from hilbench.virtual.peripherals.nrf.uart import Task, Uart
from hilbench.virtual.peripherals.nrf.uarte import Uarte

OUT, OUTSET, OUTCLR, DIR, DIRSET, DIRCLR, PIN_CNF = 0x04, 0x08, 0x0C, 0x14, 0x18, 0x1C, 0x200
RXDRDY, TXDRDY, INTENSET, INTENCLR, ENABLE, RXD, TXD = 0x108, 0x11C, 0x304, 0x308, 0x500, 0x518, 0x51C
ENDRX, ENDTX, RXSTARTED, TXSTOPPED, SHORTS = 0x110, 0x120, 0x14C, 0x158, 0x200
RXD_PTR, RXD_MAXCNT, RXD_AMOUNT, TXD_PTR, TXD_MAXCNT = 0x534, 0x538, 0x53C, 0x544, 0x548
START, STOP, TRIGOVRFLW, OVRFLW, COMPARE = 0x000, 0x004, 0x00C, 0x104, 0x140
EVTENSET, COUNTER, PRESCALER, CC = 0x344, 0x504, 0x508, 0x540
RAM = 0x2000_0000
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


class Buffers:
    """A port with EasyDMA, switched on in the way given, and its memory."""

    def __init__(self, enable: int, *, bytewise: bool) -> None:
        self.sent = b""
        self.bus = Bus([MemoryBlock(RAM, 0x1000)], [])
        self.uart = Uarte(
            0x4000_2000,
            self.bus,
            lambda _: None,
            lambda: self.uart.update(),
            count_bits=16,
            bytewise=bytewise,
        )
        self.uart.on_transmit(self._send)
        self.set({ENABLE: enable})

    def set(self, registers: dict[int, int]) -> None:
        for offset, value in registers.items():
            self.uart.write(offset, 4, value)

    def _send(self, data: bytes) -> None:
        self.sent += data


def test_a_buffer_is_sent_at_once_and_stopping_is_told() -> None:
    port = Buffers(8, bytewise=True)
    port.bus.write(RAM, b"buffer")
    port.set({TXD_PTR: RAM, TXD_MAXCNT: 6, Task.STARTTX: 1})
    assert (port.sent, port.uart.read(ENDTX, 4), port.uart.read(TXSTOPPED, 4)) == (b"buffer", 1, 0)
    port.set({Task.STOPTX: 1})
    assert port.uart.read(TXSTOPPED, 4)


def test_the_next_buffer_may_be_named_while_the_first_fills() -> None:
    port = Buffers(8, bytewise=False)
    port.set({SHORTS: 1 << 5, RXD_PTR: RAM, RXD_MAXCNT: 4, Task.STARTRX: 1})
    assert port.uart.read(RXSTARTED, 4)
    port.set({RXD_PTR: RAM + 0x10})
    port.uart.receive(b"ab")
    assert not port.uart.read(ENDRX, 4)
    port.uart.receive(b"cdef")
    assert port.uart.read(ENDRX, 4)
    assert (port.bus.read(RAM, 4), port.bus.read(RAM + 0x10, 4)) == (b"abcd", b"ef\0\0")
    assert port.uart.read(RXD_AMOUNT, 4) == 2


@pytest.mark.parametrize("bytewise", [True, False])
def test_only_the_older_family_s_port_sends_a_byte_at_a_time_too(bytewise: bool) -> None:
    port = Buffers(4, bytewise=bytewise)
    port.set({Task.STARTTX: 1, TXD: ord("x")})
    assert port.sent == (b"x" if bytewise else b"")
    assert port.uart.read(TXDRDY, 4) == bytewise


def test_a_started_clock_says_from_where_it_comes() -> None:
    clock = Clock(0x4000_0000, lambda _: None)
    lfclkstart, lfclkstop, lfclkstarted, lfclkstat, lfclksrc = 0x008, 0x00C, 0x104, 0x418, 0x518
    clock.write(lfclksrc, 4, 1)
    assert clock.read(lfclkstat, 4) == 0
    clock.write(lfclkstart, 4, 1)
    assert clock.read(lfclkstarted, 4)
    assert clock.read(lfclkstat, 4) == 1 << 16 | 1
    clock.write(lfclkstop, 4, 1)
    assert clock.read(lfclkstat, 4) == 0


class Ticking:
    """A real-time counter on a time of its own."""

    def __init__(self) -> None:
        self.now = 0.0
        self.rtc = Rtc(0x4000_B000, 4, lambda _: None, lambda: self.now)

    def set(self, registers: dict[int, int]) -> None:
        for offset, value in registers.items():
            self.rtc.write(offset, 4, value)


def test_a_counter_waits_for_its_start_and_for_its_clock() -> None:
    ticking = Ticking()
    ticking.set({START: 1})
    ticking.now = 1.0
    assert ticking.rtc.read(COUNTER, 4) == 0
    ticking.rtc.clock(running=True)
    ticking.now = 2.0
    assert ticking.rtc.read(COUNTER, 4) == 32_768
    ticking.set({STOP: 1})
    ticking.now = 3.0
    assert ticking.rtc.read(COUNTER, 4) == 32_768


def test_a_counter_s_event_needs_to_be_asked_for_and_tells_when_it_is_due() -> None:
    ticking = Ticking()
    ticking.rtc.clock(running=True)
    ticking.set({CC: 16_384, START: 1})
    assert ticking.rtc.due is None
    ticking.set({EVTENSET: 1 << 16})
    assert ticking.rtc.due == pytest.approx(0.5)
    ticking.now = 0.6
    assert ticking.rtc.read(COMPARE, 4) == 1
    assert ticking.rtc.due == pytest.approx(0.5 + 2**24 / 32_768)


def test_a_counter_overflows_and_its_prescaler_divides() -> None:
    ticking = Ticking()
    ticking.rtc.clock(running=True)
    ticking.set({PRESCALER: 4095, EVTENSET: 1 << 1, TRIGOVRFLW: 1, START: 1})
    ticking.now = 15.5 / 8
    assert (ticking.rtc.read(OVRFLW, 4), ticking.rtc.read(COUNTER, 4)) == (0, 0xFF_FFFF)
    ticking.now = 16.5 / 8
    assert (ticking.rtc.read(OVRFLW, 4), ticking.rtc.read(COUNTER, 4)) == (1, 0)


@given(st.lists(st.floats(0, 2000), min_size=1, max_size=20), st.integers(1, 2**24 - 1))
def test_a_compare_event_comes_once_a_round_however_it_is_looked_at(times: list[float], value: int) -> None:
    ticking, seen = Ticking(), 0
    ticking.rtc.clock(running=True)
    ticking.set({CC: value, EVTENSET: 1 << 16, START: 1})
    for ticking.now in sorted(times):
        if ticking.rtc.read(COMPARE, 4):
            seen += 1
            ticking.set({COMPARE: 0})
    reached = int(ticking.now * 32_768 + 1e-6)
    rounds = (reached - value) // 2**24 + 1 if reached >= value else 0
    assert (seen > 0) == (rounds > 0)
    assert seen <= rounds
