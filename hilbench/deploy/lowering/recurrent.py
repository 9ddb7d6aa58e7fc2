"""Lowering of recurrent layers in integers, of one sequence or one step."""

from __future__ import annotations

import numpy as np

from hilbench.deploy.lowering.builder import CannotLower, Lowered, data_of
from hilbench.networks import attributes as options
from hilbench.operators import Constants, OperatorCase
from hilbench.quantization.recurrent import clip_steps
from hilbench.tensors import ElementType, Quantization, TensorSpec

_GATES = 4


def lstm(lowered: Lowered) -> None:
    """An LSTM of one sequence, whichever of time and batch is the first axis."""
    chosen = lowered.options(options.LstmAttributes)
    source, *others = lowered.inputs
    weights, recurrent, biases = others[:_GATES], others[_GATES : 2 * _GATES], others[2 * _GATES : 3 * _GATES]
    state, cell = others[3 * _GATES :]
    _require_int8(lowered)
    batch, steps = source.shape[:2] if not chosen.time_major else source.shape[1::-1]
    _require_one(batch)
    shapes = ((1, steps, source.shape[2]), state.shape, cell.shape)
    clip = clip_steps(chosen.cell_clip, cell.quantization)
    case = lowered.case("lstm", shapes, cell.shape[1], {"cell_clip": clip})
    rows = [
        np.hstack([data_of(first), data_of(second)]) for first, second in zip(weights, recurrent, strict=True)
    ]
    constants = Constants(
        np.concatenate(rows),
        np.concatenate([data_of(each) for each in biases]),
        (source.quantization, state.quantization, cell.quantization),
        Quantization(np.concatenate([each.quantization.scale for each in (*weights, *recurrent)])),
        lowered.output.quantization,
    )
    _add(lowered, case, constants, (source.name, state.name, cell.name))


def svdf(lowered: Lowered) -> None:
    """A step of SVDF."""
    rank = lowered.options(options.SvdfAttributes).rank
    source, features, times, bias, state = lowered.inputs
    _require_int8(lowered)
    _require_one(source.shape[0])
    filters = features.shape[0]
    own = {"filters": filters, "rank": rank, "state_bits": state.dtype.bits}
    case = lowered.case("svdf", (source.shape, state.shape), filters // rank, own)
    constants = Constants(
        np.hstack([data_of(features).astype(state.dtype), data_of(times)]),
        data_of(bias),
        (source.quantization, state.quantization),
        Quantization(np.concatenate([features.quantization.scale, times.quantization.scale])),
        lowered.output.quantization,
    )
    _add(lowered, case, constants, (source.name, state.name))


def _add(lowered: Lowered, case: OperatorCase, constants: Constants, inputs: tuple[str, ...]) -> None:
    """Add the step; its results and the next states are parts of what it writes."""
    builder, outputs = lowered.builder, lowered.outputs
    size = sum(each.spec.bytes for each in outputs)
    whole = builder.temporary(f"{outputs[0].name} and states", TensorSpec((size,), ElementType.INT8))
    offset = 0
    for each in outputs:
        builder.alias(each.name, whole, offset)
        offset += each.spec.bytes
    lowered.add(case, constants, inputs, (whole,))


def _require_int8(lowered: Lowered) -> None:
    if lowered.input.dtype is not ElementType.INT8:
        raise CannotLower(f"no kernel takes {lowered.input.dtype}")


def _require_one(batch: int) -> None:
    if batch != 1:
        raise CannotLower("no kernel takes a batch")
