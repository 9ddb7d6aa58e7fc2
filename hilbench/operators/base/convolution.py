"""Base of all convolutions: shapes, data, reference and what their C needs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from hilbench.operators.base.image import ImageOperator
from hilbench.operators.case import OperatorCase
from hilbench.operators.constants import Constants
from hilbench.operators.layer import Layer
from hilbench.operators.reuse import Reuse, first_seen, reuse_by_pixels
from hilbench.operators.synthetic_data import draw_input, draw_output, draw_weights, requantization
from hilbench.quantization.activation import activate
from hilbench.quantization.fixed_point import Rounding, activation_bounds, to_activations
from hilbench.tensors import Array, DType, Window
from hilbench.tensors.patches import patches

_LARGEST_WEIGHT = {4: 7, 8: 127}
"""Largest weight by bits; TFLite quantises weights symmetrically, without the least integer."""
_AS_CONVOLUTION = "rounds_as_convolution"
_BIAS_SPREAD = 0.5
"""Largest bias in real units; small compared with the outputs' spread of 3."""


def convolution_rounding(case: OperatorCase) -> Rounding:
    """The way in which TFLite's convolutions round the outputs of a case's data type."""
    return Rounding.REDUCED if case.dtype is DType.INT16X8 else Rounding.TWICE


def fully_connected_rounding(case: OperatorCase) -> Rounding:
    """The way in which TFLite's fully connected layers round: once, for all data types.

    Found by running the reference kernel of ai-edge-litert 2.3, per tensor and per channel alike. That of
    TFLite Micro, as CMSIS-NN's, rounds as convolutions do; a case's attribute asks for it.
    """
    return convolution_rounding(case) if dict(case.attributes).get(_AS_CONVOLUTION) else Rounding.ONCE


