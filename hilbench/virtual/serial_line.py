"""The wire between the chip's UART and a pty."""

from __future__ import annotations

import threading
from collections.abc import Callable

from hilbench.virtual.chips import SerialPort
from hilbench.virtual.pty import PseudoTerminal

_POLL_S = 0.02
_POLL_WHILE_FULL_S = 0.002
_CHUNK = 4096
_GATHERED = 512
"""Bytes that go out together where no line ends among them."""
_LARGEST_BACKLOG = 1 << 20
"""Bytes kept for a client that is slow; beyond them the oldest are lost."""


class SerialLine:
    """Carries bytes both ways.

    A line of text goes out before the instruction after it runs; the beginning of one, and what is no text,
    a little later: a system call for each byte would be most of what a transfer takes.

    Args:
        uart: the chip's end.
        powered: whether the chip has its supply; what arrives without it is gone.
    """

    def __init__(self, uart: SerialPort, powered: Callable[[], bool] = lambda: True) -> None:
        self._uart = uart
        self._powered = powered
        self._pty = PseudoTerminal()
        self._backlog = bytearray()
        self._lock = threading.Lock()
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._listen, name="serial", daemon=True)
        uart.on_transmit(self._send)

    @property
    def path(self) -> str:
        """The port, as a client opens it."""
        return self._pty.path

    def start(self) -> None:
        """Begin to listen."""
        self._thread.start()

    def close(self) -> None:
        """Stop, and take the port away; nothing may be sent any more."""
        self._stopped.set()
        self._thread.join()
        self._pty.close()

    def _send(self, data: bytes) -> None:
        with self._lock:
            if not self._backlog and not self._pty.connected:
                return
            before = len(self._backlog) // _GATHERED
            self._backlog += data
            if data[-1:] == b"\n" or len(self._backlog) // _GATHERED > before:
                self._flush()

    def _flush(self) -> None:
        while self._backlog and (taken := self._pty.write(self._backlog[:_CHUNK])):
            del self._backlog[:taken]
        del self._backlog[: max(len(self._backlog) - _LARGEST_BACKLOG, 0)]

    def _listen(self) -> None:
        while not self._stopped.is_set():
            self._pty.wait(_POLL_WHILE_FULL_S if self._backlog else _POLL_S)
            received = self._pty.read()
            if received and self._powered():
                self._uart.receive(received)
            if self._backlog:
                with self._lock:
                    self._flush()
