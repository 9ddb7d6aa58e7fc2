"""How an X-NUCLEO-LPM01A writes samples, time stamps and events (ST UM2269, sections 8 and 9)."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]

TIME_STAMP = 0xF3
END = 0xF4
"""Kinds of binary metadata."""

_LARGEST_MANTISSA = 4095
"""Twelve bits, in the binary format."""
_SMALLEST_EXPONENT = -99
_METADATA = 0xF0


def ascii_sample(value: float) -> bytes:
    """A sample in A or J, as four digits and a power of ten: 6409e-7 is `6409-07`."""
    if value < 10.0**_SMALLEST_EXPONENT:
        return b"0000-00\r\n"
    exponent = max(math.floor(math.log10(value)) - 3, _SMALLEST_EXPONENT)
    mantissa = round(value / 10.0**exponent)
    if mantissa > 9999:  # rounded up to the next power of ten
        mantissa, exponent = mantissa // 10, exponent + 1
    return b"%04d-%02d\r\n" % (mantissa, -exponent)


def ascii_time_stamp(milliseconds: int) -> bytes:
    """The line that comes every 1000 samples."""
    seconds, rest = divmod(milliseconds, 1000)
    return b"\r\nTimeStamp: %03ds %03dms, buff 00%%\r\n" % (seconds, rest)


def ascii_event(number: int) -> bytes:
    """An edge on D7; the instrument says `ris` of either edge."""
    return b"event %02d ris\r\n" % (number % 100)


def binary_samples(values: FloatArray) -> bytes:
    """Samples in A or J as 16-bit big-endian words: v * 16^-p with p in the upper four bits.

    Args:
        values: shape (n,).
    """
    magnitude = np.maximum(values, 1e-30)
    # p = 15 marks metadata.
    power = np.clip(np.floor(np.log(_LARGEST_MANTISSA / magnitude) / np.log(16.0)), 0, 14)
    mantissa = np.minimum(np.rint(magnitude * 16.0**power), _LARGEST_MANTISSA)
    words: NDArray[np.uint16] = power.astype(np.uint16) << 12 | mantissa.astype(np.uint16)
    return words.astype(">u2").tobytes()


def binary_metadata(kind: int, content: bytes) -> bytes:
    """A block between samples."""
    return bytes([_METADATA, kind]) + content + b"\xff\xff"
