"""Integer arithmetic against gemmlowp's definitions in unbounded integers, and against its C twin."""

from __future__ import annotations

import ctypes
import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hilbench.quantization.fixed_point import FixedMultiplier, Rounding, activation_bounds, to_int8
from hilbench.tensors import Activation, Quantization
from tests.quantization.c_twin import compiled

SUMS = st.integers(-(2**29), 2**29)
FACTORS = st.floats(2.0**-28, 0.499)


def truncated(dividend: int, divisor: int) -> int:
    """C's division."""
    quotient = abs(dividend) // abs(divisor)
    return quotient if (dividend < 0) == (divisor < 0) else -quotient


def gemmlowp(value: int, multiplier: int, shift: int) -> int:
    """MultiplyByQuantizedMultiplier, written as gemmlowp writes it."""
    product = value * 2 ** max(shift, 0) * multiplier
    nudge = 1 << 30 if product >= 0 else 1 - (1 << 30)
    high = truncated(product + nudge, 1 << 31)
    exponent = max(-shift, 0)
    remainder = high & ((1 << exponent) - 1)
    threshold = (((1 << exponent) - 1) >> 1) + (high < 0)
    return (high >> exponent) + (remainder > threshold)


@given(SUMS, st.one_of(FACTORS, st.floats(0.5, 3.9)))
def test_scale_rounds_like_gemmlowp(value: int, factor: float) -> None:
    fixed = FixedMultiplier.from_real(np.array([factor]))
    expected = gemmlowp(value, int(fixed.multiplier[0]), int(fixed.shift[0]))
    assert fixed.scale(np.array([value])).tolist() == [expected]


@given(SUMS, st.one_of(FACTORS, st.floats(0.5, 3.9)))
def test_scale_once_is_the_nearest(value: int, factor: float) -> None:
    fixed = FixedMultiplier.from_real(np.array([factor]))
    exact = value * Fraction(int(fixed.multiplier[0])) * Fraction(2) ** (int(fixed.shift[0]) - 31)
    expected = math.floor(exact + Fraction(1, 2))
    assert fixed.scale(np.array([value]), Rounding.ONCE).tolist() == [expected]


@pytest.mark.parametrize(("value", "expected"), [(3, 2), (-3, -2), (5, 3), (-5, -3), (1, 1), (-1, -1)])
def test_ties_go_away_from_zero(value: int, expected: int) -> None:
    half = FixedMultiplier(np.array([1 << 30], np.int32), np.array([0], np.int8))
    quarter = FixedMultiplier(np.array([1 << 30], np.int32), np.array([-1], np.int8))
    assert half.scale(np.array([4 * value])).tolist() == [2 * value]
    assert quarter.scale(np.array([2 * value])).tolist() == [expected]


@given(st.floats(2.0**-31, 2.0**20))
def test_decomposition_is_the_nearest(factor: float) -> None:
    fixed = FixedMultiplier.from_real(np.array([factor]))
    multiplier, shift = int(fixed.multiplier[0]), int(fixed.shift[0])
    assert 1 << 30 <= multiplier < 1 << 31
    error = abs(Fraction(factor) - multiplier * Fraction(2) ** (shift - 31))
    assert error <= Fraction(2) ** (shift - 32)


@pytest.mark.parametrize(
    ("factor", "pair"),
    [
        (2.0**-32, (2**30, -31)),
        (math.nextafter(2.0**-32, 0), (2**30, -31)),
        (2.0**-33, (0, 0)),
        (2.0**-40, (0, 0)),
        (1 - 2.0**-33, (2**30, 1)),
        (1 - 2.0**-31, (2**31 - 1, 0)),
        (1.0, (2**30, 1)),
    ],
)
def test_a_factor_below_the_smallest_becomes_zero(factor: float, pair: tuple[int, int]) -> None:
    fixed = FixedMultiplier.from_real(np.array([factor]))
    assert (fixed.multiplier.tolist(), fixed.shift.tolist()) == ([pair[0]], [pair[1]])
    if pair == (0, 0):
        assert fixed.scale(np.array([2**29])).tolist() == [0]