class Convolution(ImageOperator):
    """A 2-D convolution over groups of channels; weights are (O, KH, KW, I / groups)."""

    dtypes: ClassVar[frozenset[DType]] = frozenset(DType)

    def rounding(self, case: OperatorCase) -> Rounding:
        """Rounding of the integer outputs in TFLite's kernel of this operator."""
        return convolution_rounding(case)

    def defaults(self, parameters: Mapping[str, Any]) -> dict[str, Any]:
        """No defaults: nothing follows from other parameters."""
        return {}

    def check(self, case: OperatorCase) -> None:
        """Require that both channel counts divide into the groups."""
        super().check(case)
        self.require(case, case.in_c % case.groups == 0, f"in_c is not a multiple of groups={case.groups}")
        self.require(case, case.out_c % case.groups == 0, f"out_c is not a multiple of groups={case.groups}")

    def out_hw(self, case: OperatorCase) -> tuple[int, int]:
        """Output height and width by TensorFlow's padding rules."""
        vertical, horizontal = self.windows(case)
        return vertical.output, horizontal.output

    def windows(self, case: OperatorCase) -> tuple[Window, Window]:
        """The vertical and the horizontal window; their padding goes into the C."""
        return case.windows

    def input_reuse(self, case: OperatorCase) -> tuple[Reuse | None, ...]:
        """Reuse pixel by pixel."""
        return (reuse_by_pixels(case, *map(first_seen, self.windows(case))),)

    def row_window(self, case: OperatorCase) -> Window | None:
        """The vertical window."""
        return self.windows(case)[0]

    def depth(self, case: OperatorCase) -> int:
        """Products summed into one output element."""
        return case.kernel_h * case.kernel_w * (case.in_c // case.groups)

    def macs(self, case: OperatorCase) -> int:
        """Output elements times the products summed into each."""
        return case.out_h * case.out_w * case.out_c * self.depth(case)

    def weight_bytes(self, case: OperatorCase) -> int:
        """Weights and bias; for integers also a 32-bit multiplier and an 8-bit shift per channel."""
        bias = 8 if case.dtype is DType.INT16X8 else 4
        per_channel = bias + (5 if case.dtype.quantized else 0)
        weight_bits = case.out_c * self.depth(case) * case.dtype.weight_bits
        return -(-weight_bits // 8) + case.out_c * per_channel

    def weight_shape(self, case: OperatorCase) -> tuple[int, ...]:
        """Shape of the weights, as TFLite has them."""
        return case.out_c, case.kernel_h, case.kernel_w, case.in_c // case.groups

    def grouped_weights(self, case: OperatorCase, weights: Array) -> Array:
        """Weights as (groups, depth, O / groups), the matrix that multiplies the patches of a group."""
        return weights.reshape(case.groups, case.out_c // case.groups, self.depth(case)).swapaxes(1, 2)

    def synthesize(self, case: OperatorCase) -> Constants:
        """Inputs from the device's generator, weights and bias from NumPy's, seeded by the case."""
        rng = np.random.default_rng(case.seed)
        products = self.macs(case) / (case.out_h * case.out_w * case.out_c)
        if case.dtype is DType.FLOAT32:
            weights = rng.uniform(-1, 1, self.weight_shape(case)) * np.sqrt(27 / products)
            bias = rng.uniform(-_BIAS_SPREAD, _BIAS_SPREAD, case.out_c)
            return Constants(weights.astype(np.float32), bias.astype(np.float32))
        source = draw_input(rng, case.dtype)
        weight_quantization = draw_weights(rng, case.out_c, products, source, case.dtype)
        bias_steps = _BIAS_SPREAD / (source.scale * weight_quantization.scale)
        largest = _LARGEST_WEIGHT[case.dtype.weight_bits]
        return Constants(
            rng.integers(-largest, largest + 1, self.weight_shape(case), np.int8),
            np.round(rng.uniform(-1, 1, case.out_c) * bias_steps).astype(_bias_type(case.dtype)),
            (source,),
            weight_quantization,
            draw_output(rng, case.activation, case.dtype),
        )

    def reference(self, layer: Layer, inputs: Sequence[Array]) -> Array:
        """The output (1, OH, OW, O): TFLite's for integers; float32 sums bias, rows, columns, channels."""
        case = layer.case
        if case.dtype is DType.FLOAT32:
            return activate(self._sum_in_order(layer, inputs), case.activation)
        scaled = requantization(layer.constants).scale(self.accumulate(layer, inputs), self.rounding(case))
        return to_activations(
            scaled, layer.constants.output_quantization, case.activation, case.dtype.element
        )

    def accumulate(self, layer: Layer, inputs: Sequence[Array]) -> Array:
        """The integer accumulators (1, OH, OW, O), bias included.

        Computed in float64, which is exact: |sum| < 2**53 by far.
        """
        case = layer.case
        zero_point = layer.constants.input_quantization[0].zero_point
        image = inputs[0][0].astype(np.float64) - zero_point
        weights = self.grouped_weights(case, layer.constants.weights.astype(np.float64))
        sums = self.grouped_patches(case, image) @ weights
        return self._ungroup(case, sums).astype(np.int64) + layer.constants.bias

    def template_context(self, layer: Layer) -> Mapping[str, Any]:
        """Weights, bias and padding; for integers also what requantises an accumulator."""
        case = layer.case
        vertical, horizontal = self.windows(case)
        context = {
            "weights": packed(layer.constants.weights)
            if case.dtype is DType.INT8X4
            else layer.constants.weights,
            "bias": layer.constants.bias,
            "pad_top": vertical.pad_before,
            "pad_left": horizontal.pad_before,
            "rounding": self.rounding(case),
        }
        return context | (self._requantization_context(layer) if case.dtype.quantized else {})

    def grouped_patches(self, case: OperatorCase, image: Array) -> Array:
        """Inputs under the window at each output position: (groups, OH * OW, depth)."""
        seen = patches(image, *self.windows(case), fill=0)
        split = seen.reshape(*seen.shape[:4], case.groups, case.in_c // case.groups)
        return split.transpose(4, 0, 1, 2, 3, 5).reshape(case.groups, -1, self.depth(case))

    def _ungroup(self, case: OperatorCase, sums: Array) -> Array:
        """Reorder (groups, OH * OW, O / groups) to (1, OH, OW, O)."""
        return np.ascontiguousarray(sums.swapaxes(0, 1)).reshape(case.outputs[0].shape)

    def _sum_in_order(self, layer: Layer, inputs: Sequence[Array]) -> Array:
        """Float32 sums, one product after another in the order of the C loops.

        The C skips taps in the padding; adding their zero products changes no sum.
        """
        case = layer.case
        columns = np.ascontiguousarray(self.grouped_patches(case, inputs[0][0]).transpose(2, 0, 1))
        weights = self.grouped_weights(case, layer.constants.weights).swapaxes(0, 1)
        bias = layer.constants.bias.reshape(case.groups, 1, -1)
        sums = np.repeat(bias, case.out_h * case.out_w, axis=1)
        for seen, weight in zip(columns, weights, strict=True):
            sums += seen[:, :, None] * weight[:, None, :]
        return self._ungroup(case, sums)

    def _requantization_context(self, layer: Layer) -> dict[str, Any]:
        """Values with which templates turn integer accumulators into outputs."""
        case = layer.case
        factors = requantization(layer.constants)
        output = layer.constants.output_quantization
        lowest, highest = activation_bounds(case.activation, output, case.dtype.element)
        reduced = self.rounding(case) is Rounding.REDUCED
        return {
            "multiplier": factors.reduced if reduced else factors.multiplier,
            "shift": factors.shift,
            "input_zero_point": layer.constants.input_quantization[0].zero_point,
            "output_zero_point": output.zero_point,
            "output_min": lowest,
            "output_max": highest,
        }


def packed(weights: Array) -> NDArray[np.uint8]:
    """Int4 weights two to a byte, the first in the low half, as TFLite packs them."""
    nibbles = np.pad(weights.ravel(), (0, weights.size % 2)).astype(np.uint8) & np.uint8(0xF)
    pairs: NDArray[np.uint8] = nibbles[::2] | nibbles[1::2] << np.uint8(4)
    return pairs


def _bias_type(dtype: DType) -> type[np.int32 | np.int64]:
    return np.int64 if dtype is DType.INT16X8 else np.int32
