"""A filter of rank one or more: over the features of each step, then along the steps that are remembered."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

import numpy as np

from hilbench.errors import CaseError
from hilbench.operators.base.recurrent import Recurrent, RecurrentKernel, padded_rows
from hilbench.operators.base.shaped import Shape
from hilbench.operators.case import OperatorCase
from hilbench.operators.constants import Constants
from hilbench.operators.kernel import Kernel
from hilbench.operators.layer import Layer
from hilbench.operators.parameters import Attributes
from hilbench.operators.synthetic_data import draw_input
from hilbench.quantization.conversion import float_ratio
from hilbench.quantization.fixed_point import FixedMultiplier
from hilbench.quantization.recurrent import svdf
from hilbench.tensors import Array, ElementType, Quantization

_TYPES = {8: ElementType.INT8, 16: ElementType.INT16}
_LARGEST = {8: 127, 16: 3000}
"""Magnitude of synthetic weights along time, by the state's bits."""
_DEVIATIONS = {8: 74.0, 16: 1732.0}
"""Standard deviation of the same."""
_STATE_STEPS = {8: 40.0, 16: 4000.0}
"""Standard deviation of synthetic states."""


class Svdf(Recurrent):
    """TFLite's SVDF in integers, of one vector; with an int8 state TensorFlow Lite for Microcontrollers'.

    Inputs are the features (1, n) and the state (1, filters * memory); outputs are (1, filters / rank) and
    the next state. Each row of the constants' weights (filters, n + memory) has the weights of the features,
    then those along time; there is a scale of either.
    """

    name = "svdf"
    input_count = 2
    attributes: ClassVar[Attributes] = {"filters": 1, "rank": 1, "state_bits": 16}
    kernels = (Kernel(), RecurrentKernel())

    def types(self, case: OperatorCase) -> tuple[ElementType, ...]:
        """Types: int8, and the state's."""
        return ElementType.INT8, _TYPES.get(case.integer("state_bits"), ElementType.INT16)

    def check(self, case: OperatorCase) -> None:
        """Require a width that there is a type of."""
        self.require(case, case.integer("state_bits") in _TYPES, "state_bits must be 8 or 16")
        super().check(case)

    def output_shapes(self, inputs: Sequence[Shape], attributes: Mapping[str, Any]) -> tuple[Shape, ...]:
        """A sum for each unit, and the state as it came."""
        filters, rank = int(attributes["filters"]), int(attributes["rank"])
        if len(inputs) != 2 or any(len(shape) != 2 or shape[0] != 1 for shape in inputs):
            raise CaseError("it takes a vector of features and a state")
        if rank < 1 or filters < 1 or filters % rank or inputs[1][1] % filters:
            raise CaseError("rank must divide filters, and filters the length of the state")
        return (1, filters // rank), inputs[1]

    def macs(self, case: OperatorCase) -> int:
        """Products of both filters."""
        return case.integer("filters") * case.inputs[0].shape[1] + case.inputs[1].shape[1]

    def weight_bytes(self, case: OperatorCase) -> int:
        """Bytes of weights and bias."""
        size = case.integer("state_bits") // 8
        features = case.integer("filters") * case.inputs[0].shape[1]
        return features + size * case.inputs[1].shape[1] + 4 * case.out_c

    def synthesize(self, case: OperatorCase) -> Constants:
        """States and outputs that use their range."""
        rng, bits = np.random.default_rng(case.seed), case.integer("state_bits")
        filters, count = case.integer("filters"), case.inputs[0].shape[1]
        memory = case.inputs[1].shape[1] // filters
        source, weight = draw_input(rng), Quantization(np.array([np.float32(0.01)], np.float64))
        state_step = source.scale[0] * weight.scale[0] * 74.0**2 * count**0.5 / _STATE_STEPS[bits]
        state = Quantization(
            np.array([np.float32(state_step)], np.float64), int(rng.integers(-5, 6)) if bits == 8 else 0
        )
        output_step = state_step * _STATE_STEPS[bits] * 5 * _DEVIATIONS[bits] * 0.001 / 40
        output_step *= (memory * case.integer("rank")) ** 0.5
        output = Quantization(np.array([np.float32(output_step)], np.float64), int(rng.integers(-30, 31)))
        times = Quantization(np.array([np.float32(0.001)], np.float64))
        largest = _LARGEST[bits]
        weights = np.hstack(
            [
                rng.integers(-127, 128, (filters, count)),
                rng.integers(-largest, largest + 1, (filters, memory)),
            ]
        )
        size = 20 * output_step / (state_step * 0.001)
        return Constants(
            weights=weights.astype(f"i{bits // 8}"),
            bias=(rng.uniform(-1, 1, case.out_c) * size).astype(np.int32),
            input_quantization=(source, state),
            weight_quantization=Quantization(np.concatenate([weight.scale, times.scale])),
            output_quantization=output,
        )

    def results(self, layer: Layer, inputs: Sequence[Array]) -> tuple[Array, ...]:
        """The output of one step, and the next state."""
        constants, (features, state) = layer.constants, inputs
        rows, times = np.hsplit(constants.weights, [features.shape[1]])
        source, kept = constants.input_quantization
        scales = [Quantization(scale.reshape(1)) for scale in constants.weight_quantization.scale]
        quantizations = (source, *scales, Quantization(), kept)
        rank = layer.case.integer("rank")
        return svdf(
            features,
            rows,
            times,
            constants.bias,
            state,
            quantizations,
            constants.output_quantization,
            rank,
        )

    def template_context(self, layer: Layer) -> Mapping[str, Any]:
        """Both matrices of weights, and the factors of their sums."""
        case, constants = layer.case, layer.constants
        source, state = constants.input_quantization
        output = constants.output_quantization
        feature, time = (Quantization(scale.reshape(1)) for scale in constants.weight_quantization.scale)
        rows, times = np.hsplit(constants.weights, [case.inputs[0].shape[1]])
        return {
            "feature_weights": rows.reshape(-1),
            "padded_weights": padded_rows(rows).reshape(-1),
            "time_weights": times.reshape(-1),
            "bias": constants.bias,
            "feature_factor": FixedMultiplier.from_real(float_ratio(source, feature, state)),
            "output_factor": FixedMultiplier.from_real(float_ratio(state, time, output)),
            "features": rows.shape[1],
            "memory": times.shape[1],
            "filters": rows.shape[0],
            "rank": case.integer("rank"),
            "input_zero_point": source.zero_point,
            "state_zero_point": state.zero_point,
            "output_zero_point": output.zero_point,
            "state_type": f"{case.inputs[1].dtype}_t",
        }
