"""Exponential and reciprocal in fixed point, bit for bit as TFLite's SOFTMAX has them from gemmlowp.

The firmware has the same in `firmware/common/softmax.h`. Numbers are int64 that hold int32;
Qn.m has n integer and m fractional bits.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from hilbench.quantization.fixed_point import rounding_shift_right

Fixed = NDArray[np.int64]

ONE = 2**31 - 1
"""1.0 in Q0.31, as near as it gets."""
DIFFERENCE_BITS = 26
"""Fractional bits of the exponential's argument: Q5.26."""

_EXP_OF_EIGHTH = 1895147668
_THIRD = 715827883
_EXP_OF_POWERS = (1672461947, 1302514674, 790015084, 290630308, 39332535, 720401, 242)
"""exp(-2**i) for i from -2 on, Q0.31."""
_48_BY_17, _32_BY_17 = 1515870810, 1010580540
"""First guess of a reciprocal by Newton's method, Q2.29."""
_NEWTON_STEPS = 3


def exp_of_negative(values: Fixed) -> Fixed:
    """The exponential of `values` <= 0 in Q5.26, in Q0.31.

    A Taylor series about -1/8 for what is left modulo 1/4, then a factor for each bit of the rest.
    Source: gemmlowp, fixedpoint.h, exp_on_negative_values.
    """
    quarter = 1 << (DIFFERENCE_BITS - 2)
    remainder = (values & (quarter - 1)) - quarter
    x = (remainder << (31 - DIFFERENCE_BITS)) + (1 << 28)
    square = _product(x, x)
    cube, fourth = _product(square, x), _product(square, square)
    tail = _product(rounding_shift_right(fourth, 2) + cube, _THIRD) + square
    result = _EXP_OF_EIGHTH + _product(x + rounding_shift_right(tail, 1), _EXP_OF_EIGHTH)
    quarters = remainder - values
    for bit, factor in enumerate(_EXP_OF_POWERS, DIFFERENCE_BITS - 2):
        result = np.where(quarters & (1 << bit), _product(result, factor), result)
    return np.where(values == 0, ONE, result)


def reciprocal_of_one_plus(values: Fixed) -> Fixed:
    """1 / (1 + x) for x in [0, 1), both in Q0.31.

    Source: gemmlowp, fixedpoint.h, one_over_one_plus_x_for_x_in_0_1.
    """
    half = (values + ONE + 1) >> 1
    x = _48_BY_17 + _product(half, -_32_BY_17)
    for _ in range(_NEWTON_STEPS):
        missing = (1 << 29) - _product(half, x)
        x = x + _saturated(_product(x, missing) << 2)
    return _saturated(x << 1)


def _product(a: Fixed, b: Fixed | int) -> Fixed:
    """Product rounded to nearest, ties upwards."""
    product: Fixed = (a * b + (1 << 30)) >> 31
    return product


def _saturated(values: Fixed) -> Fixed:
    return np.clip(values, -(2**31), 2**31 - 1)
