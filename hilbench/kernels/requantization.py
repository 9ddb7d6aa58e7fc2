"""Scaling of a layer's sums to its outputs: the short requantisation where it is exact, else TFLite's own."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from hilbench.operators.case import OperatorCase
from hilbench.operators.constants import Constants
from hilbench.operators.layer import Layer
from hilbench.operators.synthetic_data import requantization
from hilbench.quantization.fixed_point import FixedMultiplier, Rounding, activation_bounds
from hilbench.quantization.single_word_requantization import Clamp, Shortened, shortened
from hilbench.tensors import DType

MOST_GAIN = 256
"""Largest factor by which weights of int8 may grow and still be int16."""
LONG = 64
"""Added to TFLite's shift, which is 31 at most either way, it marks a channel of the long form."""
_INT32_MAX = 2**31 - 1


@dataclass(frozen=True)
class Scaling:
    """Three words for each channel, and how to read them.

    Attributes:
        short: whether a channel takes the short form; else it takes TFLite's arithmetic in 64 bits.
        wide: whether sums take 64 bits, as those of int16 activations may.
        gain: factor of each channel's bias and weights; the short form that rounds twice wants doubled
            sums, and those that TFLite shifts to the left grow further. 0 where the output is constant.
        multiplier: of each channel.
        addend: of the short form; else the output's zero point.
        shift: to the right in the short form; else TFLite's, positive to the left, and `LONG`.
    """

    short: NDArray[np.bool_]
    wide: bool
    gain: NDArray[np.int64]
    multiplier: NDArray[np.int64]
    addend: NDArray[np.int64]
    shift: NDArray[np.int64]

    @property
    def any_short(self) -> bool:
        """Whether there are channels of the short form."""
        return bool(self.short.any())

    @property
    def any_long(self) -> bool:
        """Whether there are channels of the long form."""
        return not self.short.all()

    @property
    def mixed(self) -> bool:
        """Whether there are channels of both forms."""
        return self.any_short and self.any_long

    @property
    def doubles(self) -> bool:
        """Whether channels of the short form want doubled sums, or more."""
        return bool((self.gain[self.short] > 1).any())


def plan_scaling(
    layer: Layer,
    rounding: Rounding = Rounding.TWICE,
    *,
    growth: int = 1,
    most_gain: int = 2,
    weights_grow: bool = True,
    together: int = 1,
) -> Scaling:
    """The short form for each channel where it is exact, else the long one.

    Args:
        layer: a convolution.
        rounding: of the operator.
        growth: factor by which an algorithm's sums are larger than those of the operator.
        most_gain: by which bias and weights may be multiplied in place of a shift to the left.
        weights_grow: whether they may be multiplied at all; else channels whose short form asks for it are
            long.
        together: channels of a group that are requantised by the same code: if one is long, all are.
    """
    case = layer.case
    lowest, highest = sum_range(layer)
    sums = np.maximum(np.abs(lowest), np.abs(highest))
    factors = requantization(layer.constants)
    output = layer.constants.output_quantization
    clamp = clamp_of(layer) if case.dtype.bytes == 1 else None
    down = clamp.shift if clamp else 0
    most = most_gain if clamp and clamp.hides_negative else 0
    found = shortened(factors, rounding, growth * sums, output.zero_point - down, most)
    if not weights_grow:
        found = replace(found, exact=found.exact & (found.gain <= 1))
    bounds = activation_bounds(case.activation, output, case.dtype.element)
    ends = [np.clip(factors.scale(each, rounding) + output.zero_point, *bounds) for each in (lowest, highest)]
    short = _with_constants(found, (ends[0] == ends[1]) & (factors.shift <= 0), ends[0] - down)
    exact = _agreed(short.exact, case.groups, together)
    multiplier = factors.reduced if rounding is Rounding.REDUCED else factors.multiplier
    return Scaling(
        exact,
        has_wide_sums(case, sums),
        np.where(exact, short.gain, 1),
        np.where(exact, short.multiplier, multiplier),
        np.where(exact, short.addend, output.zero_point),
        np.where(exact, short.right, factors.shift.astype(np.int64) + LONG),
    )


def plan_single(layer: Layer, factor: FixedMultiplier, largest: int) -> Scaling:
    """Scaling of int8 sums of at most `largest`, all by one `factor` and rounded twice; short if exact."""
    zero_point = layer.constants.output_quantization.zero_point
    found = shortened(factor, Rounding.TWICE, np.array([largest]), zero_point - clamp_of(layer).shift)
    exact = found.exact
    return Scaling(
        exact,
        False,
        np.where(exact, found.gain, 1),
        factor.multiplier.astype(np.int64),
        np.where(exact, found.addend, zero_point),
        np.where(exact, found.right, factor.shift.astype(np.int64) + LONG),
    )


def _with_constants(found: Shortened, constant: NDArray[np.bool_], outputs: NDArray[np.int64]) -> Shortened:
    """Sums of zero and these `outputs` for `constant` channels, as dead filters make them.

    A scaling is monotonic: where the lowest and the highest sum have the same output, all between have it.
    """
    return Shortened(
        found.exact | constant,
        np.where(constant, 0, found.gain),
        np.where(constant, 0, found.multiplier),
        np.where(constant, 4 * outputs + 2, found.addend),  # far from where a sign shows
        np.where(constant, 2, found.right),
    )


def _agreed(exact: NDArray[np.bool_], groups: int, together: int) -> NDArray[np.bool_]:
    """Whether all of so many neighbours `together` in a group are exact, for each of them."""
    grouped = exact.reshape(groups, -1)
    channels = grouped.shape[1]
    padded = np.pad(grouped, ((0, 0), (0, -channels % together)), constant_values=True)
    all_of = padded.reshape(groups, -1, together).all(axis=2)
    agreed: NDArray[np.bool_] = np.repeat(all_of, together, axis=1)[:, :channels].ravel()
    return agreed


def has_wide_sums(case: OperatorCase, largest: NDArray[np.int64]) -> bool:
    """Whether one of the `largest` sums is of int16 activations and beyond an int32."""
    return case.dtype is DType.INT16X8 and bool(largest.max() > _INT32_MAX)


def clamp_of(layer: Layer) -> Clamp:
    """The bounds of the case's int8 outputs."""
    output = layer.constants.output_quantization
    return Clamp.between(*activation_bounds(layer.case.activation, output), output.zero_point)


def with_zero_point(constants: Constants) -> NDArray[np.int64]:
    """The bias of each channel for activations that keep their zero point."""
    weights = constants.weights.reshape(constants.bias.size, -1).astype(np.int64)
    zero_point = constants.input_quantization[0].zero_point
    bias: NDArray[np.int64] = constants.bias - zero_point * weights.sum(axis=1)
    return bias


def sum_range(layer: Layer) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The lowest and the highest sum that inputs can give each channel."""
    constants = layer.constants
    weights = constants.weights.reshape(constants.bias.size, -1).astype(np.int64)
    bias = with_zero_point(constants)
    limits = np.iinfo(layer.case.dtype.element)
    ends = weights * limits.min, weights * limits.max
    return bias + np.minimum(*ends).sum(axis=1), bias + np.maximum(*ends).sum(axis=1)


def largest_sums(layer: Layer) -> NDArray[np.int64]:
    """The largest |sum| that inputs can give each channel."""
    lowest, highest = sum_range(layer)
    bound: NDArray[np.int64] = np.maximum(np.abs(highest), np.abs(lowest))
    return bound
