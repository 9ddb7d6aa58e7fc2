"""A meter on a serial port: moves bytes between its emulator, the board's supply and a pty."""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable

import numpy as np

from hilbench.virtual.meters.instrument import Instrument
from hilbench.virtual.meters.supply import Supply
from hilbench.virtual.pty import PseudoTerminal

_POLL_S = 0.005
"""The USB stack of a real meter delivers in packets of about this length."""
_PATIENCE_S = 1.0
"""A host that takes nothing for so long loses samples; a slow one only delays them."""
_LARGEST_OUTBOX = 65_536
_LARGEST_CHUNK = 8_192
"""Samples encoded at once."""
_LARGEST_WRITE = 4_096


class MeterServer:
    """Serves an instrument on a pty from a thread of its own.

    Sample n of a capture covers the board's virtual time n/rate to (n+1)/rate after its beginning, so an
    emulation slower than silicon streams slower than a real meter and loses nothing.

    How a meter's clock stands to a board's is chance on silicon. Here both it and the noise begin anew where
    the board falls asleep for the first time in a capture, so that a program gives the same samples again.

    Args:
        instrument: understands the host.
        supply: what is sampled.
        random: source of the instrument's noise; None where it has none to begin anew.
        clock: seconds, by which a host's patience is measured.
    """

    def __init__(
        self,
        instrument: Instrument,
        supply: Supply,
        random: np.random.Generator | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._instrument = instrument
        self._supply = supply
        self._pty = PseudoTerminal()
        self._outbox = bytearray()
        self._random = random
        self._noise = random.bit_generator.state if random else None
        self._next = 0.0
        """Virtual time up to which samples were taken, s."""
        self._settled = 0.0
        """Time of the board's last sleep as the capture began, s; infinite once it fell asleep again."""
        self._clock = clock
        self._last_progress = clock()
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._serve, name="meter", daemon=True)

    @property
    def path(self) -> str:
        """The port, as a client opens it."""
        return self._pty.path

    def start(self) -> None:
        """Begin to listen."""
        self._thread.start()

    def close(self) -> None:
        """Stop, and take the port away."""
        self._stopped.set()
        self._thread.join()
        self._pty.close()

    def _serve(self) -> None:
        while not self._stopped.is_set():
            self._pty.wait(_POLL_S)
            command = self._pty.read()
            self._sample()  # before obeying: what a stop command finds was drawn until it arrived
            if command:
                self._obey(command)
            self._send()

    def _obey(self, command: bytes) -> None:
        was_streaming = self._instrument.streaming
        self._outbox += self._instrument.receive(command)
        if self._instrument.streaming and not was_streaming:
            self._settled = self._supply.settled
            self._next = self._supply.now

    def _sample(self) -> None:
        settled, now = self._supply.settled, self._supply.now
        if not self._instrument.streaming:
            self._supply.forget(now)
            return
        if settled > self._settled and self._take_until(settled):
            self._settled, self._next = math.inf, settled
            if self._random is not None and self._noise is not None:
                self._random.bit_generator.state = self._noise
        if settled <= self._settled:
            self._take_until(now)
        self._supply.forget(self._next)

    def _take_until(self, end: float) -> bool:
        """Take the samples that are over by `end`, s; whether these were all."""
        rate = self._instrument.rate
        due = max(0, math.floor((end - self._next) * rate))
        if self._host_is_gone():
            self._instrument.skip(due)
            self._next += due / rate
            return True
        while due > 0 and len(self._outbox) < _LARGEST_OUTBOX:
            count = min(due, _LARGEST_CHUNK)
            self._outbox += self._instrument.encode(self._supply.sample(self._next, count, rate))
            self._next += count / rate
            due -= count
            self._send()
        return due == 0

    def _host_is_gone(self) -> bool:
        return bool(self._outbox) and self._clock() - self._last_progress > _PATIENCE_S

    def _send(self) -> None:
        if not self._outbox:
            self._last_progress = self._clock()
        while self._outbox and (taken := self._pty.write(self._outbox[:_LARGEST_WRITE])):
            self._last_progress = self._clock()
            del self._outbox[:taken]
