"""TFLite's requantisation, rounded twice, in three instructions or four: ADD, SMMLAR, ASR, SSAT.

With `doubled` twice the sum, `multiplier` and `right` of the channel, and
`addend = 2**(right - 1) + (zero_point << right)`:

    output = saturated((SMMULR(doubled, multiplier) + addend + (doubled >> 31)) >> right)

The last term, ADD's, makes negative ties go away from zero; where the clamp hides negative values it
may be left out. docs/kernels.md proves it for right shifts of 1 or more.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hilbench.quantization.fixed_point import INT8_MAX, INT8_MIN, FixedMultiplier, Rounding

_INT32_MAX = 2**31 - 1


@dataclass(frozen=True)
class Clamp:
    """An activation's bounds as saturations of single bytes, for QADD8.

    SSAT ends a requantisation at -128 and 127. It ends at `lowest` instead when all values are
    shifted down by `shift` before and up again behind, and at `highest` when they are shifted up
    further until 127 saturates, and down again without saturation.

    Attributes:
        shift: to subtract from the zero point.
        rises: to be added with saturation, each at most 127.
        fall: to be added modulo 256 in the end; 0 for nothing.
        hides_negative: whether all values below the zero point are clamped.
    """

    shift: int
    rises: tuple[int, ...]
    fall: int
    hides_negative: bool

    @classmethod
    def between(cls, lowest: int, highest: int, zero_point: int) -> Clamp:
        """The clamp to `lowest` .. `highest` of an output whose zero is `zero_point`, all int8."""
        shift, fall = lowest - INT8_MIN, highest - INT8_MAX
        rise = shift - fall
        rises = tuple(min(INT8_MAX, rise - start) for start in range(0, rise, INT8_MAX))
        return cls(shift, rises, fall, lowest >= zero_point)


@dataclass(frozen=True)
class Shortened:
    """The short requantisation of each channel.

    Attributes:
        exact: whether it is that of TFLite; elsewhere the rest means nothing.
        gain: factor of the sums.
        multiplier: of SMMLAR or SMMLA.
        addend: of the same.
        right: shift behind it.
    """

    exact: NDArray[np.bool_]
    gain: NDArray[np.int64]
    multiplier: NDArray[np.int64]
    addend: NDArray[np.int64]
    right: NDArray[np.int64]


def shortened(
    factors: FixedMultiplier,
    rounding: Rounding,
    largest_sums: NDArray[np.int64],
    zero_point: int,
    most_gain: int = 0,
) -> Shortened:
    """The short requantisation of each channel, and where it is exact.

    Args:
        factors: a multiplier and a shift for each channel.
        rounding: of TFLite's kernel.
        largest_sums: bound of each channel's |sum|.
        zero_point: of the output, with a clamp's shift; 0 for reduced multipliers.
        most_gain: by which sums may grow in place of a shift to the left, if the clamp hides negative values;
            else 0.
    """
    if rounding is Rounding.REDUCED:
        return _reduced(factors, largest_sums)
    if rounding is Rounding.ONCE:
        return _once(factors, largest_sums, zero_point)
    return _twice(factors, largest_sums, zero_point, most_gain)


def _twice(
    factors: FixedMultiplier, largest_sums: NDArray[np.int64], zero_point: int, most_gain: int
) -> Shortened:
    """The form of the module's first lines for right shifts of 1 and more.

    A shift of `left` bits to the left goes into the gain, 2**(left + 1): SMMLAR alone rounds then, once, and
    the addend is the zero point. The term for negative ties must be hidden by the clamp.
    """
    shift = factors.shift.astype(np.int64)
    left, right = np.maximum(shift, 0), np.maximum(-shift, 0)
    gain = np.int64(2) << left
    half = np.where(right > 0, np.int64(1) << np.maximum(right - 1, 0), 0)
    addend = half + zero_point * (np.int64(1) << right)
    multiplier = factors.multiplier.astype(np.int64)
    grown = largest_sums * gain
    high = (np.minimum(grown, _INT32_MAX) * multiplier >> 32) + 1
    fits = (grown <= _INT32_MAX) & (high + np.abs(addend) + 1 <= _INT32_MAX)
    return Shortened(fits & ((right > 0) | (gain <= most_gain)), gain, multiplier, addend, right)


def _reduced(factors: FixedMultiplier, largest_sums: NDArray[np.int64]) -> Shortened:
    """The form where TFLite reduces the multiplier; no zero point.

    Then output = saturated(SMMLA(sum, multiplier, addend) >> right), where a sum of 64 bits takes UMULL
    and MLA for SMMLA. The multiplier's 15 bits are shifted to the left as far as the high word of the
    product allows; the rounding is a multiple of 2**32, too, so that the low word cannot carry. Something
    must be left to be shifted to the right.
    """
    reduced, total = factors.reduced.astype(np.int64), 15 - factors.shift.astype(np.int64)
    left = np.array(
        [_spare_bits(int(most) * int(by)) for most, by in zip(largest_sums, reduced, strict=True)]
    )
    right = np.where(reduced == 0, 1, total - 32 + left)
    exact = (right >= 1) & (left >= 0)
    one = np.ones_like(right)
    return Shortened(exact, one, reduced << np.maximum(left, 0), one << np.maximum(right - 1, 0), right)


def _spare_bits(product: int) -> int:
    """Left shift, 16 at most, that leaves the high word of `product` below 2**30, room for the rounding."""
    return min(16, 62 - product.bit_length())


def _once(factors: FixedMultiplier, largest_sums: NDArray[np.int64], zero_point: int) -> Shortened:
    """The form where TFLite rounds once.

    Then output = saturated(SMMLA(sum, multiplier, addend) >> (right - 1)).

    The rounding is half a step of the product, a multiple of 2**32 for right shifts of 2 and more, so
    that the low word, which SMMLA drops, cannot carry. The sum is not doubled.
    """
    right = np.maximum(-factors.shift.astype(np.int64), 2)
    addend = (np.int64(1) << (right - 2)) + zero_point * (np.int64(1) << (right - 1))
    multiplier = factors.multiplier.astype(np.int64)
    high = (np.minimum(largest_sums, _INT32_MAX) * multiplier >> 32) + 1
    fits = (largest_sums <= _INT32_MAX) & (high + np.abs(addend) <= _INT32_MAX)
    exact = fits & (factors.shift <= -2)
    return Shortened(exact, np.ones_like(right), multiplier, addend, right - 1)
