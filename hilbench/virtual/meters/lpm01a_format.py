"""Answers, samples, time stamps and events as an X-NUCLEO-LPM01A writes them (ST UM2269, sections 8, 9)."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]

TIME_STAMP = 0xF3
END = 0xF4
"""Kinds of binary metadata."""

_LARGEST_MANTISSA = 4095
"""Largest mantissa of the binary format: twelve bits."""
_SMALLEST_EXPONENT = -99
_METADATA = 0xF0
_PROMPT = "PowerShield > "


def acknowledgement(line: str) -> bytes:
    """The answer to a command that was carried out: its line and what the instrument tells behind it."""
    return f"\r\n{_PROMPT}ack {line}\r\n\r\n".encode()


def refusal(line: str, detail: str) -> bytes:
    """The answer to a command that was not carried out."""
    return f"\r\n{_PROMPT}error {line}\r\nError detail: {detail}\r\n\r\n".encode()


def echo(line: str) -> bytes:
    """The answer to `echo`, which alone is no acknowledgement and has no empty line behind it."""
    return f"\r\n{_PROMPT}{line}\r\n".encode()


def summary(sampled: int, lost: int) -> bytes:
    """The end of an acquisition, for people and for hosts."""
    told = f"summary beg\r\nsamples: {sampled}\r\nlost: {lost}\r\nsummary end\r\n"
    return f"\r\n{told}{_PROMPT}Acquisition completed\r\n".encode()


def ascii_number(value: float) -> str:
    """A value as four digits and a power of ten: 6409e-7 is `6409-07`."""
    if value < 10.0**_SMALLEST_EXPONENT:
        return "0000-00"
    exponent = max(math.floor(math.log10(value)) - 3, _SMALLEST_EXPONENT)
    mantissa = round(value / 10.0**exponent)
    if mantissa > 9999:  # rounded up to the next power of ten
        mantissa, exponent = mantissa // 10, exponent + 1
    return f"{mantissa:04d}-{-exponent:02d}"


def ascii_sample(value: float) -> bytes:
    """A sample in A or J."""
    return f"{ascii_number(value)}\r\n".encode()


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
