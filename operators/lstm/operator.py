"""Long short-term memory over a sequence, with int8 activations and an int16 cell state."""

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
from hilbench.quantization.recurrent import Gate, IntegerLstm, cell_exponent
from hilbench.tensors import Array, ElementType, Quantization

GATES = 4
"""Input, forget, cell and output gate, in TFLite's order."""
_DEVIATION = 74.0
"""Standard deviation of uniform int8."""
_SPREAD = 1.5
"""Standard deviation of the real sums of a gate's features, and of its last outputs."""


class Lstm(Recurrent):
    """TFLite's UNIDIRECTIONAL_SEQUENCE_LSTM in integers, of one sequence.

    Inputs are the sequence (1, steps, features), the last outputs (1, units) and the cell state (1, units);
    outputs are all outputs (1, steps, units) and both states. The constants' weights (4 * units, features +
    units) have a gate behind the other, in each row those of the features first; their scales are those of
    the gates' features, then those of their last outputs.
    """

    name = "lstm"
    input_count = 3
    attributes: ClassVar[Attributes] = {"cell_clip": 0}
    """Largest magnitude of the cell state in its steps; 0 for no limit."""
    kernels = (Kernel(), RecurrentKernel())

    def types(self, case: OperatorCase) -> tuple[ElementType, ...]:
        """Types: int8, but for the cell state."""
        return ElementType.INT8, ElementType.INT8, ElementType.INT16

    def output_shapes(self, inputs: Sequence[Shape], attributes: Mapping[str, Any]) -> tuple[Shape, ...]:
        """The outputs of all steps, and the states as they came."""
        if len(inputs) != 3 or len(inputs[0]) != 3 or inputs[0][0] != 1:
            raise CaseError("it takes one sequence of vectors, and two states")
        _, outputs, cell = inputs
        if outputs != cell or len(cell) != 2 or cell[0] != 1:
            raise CaseError("both states must be vectors of the same length")
        return (1, inputs[0][1], cell[1]), outputs, cell

    def macs(self, case: OperatorCase) -> int:
        """Products of all gates, in all steps."""
        _, steps, features = case.inputs[0].shape
        return steps * GATES * case.out_c * (features + case.out_c)

    def weight_bytes(self, case: OperatorCase) -> int:
        """Bytes of weights, bias and the factors of the sums."""
        rows = GATES * case.out_c
        return rows * (case.inputs[0].shape[2] + case.out_c + 4) + 5 * 2 * GATES

    def synthesize(self, case: OperatorCase) -> Constants:
        """Gates that are neither shut nor open most of the time."""
        rng = np.random.default_rng(case.seed)
        features, units = case.inputs[0].shape[2], case.out_c
        source, output = draw_input(rng), Quantization(np.array([2.0**-7]), int(rng.integers(-9, 10)))
        cell = Quantization(np.array([2.0 ** int(rng.integers(-15, -10))]))
        steps = [(source, features)] * GATES + [(output, units)] * GATES
        sizes = np.array([_SPREAD / (each.scale[0] * _DEVIATION**2 * count**0.5) for each, count in steps])
        scales = (sizes * rng.uniform(0.5, 1, sizes.size)).astype(np.float32).astype(np.float64)
        bounds = 1 / (scales[:GATES] * source.scale[0])
        return Constants(
            weights=rng.integers(-127, 128, (GATES * units, features + units)).astype(np.int8),
            bias=(rng.uniform(-1, 1, (GATES, units)) * bounds[:, None]).astype(np.int32).ravel(),
            input_quantization=(source, output, cell),
            weight_quantization=Quantization(scales),
            output_quantization=output,
        )

    def results(self, layer: Layer, inputs: Sequence[Array]) -> tuple[Array, ...]:
        """The outputs of all steps, and the states behind the last."""
        steps, state, cell = inputs
        computed = lstm_of(layer)
        outputs = []
        for step in steps.swapaxes(0, 1):
            state, cell = computed.step(step, state, cell)
            outputs.append(state)
        return np.stack(outputs, axis=1), state, cell

    def template_context(self, layer: Layer) -> Mapping[str, Any]:
        """Factors of the sums, for each gate that of its features first, and the rows of weights."""
        lstm, units = lstm_of(layer), layer.case.out_c
        gates = (lstm.input_gate, lstm.forget_gate, lstm.cell_gate, lstm.output_gate)
        weights = layer.constants.weights
        features = layer.inputs[0].shape[2]
        factors = [factor for gate in gates for factor in (gate.factor, gate.recurrent_factor)]
        return {
            "weights": weights.reshape(-1),
            "padded_weights": np.hstack(
                [padded_rows(weights[:, :features]), padded_rows(weights[:, features:])]
            ).reshape(-1),
            "bias": layer.constants.bias,
            "multiplier": np.array([factor.multiplier[0] for factor in factors], np.int32),
            "shift": np.array([factor.shift[0] for factor in factors], np.int8),
            "output_factor": lstm.output_factor,
            "steps": layer.inputs[0].shape[1],
            "features": features,
            "units": units,
            "input_zero_point": lstm.source.zero_point,
            "output_zero_point": lstm.output.zero_point,
            "cell_bits": 15 + lstm.cell_exponent,
            "cell_clip": lstm.cell_clip,
        }


def lstm_of(layer: Layer) -> IntegerLstm:
    """The arithmetic of a layer, by its constants.

    Raises:
        ValueError: the scale of the cell state is no power of two.
    """
    constants, units = layer.constants, layer.case.out_c
    source, state, cell = constants.input_quantization
    features = constants.weights.shape[1] - units
    scales = [Quantization(scale.reshape(1)) for scale in constants.weight_quantization.scale]
    accept, forget, modulation, emit = (
        Gate.of(
            [rows[:, :features], rows[:, features:], bias],
            [scales[gate], scales[GATES + gate]],
            source,
            state,
        )
        for gate, (rows, bias) in enumerate(
            zip(np.split(constants.weights, GATES), np.split(constants.bias, GATES), strict=True)
        )
    )
    exponent = cell_exponent(cell)
    if exponent is None:
        raise ValueError("the scale of a cell state is a power of two")
    clip = layer.case.integer("cell_clip")
    return IntegerLstm(
        accept, forget, modulation, emit, source, constants.output_quantization, clip, exponent
    )
