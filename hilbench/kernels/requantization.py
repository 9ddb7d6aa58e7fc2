"""Scaling of a layer's sums to its outputs: short requantisation where it is exact, else TFLite's own."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hilbench.errors import CaseError
from hilbench.operators.case import OperatorCase
from hilbench.operators.constants import Constants
from hilbench.operators.layer import Layer
from hilbench.operators.synthetic_data import requantization
from hilbench.quantization.fixed_point import FixedMultiplier, Rounding, activation_bounds
from hilbench.quantization.single_word_requantization import Clamp, addends, addends_once, scaling_reduced
from hilbench.tensors import DType

_NEGLIGIBLE_SHIFT = 2
"""A right shift that either short form takes."""
_INT32_MAX = 2**31 - 1


@dataclass(frozen=True)
class Scaling:
    """Three words for each channel, and how to read them.

    Attributes:
        short: whether all channels take the short form; else all take TFLite's arithmetic in 64 bits.
        wide: whether sums take 64 bits, as those of int16 activations may.
        gain: by which bias and weights are multiplied; the short form that rounds twice wants doubled sums.
        multiplier: of each channel.
        addend: of the short form; else the output's zero point.
        shift: to the right in the short form; else TFLite's, positive to the left.
    """

    short: bool
    wide: bool
    gain: int
    multiplier: NDArray[np.int64]
    addend: NDArray[np.int64]
    shift: NDArray[np.int64]


def plan_scaling(layer: Layer, rounding: Rounding = Rounding.TWICE, growth: int = 1) -> Scaling:
    """The short form if it is exact for every channel.

    Args:
        layer: a convolution.
        rounding: of the operator.
        growth: factor by which an algorithm's sums are larger than those of the operator.
    """
    case = layer.case
    sums = largest_sums(layer)
    largest, wide = growth * sums, has_wide_sums(case, sums)
    factors = requantization(layer.constants)
    if case.dtype.bytes == 1:
        factors = _without_negligible(factors, sums, rounding)
    reduced = rounding is Rounding.REDUCED
    multiplier = (factors.reduced if reduced else factors.multiplier).astype(np.int64)
    zero_point = layer.constants.output_quantization.zero_point
    shifted = zero_point - (clamp_of(layer).shift if case.dtype.bytes == 1 else 0)
    right = -factors.shift.astype(np.int64)
    try:
        if reduced:
            return Scaling(True, wide, 1, *scaling_reduced(factors, largest))
        if rounding is Rounding.ONCE:
            return Scaling(True, wide, 1, multiplier, addends_once(factors, largest, shifted), right - 1)
        return Scaling(True, wide, 2, multiplier, addends(factors, largest, shifted), right)
    except CaseError:
        return Scaling(False, wide, 1, multiplier, np.full(largest.shape, zero_point, np.int64), -right)


def plan_single(layer: Layer, factor: FixedMultiplier, largest: int) -> Scaling:
    """Scaling of int8 sums of at most `largest`, all by one `factor` and rounded twice; short if exact."""
    multiplier, right = factor.multiplier.astype(np.int64), -factor.shift.astype(np.int64)
    zero_point = layer.constants.output_quantization.zero_point
    try:
        addend = addends(factor, np.array([largest]), zero_point - clamp_of(layer).shift)
        return Scaling(True, False, 2, multiplier, addend, right)
    except CaseError:
        return Scaling(False, False, 1, multiplier, np.array([zero_point]), -right)


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


def largest_sums(layer: Layer) -> NDArray[np.int64]:
    """The largest |sum| that inputs can give each channel."""
    constants = layer.constants
    weights = constants.weights.reshape(constants.bias.size, -1).astype(np.int64)
    bias = with_zero_point(constants)
    limits = np.iinfo(layer.case.dtype.element)
    ends = weights * limits.min, weights * limits.max
    highest = bias + np.maximum(*ends).sum(axis=1)
    lowest = bias + np.minimum(*ends).sum(axis=1)
    bound: NDArray[np.int64] = np.maximum(np.abs(highest), np.abs(lowest))
    return bound


def _without_negligible(
    factors: FixedMultiplier, largest: NDArray[np.int64], rounding: Rounding
) -> FixedMultiplier:
    """`factors`, but zero for channels whose sums always round to zero, as those of dead filters do."""
    nudge, least = (1 << 30, 1) if rounding is Rounding.TWICE else (0, 0)
    right = np.maximum(-factors.shift.astype(np.int64), least)
    negligible = (largest * factors.multiplier + nudge) >> (30 + right) == 0
    return FixedMultiplier(
        np.where(negligible, 0, factors.multiplier).astype(np.int32),
        np.where(negligible, -_NEGLIGIBLE_SHIFT, factors.shift).astype(np.int8),
    )
