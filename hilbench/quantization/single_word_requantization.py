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

from hilbench.errors import CaseError
from hilbench.quantization.fixed_point import INT8_MAX, INT8_MIN, FixedMultiplier

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


def addends(factors: FixedMultiplier, largest_sums: NDArray[np.int64], zero_point: int) -> NDArray[np.int64]:
    """Addend of each channel for the short requantisation.

    Args:
        factors: a multiplier and a right shift for each channel.
        largest_sums: bound of each channel's |sum|.
        zero_point: of the output, with a clamp's shift.

    Raises:
        CaseError: a shift is none to the right, or an intermediate result exceeds 32 bits.
    """
    right = -factors.shift.astype(np.int64)
    if right.min() < 1:
        raise CaseError(
            "An output multiplier of 1/2 and more has no short requantisation; use the reference."
        )
    addend = (np.int64(1) << (right - 1)) + zero_point * (np.int64(1) << right)
    high = (largest_sums * factors.multiplier >> 31) + 1
    if max((2 * largest_sums).max(), (high + np.abs(addend) + 1).max()) > _INT32_MAX:
        raise CaseError("The sums are too large for the short requantisation; use the reference.")
    return addend


def scaling_reduced(
    factors: FixedMultiplier, largest_sums: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Multiplier, addend and right shift of each channel where TFLite reduces the multiplier; no zero point.

    Then output = saturated(SMMLA(sum, multiplier, addend) >> right), where a sum of 64 bits takes UMULL
    and MLA for SMMLA. The multiplier's 15 bits are shifted to the left as far as the high word of the
    product allows; the rounding is a multiple of 2**32, too, so that the low word cannot carry.

    Raises:
        CaseError: nothing is left to be shifted to the right.
    """
    reduced, total = factors.reduced.astype(np.int64), 15 - factors.shift.astype(np.int64)
    left = np.array(
        [_spare_bits(int(most) * int(by)) for most, by in zip(largest_sums, reduced, strict=True)]
    )
    right = np.where(reduced == 0, 1, total - 32 + left)
    if right.min() < 1:
        raise CaseError("The sums are too large for the short requantisation; use the reference.")
    return reduced << left, np.int64(1) << (right - 1), right


def _spare_bits(product: int) -> int:
    """Left shift, 16 at most, that leaves the high word of `product` below 2**30, room for the rounding."""
    return min(16, 62 - product.bit_length())


def addends_once(
    factors: FixedMultiplier, largest_sums: NDArray[np.int64], zero_point: int
) -> NDArray[np.int64]:
    """Addend of each channel where TFLite rounds once.

    Then output = saturated(SMMLA(sum, multiplier, addend) >> (right - 1)).

    The rounding is half a step of the product, a multiple of 2**32 for right shifts of 2 and more, so
    that the low word, which SMMLA drops, cannot carry. The sum is not doubled.

    Raises:
        CaseError: a shift is less than 2 to the right, or an intermediate result exceeds 32 bits.
    """
    right = -factors.shift.astype(np.int64)
    if right.min() < 2:
        raise CaseError(
            "An output multiplier of 1/4 and more has no short requantisation; use the reference."
        )
    addend = (np.int64(1) << (right - 2)) + zero_point * (np.int64(1) << (right - 1))
    high = (largest_sums * factors.multiplier >> 32) + 1
    if max(largest_sums.max(), (high + np.abs(addend)).max()) > _INT32_MAX:
        raise CaseError("The sums are too large for the short requantisation; use the reference.")
    return addend
