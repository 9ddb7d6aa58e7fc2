"""Recurrent layers: outputs, and the states that they leave behind."""

from __future__ import annotations

import numpy as np

from hilbench.networks.attributes import LstmAttributes, SvdfAttributes
from hilbench.networks.evaluation.operands import Operands
from hilbench.quantization import recurrent
from hilbench.quantization.activation import activate
from hilbench.quantization.float_exponential import logistic
from hilbench.tensors import Array


def lstm(operands: Operands) -> tuple[Array, Array, Array]:
    """The outputs of all steps, and the states behind the last one."""
    chosen = operands.options(LstmAttributes)
    steps = operands.value if chosen.time_major else operands.value.swapaxes(0, 1)
    state, cell = operands.values[13:]
    outputs = []
    layer = None if operands.is_float else _integer_lstm(operands, chosen)
    for inputs in steps:
        state, cell = (
            _float_step(operands, inputs, state, cell) if layer is None else layer.step(inputs, state, cell)
        )
        outputs.append(state)
    stacked = np.stack(outputs)
    return (stacked if chosen.time_major else stacked.swapaxes(0, 1)), state, cell


def _integer_lstm(operands: Operands, chosen: LstmAttributes) -> recurrent.IntegerLstm:
    quantizations, values = operands.input_quantizations, operands.values
    source, output, cell = quantizations[0], quantizations[13], quantizations[14]
    accept, forget, modulation, emit = (
        recurrent.Gate.of(
            [values[place] for place in (1 + gate, 5 + gate, 9 + gate)],
            [quantizations[place] for place in (1 + gate, 5 + gate)],
            source,
            output,
        )
        for gate in range(4)
    )
    exponent = recurrent.cell_exponent(cell)
    if exponent is None:
        raise ValueError("the scale of a cell state is a power of two, which the importer requires")
    clip = recurrent.clip_steps(chosen.cell_clip, cell)
    return recurrent.IntegerLstm(accept, forget, modulation, emit, source, output, clip, exponent)


def _float_step(operands: Operands, inputs: Array, state: Array, cell: Array) -> tuple[Array, Array]:
    """Output and cell state behind one step in float32."""
    values = operands.values
    accept, forget, modulation, emit = (
        inputs @ values[1 + gate].T + state @ values[5 + gate].T + values[9 + gate] for gate in range(4)
    )
    after = logistic(forget) * cell + logistic(accept) * np.tanh(modulation)
    clip = operands.options(LstmAttributes).cell_clip
    after = np.clip(after, -clip, clip) if clip else after
    output: Array = logistic(emit) * np.tanh(after)
    return output.astype(np.float32), after.astype(np.float32)


def svdf(operands: Operands) -> tuple[Array, Array]:
    """The outputs of one step, and the state behind it."""
    inputs, features, times, bias, state = operands.values
    chosen = operands.options(SvdfAttributes)
    if not operands.is_float:
        return recurrent.svdf(
            inputs,
            features,
            times,
            bias,
            state,
            operands.input_quantizations,
            operands.output.quantization,
            chosen.rank,
        )
    past = state.reshape(inputs.shape[0], *times.shape).copy()
    past[..., -1] = inputs @ features.T
    products = (past * times).sum(axis=-1)
    total = products.reshape(inputs.shape[0], -1, chosen.rank).sum(axis=-1) + bias
    following = np.concatenate([past[..., 1:], np.zeros_like(past[..., :1])], axis=-1)
    return activate(total, chosen.activation), following.reshape(state.shape)
