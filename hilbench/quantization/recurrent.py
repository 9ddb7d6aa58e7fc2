"""Recurrent layers in integers, as TFLite has them: LSTM with int16 state, and SVDF.

Source: tensorflow/lite/kernels/lstm_eval.cc, LstmStepInteger, and internal/reference/svdf.h, EvalIntegerSVDF.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hilbench.quantization.conversion import float_ratio
from hilbench.quantization.fixed_exponential import logistic, tanh
from hilbench.quantization.fixed_point import FixedMultiplier, rounding_shift_right
from hilbench.tensors import Array, Quantization

Integers = NDArray[np.int64]

_GATE_BITS = 3
"""Integer bits of a gate's sum, an int16."""
_GATE = Quantization(np.array([2.0**-12]))
"""Quantization of a gate's sum."""
_UNIT = 2.0**-15
"""A step of a gate behind its logistic function."""


@dataclass(frozen=True)
class Gate:
    """Weights of one gate of an LSTM and the factors of their sums.

    Attributes:
        weights: (units, features).
        recurrent: (units, units).
    """

    weights: Array
    recurrent: Array
    bias: Array
    factor: FixedMultiplier
    recurrent_factor: FixedMultiplier

    @classmethod
    def of(
        cls,
        arrays: Sequence[Array],
        quantizations: Sequence[Quantization],
        source: Quantization,
        output: Quantization,
    ) -> Gate:
        """The gate of weights, recurrent weights and bias."""
        weights, recurrent, bias = arrays
        return cls(
            weights,
            recurrent,
            bias,
            FixedMultiplier.from_real(float_ratio(quantizations[0], source, _GATE)),
            FixedMultiplier.from_real(float_ratio(quantizations[1], output, _GATE)),
        )

    def sums(self, inputs: Integers, outputs: Integers) -> Integers:
        """Sums (batch, units) in Q3.12 of inputs and of the last outputs, both less their zero points."""
        first = inputs @ self.weights.astype(np.int64).T + self.bias
        second = outputs @ self.recurrent.astype(np.int64).T
        scaled = _int16(self.factor.scale(first[..., None])[..., 0])
        return _int16(self.recurrent_factor.scale(second[..., None])[..., 0] + scaled)


@dataclass(frozen=True)
class IntegerLstm:
    """An LSTM layer with int8 activations and an int16 cell state whose scale is a power of two.

    Attributes:
        cell_clip: largest magnitude of the cell state in its steps; 0 for no limit.
        cell_exponent: of the cell state's scale.
    """

    input_gate: Gate
    forget_gate: Gate
    cell_gate: Gate
    output_gate: Gate
    source: Quantization
    output: Quantization
    cell_clip: int
    cell_exponent: int

    @property
    def output_factor(self) -> FixedMultiplier:
        """Factor of a product of output gate and cell state's tangent."""
        ratio = np.float32(_UNIT / float(self.output.scale[0]) * _UNIT)
        return FixedMultiplier.from_real(np.array([ratio], np.float64))

    def step(self, inputs: Array, state: Array, cell: Array) -> tuple[Array, Array]:
        """Output and cell state (batch, units) behind one step of the sequence."""
        shifted = inputs.astype(np.int64) - self.source.zero_point
        before = state.astype(np.int64) - self.output.zero_point
        forget = logistic(self.forget_gate.sums(shifted, before), _GATE_BITS)
        modulation = tanh(self.cell_gate.sums(shifted, before), _GATE_BITS)
        accept = logistic(self.input_gate.sums(shifted, before), _GATE_BITS)
        kept = rounding_shift_right(forget * cell.astype(np.int64), 15)
        added = rounding_shift_right(accept * modulation, 30 + self.cell_exponent)
        after = _int16(kept + added)
        if self.cell_clip:
            after = np.clip(after, -self.cell_clip, self.cell_clip)
        emit = logistic(self.output_gate.sums(shifted, before), _GATE_BITS)
        hidden = tanh(after, 15 + self.cell_exponent)
        scaled = self.output_factor.scale((emit * hidden)[..., None])[..., 0] + self.output.zero_point
        return np.clip(scaled, -128, 127).astype(np.int8), after.astype(np.int16)


def cell_exponent(cell: Quantization) -> int | None:
    """Exponent of a cell state's scale; None where it is no power of two."""
    significand, exponent = math.frexp(float(cell.scale[0]))
    return exponent - 1 if significand == 0.5 else None


def clip_steps(clip: float, cell: Quantization) -> int:
    """Largest magnitude of a cell state in its steps; 0 for no limit."""
    return min(int(np.float32(clip) / np.float32(cell.scale[0])), 2**15 - 1)


def svdf(
    inputs: Array,
    features: Array,
    times: Array,
    bias: Array,
    state: Array,
    quantizations: Sequence[Quantization],
    output: Quantization,
    rank: int,
) -> tuple[Array, Array]:
    """Output (batch, units) and state (batch, filters * memory) of SVDF behind one step.

    Args:
        inputs: (batch, features).
        features: weights (filters, features).
        times: weights (filters, memory).
        bias: (units,).
        state: (batch, filters * memory), int16, or int8 as TFLite Micro has it.
        quantizations: of inputs, both weights, bias and state.
        output: of the output.
        rank: filters summed into one unit.
    """
    source, feature_scale, time_scale, _, state_scale = quantizations
    batch, (filters, memory) = inputs.shape[0], times.shape
    sums = (inputs.astype(np.int64) - source.zero_point) @ features.astype(np.int64).T
    factor = FixedMultiplier.from_real(float_ratio(source, feature_scale, state_scale))
    limits = np.iinfo(state.dtype)
    scaled = np.clip(factor.scale(sums[..., None])[..., 0], limits.min, limits.max)
    past = state.reshape(batch, filters, memory).copy()
    past[..., -1] = (scaled + state_scale.zero_point).astype(state.dtype)
    products = ((past.astype(np.int64) - state_scale.zero_point) * times).sum(axis=-1)
    total = products.reshape(batch, -1, rank).sum(axis=-1) + bias
    factor = FixedMultiplier.from_real(float_ratio(state_scale, time_scale, output))
    result = np.clip(factor.scale(total[..., None])[..., 0] + output.zero_point, -128, 127).astype(np.int8)
    following = np.concatenate([past[..., 1:], np.full_like(past[..., :1], state_scale.zero_point)], axis=-1)
    return result, following.reshape(state.shape)


def _int16(values: Integers) -> Integers:
    return np.clip(values, -(2**15), 2**15 - 1)
