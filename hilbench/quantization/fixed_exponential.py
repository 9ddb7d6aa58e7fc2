"""Exponential, reciprocal, logistic function and tangent in fixed point, bit for bit as gemmlowp has them.

TFLite's SOFTMAX takes them in 32 bits, and the firmware has those in `firmware/common/softmax.h`; its integer
LSTM takes them in 16. Numbers are int64 that hold int32 or int16; Qn.m has n integer and m fractional bits.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from hilbench.quantization.fixed_point import rounding_shift_right

Fixed = NDArray[np.int64]

ONE = 2**31 - 1
"""1.0 in Q0.31, as near as it gets."""
DIFFERENCE_BITS = 26
"""Fractional bits of the exponential's argument in 32 bits: Q5.26."""
MOST_INTEGER_BITS = 5
"""Integer bits that the exponential's argument may have."""

_EXP_OF_EIGHTH = 1895147668
_THIRD = 715827883
_EXP_OF_POWERS = (1672461947, 1302514674, 790015084, 290630308, 39332535, 720401, 242)
"""exp(-2**i) for i from -2 on, Q0.31."""
_48_BY_17, _32_BY_17 = 1515870810, 1010580540
"""First guess of a reciprocal by Newton's method, Q2.29."""
_NEWTON_STEPS = 3


def exp_of_negative(values: Fixed, integer_bits: int = MOST_INTEGER_BITS, bits: int = 32) -> Fixed:
    """The exponential of `values` <= 0 with so many integer bits, without integer bits.

    A Taylor series about -1/8 for what is left modulo 1/4, then a factor for each bit of the rest.
    Source: gemmlowp, fixedpoint.h, exp_on_negative_values.
    """
    fraction = bits - 1 - integer_bits
    quarter = 1 << (fraction - 2)
    remainder = (values & (quarter - 1)) - quarter
    x = (remainder << integer_bits) + (1 << bits - 4)
    square = _product(x, x, bits)
    cube, fourth = _product(square, x, bits), _product(square, square, bits)
    third, eighth = _constant(_THIRD, bits), _constant(_EXP_OF_EIGHTH, bits)
    tail = _product(rounding_shift_right(fourth, 2) + cube, third, bits) + square
    result = _saturated(eighth + _product(x + rounding_shift_right(tail, 1), eighth, bits), bits)
    quarters = remainder - values
    for bit, factor in enumerate(_EXP_OF_POWERS[: integer_bits + 2], fraction - 2):
        result = np.where(quarters & (1 << bit), _product(result, _constant(factor, bits), bits), result)
    return np.where(values == 0, (1 << bits - 1) - 1, result)


def reciprocal_of_one_plus(values: Fixed, bits: int = 32) -> Fixed:
    """1 / (1 + x) for x in [0, 1), both without integer bits.

    Source: gemmlowp, fixedpoint.h, one_over_one_plus_x_for_x_in_0_1.
    """
    return _saturated(_newton(values, bits) << 1, bits)


def _newton(values: Fixed, bits: int) -> Fixed:
    """2 / (1 + x) with two integer bits, by Newton's method."""
    half = (values + (1 << bits - 1)) >> 1
    x = _constant(_48_BY_17, bits) + _product(half, -_constant(_32_BY_17, bits), bits)
    for _ in range(_NEWTON_STEPS):
        missing = (1 << bits - 3) - _product(half, x, bits)
        x = x + _saturated(_product(x, missing, bits) << 2, bits)
    return x


def logistic(values: Fixed, integer_bits: int, bits: int = 16) -> Fixed:
    """The logistic function of numbers with so many integer bits, without integer bits.

    Source: gemmlowp, fixedpoint.h, logistic.
    """
    one = (1 << bits - 1) - 1
    positive = reciprocal_of_one_plus(exp_of_negative(-np.abs(values), integer_bits, bits), bits)
    shares = np.where(values > 0, positive, one - positive)
    return np.where(values == 0, 1 << bits - 2, shares)


def tanh(values: Fixed, integer_bits: int, bits: int = 16) -> Fixed:
    """The hyperbolic tangent of numbers with so many integer bits, without integer bits.

    Source: gemmlowp, fixedpoint.h, tanh and one_minus_x_over_one_plus_x_for_x_in_0_1.
    """
    exponential = exp_of_negative(-np.abs(values), integer_bits + 1, bits)
    magnitude = _saturated((_newton(exponential, bits) - (1 << bits - 3)) << 2, bits)
    return np.sign(values) * magnitude


def _constant(value: int, bits: int) -> int:
    """A constant of 32 bits in `bits`, rounded."""
    spare = 32 - bits
    return (value + (1 << spare >> 1)) >> spare


def _product(a: Fixed, b: Fixed | int, bits: int) -> Fixed:
    """Product rounded to nearest, ties upwards."""
    product: Fixed = (a * b + (1 << bits - 2)) >> bits - 1
    return product


def _saturated(values: Fixed, bits: int) -> Fixed:
    return np.clip(values, -(1 << bits - 1), (1 << bits - 1) - 1)
