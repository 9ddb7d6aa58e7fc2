"""The short requantisation and its clamp say what TFLite's say, at every edge."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hilbench.errors import CaseError
from hilbench.quantization.fixed_point import FixedMultiplier, Rounding
from hilbench.quantization.single_word_requantization import Clamp, addends, addends_once, scaling_reduced

LARGEST_SUM = 2**29
MULTIPLIERS = st.one_of(
    st.integers(2**30, 2**31 - 1), st.sampled_from([2**30, 2**30 + 1, 3 * 2**29, 2**31 - 1])
)
INT8 = st.integers(-128, 127)


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
    (addend,) = addends(factors, np.array([LARGEST_SUM]), zero_point - clamp.shift).tolist()
    (scaled,) = factors.scale(np.array([value])).tolist()
    expected = min(highest, max(lowest, scaled + zero_point))
    addend += 0 if clamp.hides_negative else 2 * value >> 31
    assert clamped(short(2 * value, multiplier, addend, right), clamp) == expected


@pytest.mark.parametrize(
    ("right", "largest", "sentence"),
    [
        (0, 1000, "1/2 and more"),
        (-3, 1000, "1/2 and more"),
        (5, 2**30, "too large"),
        (26, 1000, "too large"),
    ],
)
def test_refuses_what_it_cannot(right: int, largest: int, sentence: str) -> None:
    factors = FixedMultiplier(np.array([2**30], np.int32), np.array([-right], np.int8))
    with pytest.raises(CaseError, match=sentence):
        addends(factors, np.array([largest]), 127)


@given(multiplier=MULTIPLIERS, right=st.integers(2, 21), zero_point=INT8, data=st.data())
def test_rounds_once_as_tflite_does(
    multiplier: int, right: int, zero_point: int, data: st.DataObject
) -> None:
    value = data.draw(st.one_of(st.integers(-LARGEST_SUM, LARGEST_SUM), sums_near_ties(multiplier, right)))
    factors = FixedMultiplier(np.array([multiplier], np.int32), np.array([-right], np.int8))
    (addend,) = addends_once(factors, np.array([LARGEST_SUM]), zero_point).tolist()
    (scaled,) = factors.scale(np.array([value]), Rounding.ONCE).tolist()
    assert ((value * multiplier >> 32) + addend) >> (right - 1) == scaled + zero_point


@pytest.mark.parametrize(("largest", "fits"), [(2**30 - 1, True), (2**30, False)])
def test_a_doubled_sum_has_to_fit_32_bits(largest: int, fits: bool) -> None:
    factors = FixedMultiplier(np.array([2**30, 2**30], np.int32), np.array([-9, -9], np.int8))
    sums = np.array([1, largest])
    if fits:
        assert addends(factors, sums, 0).tolist() == [2**8, 2**8]
    else:
        with pytest.raises(CaseError, match="too large"):
            addends(factors, sums, 0)


@pytest.mark.parametrize(("largest", "fits"), [(2**31 - 1, True), (2**31, False)])
def test_a_sum_that_is_rounded_once_has_to_fit_32_bits(largest: int, fits: bool) -> None:
    factors = FixedMultiplier(np.array([2**30], np.int32), np.array([-9], np.int8))
    if fits:
        assert addends_once(factors, np.array([largest]), 0).tolist() == [2**7]
    else:
        with pytest.raises(CaseError, match="too large"):
            addends_once(factors, np.array([largest]), 0)


@pytest.mark.parametrize(("bounds", "hides"), [((-5, 127), True), ((-4, 127), True), ((-6, 127), False)])
def test_a_clamp_at_the_zero_point_hides_negative_values(bounds: tuple[int, int], hides: bool) -> None:
    assert Clamp.between(*bounds, zero_point=-5).hides_negative is hides


def test_refuses_to_round_once_what_it_cannot() -> None:
    factors = FixedMultiplier(np.array([2**30], np.int32), np.array([-1], np.int8))
    with pytest.raises(CaseError, match="1/4 and more"):
        addends_once(factors, np.array([1000]), 0)


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
    try:
        (scale, addend, shift) = (int(each[0]) for each in scaling_reduced(factors, np.array([largest])))
    except CaseError:
        assert right < 2 or largest * multiplier >> (31 + right) >= 2**28, "refused, though it is exact"
        return
    value = int(share * largest)
    high = value * scale >> 32
    assert -(2**31) <= high + addend < 2**31
    low = (value & 0xFFFF_FFFF) * scale >> 32
    assert (value >> 32) * scale + low == high, "UMULL and MLA are SMMLA of a wide sum"
    (expected,) = factors.scale(np.array([value]), Rounding.REDUCED).tolist()
    assert (high + addend) >> shift == expected