@pytest.mark.parametrize(
    ("multiplier", "reduced"),
    [
        (2**30, 2**14),
        (0x7FFE_7FFF, 0x7FFE),
        (0x7FFE_8000, 0x7FFF),
        (0x7FFF_7FFF, 0x7FFF),
        (0x7FFF_8000, 0x7FFF),
        (0x7FFF_FFFF, 0x7FFF),
    ],
)
def test_the_reduced_multiplier_stays_within_fifteen_bits(multiplier: int, reduced: int) -> None:
    fixed = FixedMultiplier(np.array([multiplier], np.int32), np.array([0], np.int8))
    assert fixed.reduced.tolist() == [reduced]


def test_channels_have_factors_of_their_own() -> None:
    fixed = FixedMultiplier.from_real(np.array([0.5, 0.25]))
    assert fixed.scale(np.array([[100, 100], [-40, -40]])).tolist() == [[50, 25], [-20, -10]]


@pytest.mark.parametrize(
    ("activation", "zero_point", "bounds"),
    [
        (Activation.NONE, 5, (-128, 127)),
        (Activation.RELU, -20, (-20, 127)),
        (Activation.RELU6, -128, (-128, -8)),
        (Activation.RELU6, 100, (100, 127)),
    ],
)
def test_activation_bounds(activation: Activation, zero_point: int, bounds: tuple[int, int]) -> None:
    output = Quantization(np.array([0.05]), zero_point)
    assert activation_bounds(activation, output) == bounds


def test_outputs_are_clamped() -> None:
    scaled = np.array([-1000, -3, 0, 7, 1000])
    output = Quantization(np.array([0.05]), 10)
    assert to_int8(scaled, output, Activation.NONE).tolist() == [-128, 7, 10, 17, 127]
    assert to_int8(scaled, output, Activation.RELU).tolist() == [10, 10, 10, 17, 127]


@pytest.fixture(scope="module")
def headers(tmp_path_factory: pytest.TempPathFactory) -> ctypes.CDLL:
    """The firmware's `requantize.h`, compiled for this machine."""
    return compiled(
        tmp_path_factory.mktemp("headers"),
        '#include "requantize.h"\n'
        "int32_t exact(int32_t v, int32_t m, int s) { return hb_requantize(v, m, s); }\n"
        "int32_t once(int32_t v, int32_t m, int s) { return hb_requantize_once(v, m, s); }\n"
        "int32_t once_long(int64_t v, int32_t m, int s) { return hb_requantize_once_long(v, m, s); }\n"
        "int32_t reduced(int64_t v, int32_t m, int s) { return hb_requantize_reduced(v, m, s); }\n",
    )


@given(value=SUMS, factor=FACTORS)
def test_firmware_requantises_alike(headers: ctypes.CDLL, value: int, factor: float) -> None:
    fixed = FixedMultiplier.from_real(np.array([factor]))
    expected = fixed.scale(np.array([value])).tolist()
    pair = int(fixed.multiplier[0]), int(fixed.shift[0])
    assert [headers.exact(value, *pair)] == expected
    assert [headers.once(value, *pair)] == fixed.scale(np.array([value]), Rounding.ONCE).tolist()


@given(value=st.integers(-(2**46), 2**46), factor=st.floats(2.0**-30, 2.0**-17))
def test_firmware_requantises_long_sums_alike(headers: ctypes.CDLL, value: int, factor: float) -> None:
    """Sums of int16 activations; factors that bring them to 32 bits."""
    fixed = FixedMultiplier.from_real(np.array([factor]))
    multiplier, shift = int(fixed.multiplier[0]), int(fixed.shift[0])
    (reduced,) = fixed.reduced.tolist()
    long = ctypes.c_int64(value)
    assert abs(Fraction(reduced, 2**15) - Fraction(multiplier, 2**31)) <= Fraction(1, 2**15)
    for rounding, scaled, exact, bits in (
        (Rounding.ONCE, headers.once_long(long, multiplier, shift), value * multiplier, 31 - shift),
        (Rounding.REDUCED, headers.reduced(long, reduced, shift), value * reduced, 15 - shift),
    ):
        expected = (exact + (1 << (bits - 1))) >> bits
        assert fixed.scale(np.array([value]), rounding).tolist() == [expected] == [scaled]
