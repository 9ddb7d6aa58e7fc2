"""Operators that hilbench has kernels of, computed by their references."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np

from hilbench.networks import attributes as options
from hilbench.networks.evaluation.operands import Operands
from hilbench.operators import Constants, Layer, Operator, OperatorCase, Registry, load_operators
from hilbench.quantization.softmax import softmax as fixed_point_softmax
from hilbench.tensors import Array, DType, ElementType, Quantization, TensorSpec


@cache
def _registry() -> Registry:
    return load_operators()


def _dtype(operands: Operands) -> DType:
    """Data type of the case, by the input and, for convolutions, the weights."""
    element = operands.inputs[0].dtype
    if element is ElementType.INT16:
        return DType.INT16X8
    if len(operands.inputs) > 1 and operands.inputs[1].dtype is ElementType.INT4:
        return DType.INT8X4
    return DType.FLOAT32 if element is ElementType.FLOAT32 else DType.INT8


def _compute(operator: Operator, case: OperatorCase, constants: Constants, *inputs: Array) -> Array:
    return Layer(operator, case, constants).reference(inputs)


def convolution(operands: Operands) -> Array:
    """The convolution of each image of the batch."""
    chosen = operands.options(options.ConvolutionAttributes)
    name = (
        "grouped_conv2d"
        if operands.node.operator == "conv2d" and chosen.groups > 1
        else operands.node.operator
    )
    fields = {"window": chosen.window, "groups": chosen.groups, "activation": chosen.activation}
    channels = operands.inputs[2].shape[0]
    images = [_weighted(operands, name, image, channels, **fields) for image in operands.value]
    return np.concatenate(images)


def fully_connected(operands: Operands) -> Array:
    """The products of each vector of the input with the weights."""
    units, depth = operands.inputs[1].shape
    chosen = operands.options(options.FullyConnectedAttributes)
    fields = {"activation": chosen.activation, "attributes": chosen.case_attributes}
    vectors = operands.value.reshape(-1, 1, 1, depth)
    rows = [_weighted(operands, "fully_connected", each, units, **fields) for each in vectors]
    return np.concatenate(rows).reshape(operands.output.shape)


def _weighted(operands: Operands, name: str, image: Array, channels: int, **fields: Any) -> Array:  # noqa: ANN401
    """The output (1, OH, OW, O) for one image (H, W, C)."""
    dtype = _dtype(operands)
    spec = TensorSpec((1, *image.shape), dtype.element)
    operator = _registry()[name]
    case = operator.case((spec,), channels, dtype=dtype, **fields)
    source, weights, _ = operands.input_quantizations
    scales = Quantization(np.broadcast_to(weights.scale, channels)) if dtype.quantized else weights
    output = operands.output.quantization
    constants = Constants(operands.values[1], operands.values[2], (source,), scales, output)
    return _compute(operator, case, constants, image[np.newaxis])


def pool(operands: Operands) -> Array:
    """The pooled windows of each image of the batch."""
    chosen = operands.options(options.PoolAttributes)
    fields = {"window": chosen.window, "activation": chosen.activation}
    return np.concatenate([parameterless(operands, image[np.newaxis], **fields) for image in operands.value])


def lookup(operands: Operands) -> Array:
    """A function of each element."""
    return parameterless(operands, operands.value.reshape(1, 1, 1, -1)).reshape(operands.value.shape)


def softmax(operands: Operands) -> Array:
    """The softmax along the last axis."""
    beta = operands.options(options.SoftmaxAttributes).beta
    if beta != 1.0:
        operands = _steeper(operands, beta)
    if operands.output.dtype is ElementType.INT16:
        return fixed_point_softmax(operands.value, operands.inputs[0].quantization, ElementType.INT16)
    rows = operands.value.reshape(1, -1, 1, operands.value.shape[-1])
    return parameterless(operands, rows).reshape(operands.value.shape)


def _steeper(operands: Operands, beta: float) -> Operands:
    """Operands whose real numbers are `beta` times as large."""
    source = operands.inputs[0]
    quantization = replace(source.quantization, scale=source.quantization.scale * beta)
    value = operands.value * np.float32(beta) if operands.is_float else operands.value
    return replace(operands, inputs=(replace(source, quantization=quantization),), values=(value,))


def parameterless(operands: Operands, *values: Array, **fields: Any) -> Array:  # noqa: ANN401
    """The output of an operator without weights on `values`."""
    operator, dtype = _registry()[operands.node.operator], _dtype(operands)
    specs = tuple(TensorSpec(each.shape, dtype.element) for each in values)
    channels = np.broadcast_shapes(*(each.shape for each in values))[-1]
    own = tuple(sorted(operator.attributes.items()))
    case = operator.case(specs, channels, dtype=dtype, attributes=own, **fields)
    constants = Constants(
        input_quantization=operands.input_quantizations, output_quantization=operands.output.quantization
    )
    return _compute(operator, case, constants, *values)
