"""Exponential of numbers up to 0 and logistic function, as `firmware/common/float_exponential.h` has them.

Every step rounds to float32, so that host and device agree bit for bit. Source of the polynomial and of the
two parts of ln 2: Cephes Mathematical Library, expf.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]

_SMALLEST = np.float32(-87.0)
"""Smallest argument; below it the result is no normal number and counts as 0."""
_LOG2_E = np.float32(1.44269504)
_LN_2_HIGH, _LN_2_LOW = np.float32(0.693359375), np.float32(-2.12194440e-4)
_POLYNOMIAL = (1.9875691500e-4, 1.3981999507e-3, 8.3334519073e-3, 4.1665795894e-2, 1.6666665459e-1)


def exp_of_negative(values: Floats) -> Floats:
    """The exponential of `values` <= 0, within two units in the last place."""
    inside = np.maximum(values, _SMALLEST)
    power = (inside * _LOG2_E - np.float32(0.5)).astype(np.int32)
    whole = power.astype(np.float32)
    rest = inside - whole * _LN_2_HIGH - whole * _LN_2_LOW
    series = np.full_like(rest, _POLYNOMIAL[0])
    for coefficient in (*_POLYNOMIAL[1:], 0.5):
        series = series * rest + np.float32(coefficient)
    scale = ((power + 127) << 23).astype(np.int32).view(np.float32)
    result: Floats = (series * (rest * rest) + rest + np.float32(1)) * scale
    return np.where(values < _SMALLEST, np.float32(0), result)


def logistic(values: Floats) -> Floats:
    """The logistic function by the exponential of a negative number, whatever the sign."""
    exponential = exp_of_negative(-np.abs(values))
    one = np.float32(1)
    shares: Floats = np.where(values < 0, exponential, one) / (one + exponential)
    return shares
