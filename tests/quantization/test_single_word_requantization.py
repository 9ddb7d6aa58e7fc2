"""The short requantisation and its clamp say what TFLite's say, at every edge."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hilbench.quantization.fixed_point import FixedMultiplier, Rounding
from hilbench.quantization.single_word_requantization import Clamp, Shortened, shortened

LARGEST_SUM = 2**29
MULTIPLIERS = st.one_of(
    st.integers(2**30, 2**31 - 1), st.sampled_from([2**30, 2**30 + 1, 3 * 2**29, 2**31 - 1])
)
INT8 = st.integers(-128, 127)


def one_of(
    multiplier: int, shift: int, rounding: Rounding, largest: int, zero_point: int = 0, most_gain: int = 0
) -> Shortened:
    factors = FixedMultiplier(np.array([multiplier], np.int32), np.array([shift], np.int8))
    return shortened(factors, rounding, np.array([largest]), zero_point, most_gain)


def short(doubled: int, multiplier: int, addend: int, right: int) -> int:
    """SMMLAR, ASR and SSAT in unbounded integers, checked to stay within 32 bits."""
    high = (doubled * multiplier + 2**31) >> 32
    scaled = addend + high
    assert max(abs(doubled), abs(high), abs(scaled)) < 2**31
    return min(127, max(-128, scaled >> right))


def clamped(value: int, clamp: Clamp) -> int:
    """QADD8 for each rise, then UADD8, on one byte."""
    for rise in clamp.rises:
        assert 0 < rise <= 127
        value = min(127, value + rise)
    return (value + clamp.fall + 128) % 256 - 128


@st.composite
def sums_near_ties(draw: st.DrawFn, multiplier: int, right: int) -> int:
    """Sums whose scaled value lies next to a half, on either side of zero."""
    half = (2 * draw(st.integers(-300, 300)) + 1) << (right - 1)
    exact = (half << 31) // multiplier
    return max(-LARGEST_SUM, min(LARGEST_SUM, exact + draw(st.integers(-2, 2))))


@given(multiplier=MULTIPLIERS, right=st.integers(1, 21), bounds=st.tuples(INT8, INT8), data=st.data())
def test_requantises_as_tflite_does(
    multiplier: int, right: int, bounds: tuple[int, int], data: st.DataObject
) -> None:
    lowest, highest = sorted(bounds)
    zero_point = data.draw(INT8)
    value = data.draw(
        st.one_of(
            st.integers(-LARGEST_SUM, LARGEST_SUM), sums_near_ties(multiplier, right), st.integers(-2, 2)
        )
    )
    factors = FixedMultiplier(np.array([multiplier], np.int32), np.array([-right], np.int8))
    clamp = Clamp.between(lowest, highest, zero_point)
    form = one_of(multiplier, -right, Rounding.TWICE, LARGEST_SUM, zero_point - clamp.shift)
    assert form.exact.all()
    assert [int(form.gain[0]), int(form.right[0])] == [2, right]
    addend = int(form.addend[0])
    (scaled,) = factors.scale(np.array([value])).tolist()
    expected = min(highest, max(lowest, scaled + zero_point))
    addend += 0 if clamp.hides_negative else 2 * value >> 31
    assert clamped(short(2 * value, multiplier, addend, right), clamp) == expected


@given(multiplier=MULTIPLIERS, left=st.integers(0, 7), zero_point=INT8, data=st.data())
def test_a_shift_to_the_left_is_a_gain_where_the_clamp_hides_negative_values(
    multiplier: int, left: int, zero_point: int, data: st.DataObject
) -> None:
    largest = (2**31 - 1 >> left + 1) - 300
    value = data.draw(st.integers(-largest, largest) | st.integers(-300, 300))
    clamp = Clamp.between(zero_point, 127, zero_point)
    form = one_of(multiplier, left, Rounding.TWICE, largest, zero_point - clamp.shift, most_gain=256)
    if not form.exact[0]:
        assert largest << left + 1 > 2**31 - 2**30
        return
    (scaled,) = FixedMultiplier(np.array([multiplier], np.int32), np.array([left], np.int8)).scale(
        np.array([value])
    )
    assert form.gain == 2 << left
    grown = value << left + 1
    assert clamped(short(grown, multiplier, int(form.addend[0]), int(form.right[0])), clamp) == min(
        127, max(zero_point, scaled + zero_point)
    )


@pytest.mark.parametrize(
    ("shift", "largest", "most_gain"),
    [(0, 1000, 0), (3, 1000, 0), (3, 1000, 8), (-5, 2**30, 256), (-26, 1000, 256), (0, 2**30, 256)],
)
def test_refuses_what_it_cannot(shift: int, largest: int, most_gain: int) -> None:
    assert not one_of(2**30, shift, Rounding.TWICE, largest, 127, most_gain).exact.any()


@given(multiplier=MULTIPLIERS, right=st.integers(2, 21), zero_point=INT8, data=st.data())
def test_rounds_once_as_tflite_does(
    multiplier: int, right: int, zero_point: int, data: st.DataObject
) -> None:
    value = data.draw(st.one_of(st.integers(-LARGEST_SUM, LARGEST_SUM), sums_near_ties(multiplier, right)))
    factors = FixedMultiplier(np.array([multiplier], np.int32), np.array([-right], np.int8))
    form = one_of(multiplier, -right, Rounding.ONCE, LARGEST_SUM, zero_point)
    assert form.exact.all()
    (scaled,) = factors.scale(np.array([value]), Rounding.ONCE).tolist()
    assert ((value * multiplier >> 32) + int(form.addend[0])) >> int(form.right[0]) == scaled + zero_point


def test_each_channel_is_short_or_not_by_itself() -> None:
    factors = FixedMultiplier(np.full(5, 2**30, np.int32), np.array([-9, 1, -9, -26, -9], np.int8))
    sums = np.array([1, 1, 2**30, 1, 2**30 - 1])
    form = shortened(factors, Rounding.TWICE, sums, 127)
    assert form.exact.tolist() == [True, False, False, False, True]


@pytest.mark.parametrize(("largest", "fits"), [(2**31 - 1, True), (2**31, False)])
def test_a_sum_that_is_rounded_once_has_to_fit_32_bits(largest: int, fits: bool) -> None:
    form = one_of(2**30, -9, Rounding.ONCE, largest)
    assert form.exact[0] == fits
    assert form.addend[0] == 2**7


@pytest.mark.parametrize(("bounds", "hides"), [((-5, 127), True), ((-4, 127), True), ((-6, 127), False)])
def test_a_clamp_at_the_zero_point_hides_negative_values(bounds: tuple[int, int], hides: bool) -> None:
    assert Clamp.between(*bounds, zero_point=-5).hides_negative is hides


def test_refuses_to_round_once_what_it_cannot() -> None:
    assert not one_of(2**30, -1, Rounding.ONCE, 1000).exact.any()


@given(
    multiplier=MULTIPLIERS,
    right=st.integers(0, 31),
    largest=st.integers(1, 2**46),
    share=st.fractions(-1, 1),
)
def test_reduces_the_multiplier_as_tflite_does(
    multiplier: int, right: int, largest: int, share: Fraction
) -> None:
    """Whether SMMLA takes a sum of 32 bits, or UMULL and MLA one of 64."""
    factors = FixedMultiplier(np.array([multiplier], np.int32), np.array([-right], np.int8))
    form = one_of(multiplier, -right, Rounding.REDUCED, largest)
    if not form.exact[0]:
        assert right < 2 or largest * multiplier >> (31 + right) >= 2**28, "refused, though it is exact"
        return
    scale, addend, shift = (int(each[0]) for each in (form.multiplier, form.addend, form.right))
    value = int(share * largest)
    high = value * scale >> 32
    assert -(2**31) <= high + addend < 2**31
    low = (value & 0xFFFF_FFFF) * scale >> 32
    assert (value >> 32) * scale + low == high, "UMULL and MLA are SMMLA of a wide sum"
    (expected,) = factors.scale(np.array([value]), Rounding.REDUCED).tolist()
    assert (high + addend) >> shift == expected
