"""UART without EasyDMA (nRF52840 PS v1.8, 6.33): a register each way."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from enum import IntEnum

from hilbench.virtual.peripherals.nrf.events import EventBank

_RXDRDY, _TXDRDY, _RXTO = 0x108, 0x11C, 0x144
_ENABLE, _RXD, _TXD, _BAUDRATE = 0x500, 0x518, 0x51C, 0x524
_PSEL = range(0x508, 0x518)
BYTEWISE = 4
"""ENABLE of a port with a register each way."""
_DISCONNECTED = 0xFFFF_FFFF
_RESET_VALUES = {_BAUDRATE: 0x0400_0000, **dict.fromkeys(_PSEL[::4], _DISCONNECTED)}


class Task(IntEnum):
    """Offsets of the tasks."""

    STARTRX = 0x000
    STOPRX = 0x004
    STARTTX = 0x008
    STOPTX = 0x00C


class Uart(EventBank):
    """A serial port: what firmware sends goes to a callback at once, what arrives waits its turn.

    Args:
        base: first address.
        set_line: raises or lowers the interrupt request.
        wake: called from whichever thread hands over bytes; has `update` called in the machine's.
    """

    def __init__(self, base: int, set_line: Callable[[bool], None], wake: Callable[[], None]) -> None:
        super().__init__(base, set_line, _RESET_VALUES)
        self._wake = wake
        self._transmit: Callable[[bytes], None] = lambda _: None
        self._received: deque[int] = deque()
        self._listening = False
        self._sending = False

    def on_transmit(self, callback: Callable[[bytes], None]) -> None:
        """Have `callback` called with every byte that firmware sends, in the machine's thread."""
        self._transmit = callback

    def receive(self, data: bytes) -> None:
        """Receive bytes from the line; safe from any thread."""
        self._received.extend(data)
        self._wake()

    def reset(self) -> None:
        """Return to the state after a system reset; what arrived before is lost."""
        self._received.clear()
        self._listening = self._sending = False
        super().reset()

    def update(self) -> None:
        """Say that a byte is there to be read."""
        if self._listening and self._received:
            self.happen(_RXDRDY)

    def start(self, task: int) -> None:
        """Start or stop a direction."""
        match task:
            case Task.STARTRX:
                self._listening = self._on
                self.update()
            case Task.STOPRX:
                self._listening = False
                self.happen(_RXTO)
            case Task.STARTTX:
                self._sending = self._on
            case Task.STOPTX:
                self._sending = False

    def load(self, offset: int) -> int:
        """Reading RXD takes the byte that arrived first; the next one moves up."""
        if offset != _RXD:
            return super().load(offset)
        byte = self._received.popleft() if self._listening and self._received else 0
        self.update()
        return byte

    def store(self, offset: int, value: int) -> None:
        """Writing TXD sends a byte when the transmitter is on."""
        if offset != _TXD:
            super().store(offset, value)
        elif self._sending:
            self._transmit(bytes([value & 0xFF]))
            self.happen(_TXDRDY)

    @property
    def mode(self) -> int:
        """ENABLE: off, or how the port works."""
        return self.words.get(_ENABLE, 0) & 0xF

    @property
    def _on(self) -> bool:
        return self.mode == BYTEWISE
