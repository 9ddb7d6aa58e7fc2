"""A PPK2 on a pty, made from its documented format: says what a test tells it to, faults included."""

from __future__ import annotations

import contextlib
import os
import threading
import tty
from types import TracebackType

import numpy as np
from numpy.typing import NDArray

METADATA = (
    b"Calibrated: 1\nR0: 1003.3506\nR1: 101.5865\nR2: 10.3027\nR3: 0.9636\nR4: 0.0564\n"
    b"GS0: 0.0000\nGS1: 112.7890\nGS2: 18.0115\nGS3: 2.4217\nGS4: 0.0729\n"
    b"GI0: 1.0000\nGI1: 0.9695\nGI2: 0.9609\nGI3: 0.9519\nGI4: 0.9582\n"
    b"O0: 112.9420\nO1: 75.4627\nO2: 64.6020\nO3: 50.4983\nO4: 85.2788\n"
    b"S0: 0.000000048\nS1: 0.000000596\nS2: 0.000005281\nS3: 0.000062577\nS4: 0.002940743\n"
    b"I0: -0.000000104\nI1: -0.000001443\nI2: 0.000036439\nI3: -0.000374119\nI4: -0.009388455\n"
    b"UG0: 1.00\nUG1: 1.00\nUG2: 1.00\nUG3: 1.00\nUG4: 1.00\n"
    b"HW: 9173\nVDD: 3000\nmode: 2\nIA: 56\nEND\n"
)


def samples(
    adc: NDArray[np.int64], *, scale: int = 4, trigger: NDArray[np.bool_] | None = None, first: int = 0
) -> bytes:
    """Sample words for ADC values, shape (n,), at measuring range `scale`, with the trigger on D0."""
    level = np.ones(len(adc), bool) if trigger is None else trigger
    counter = (first + np.arange(len(adc))) % 64
    words = adc | scale << 14 | counter << 18 | level.astype(np.int64) << 24
    return words.astype("<u4").tobytes()


class Ppk2OnAPty:
    """Answers metadata, and each start with the next of `captures`; `heard` keeps every byte."""

    def __init__(self, metadata: tuple[bytes, ...] = (METADATA,), captures: tuple[bytes, ...] = ()) -> None:
        self._master, self._slave = os.openpty()
        tty.setraw(self._slave)
        self.port = os.ttyname(self._slave)
        self.heard = bytearray()
        self._metadata = metadata
        self._captures = list(captures)
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def __enter__(self) -> Ppk2OnAPty:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        os.write(self._slave, b"\xff")  # wakes the thread, which then leaves
        self._thread.join()
        os.close(self._slave)
        os.close(self._master)

    def say(self, data: bytes) -> None:
        """Send bytes that nobody asked for."""
        os.write(self._master, data)

    def _serve(self) -> None:
        with contextlib.suppress(OSError):
            while 0xFF not in self.heard:
                received = os.read(self._master, 64)
                self.heard += received
                if received[-1] == 0x19:
                    for piece in self._metadata:
                        os.write(self._master, piece)
                elif received[-1] == 0x06 and self._captures:
                    os.write(self._master, self._captures.pop(0))
