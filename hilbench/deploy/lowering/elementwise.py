"""Lowering of operators on elements, windows and channels, which have no weights."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np

from hilbench.deploy.lowering.builder import CannotLower, Lowered
from hilbench.deploy.lowering.movement import transposed
from hilbench.networks import attributes as options
from hilbench.networks.evaluation import evaluate
from hilbench.operators import Constants
from hilbench.tensors import DType, ElementType, Quantization, TensorSpec

_BYTE_TYPES = (ElementType.INT8, ElementType.UINT8)
_QUANTIZED = (ElementType.INT8, ElementType.INT16, ElementType.INT32)
_BYTES = np.arange(256, dtype=np.uint8).view(np.int8)


def pool(lowered: Lowered) -> None:
    """A pooling of one image."""
    chosen = lowered.options(options.PoolAttributes)
    shape = lowered.input.shape
    case = lowered.case(
        lowered.node.operator, (shape,), shape[-1], window=chosen.window, activation=chosen.activation
    )
    lowered.add(case, lowered.quantization())


def binary(lowered: Lowered) -> None:
    """A sum or product of two tensors, either of which may be constant."""
    constants = [each for each in lowered.inputs if each.is_constant]
    if constants and lowered.input.dtype is ElementType.INT8 and constants[0].spec.elements == 1:
        function(lowered)
        return
    if lowered.node.operator not in lowered.builder.registry:
        raise CannotLower("there is no kernel of it")
    activation = lowered.options(options.ActivationAttributes).activation
    shapes = [each.shape or (1,) for each in lowered.inputs]
    if shapes[0] == shapes[1] and len(shapes[0]) < 4:  # the fast kernels take images
        shapes = [(1, 1, 1, math.prod(shape)) for shape in shapes]
    channels = np.broadcast_shapes(*shapes)[-1]
    case = lowered.case(lowered.node.operator, tuple(shapes), channels, activation=activation)
    lowered.add(case, lowered.quantization(), lowered.node.inputs)


def function(lowered: Lowered) -> None:
    """A function of each int8, whatever it is, by the table of its values."""
    (source,) = (each for each in lowered.inputs if not each.is_constant)
    output = lowered.output
    if source.dtype not in _BYTE_TYPES or output.dtype not in _BYTE_TYPES:
        raise CannotLower(f"no kernel computes it from {source.dtype} to {output.dtype}")
    if any(each.is_constant and each.spec.elements > 1 for each in lowered.inputs):
        raise CannotLower("no kernel computes it channel by channel")
    every = replace(source, spec=TensorSpec((256,), source.dtype))
    result = replace(output, spec=TensorSpec((256,), output.dtype))
    tensors = [each if each.is_constant else every for each in lowered.inputs]
    values = [_BYTES.view(source.dtype) if each.data is None else each.data for each in tensors]
    (table,) = evaluate(lowered.node, tensors, (result,), values)
    shape = _image_shape(source.spec)
    case = lowered.case("lookup", (shape,), shape[-1], dtype=DType.INT8)
    lowered.add(case, Constants(weights=table.view(np.int8)), (source.name,))


def quantize(lowered: Lowered) -> None:
    """Real numbers in steps, or steps in others."""
    source, output = lowered.input.dtype, lowered.output.dtype
    if source in _BYTE_TYPES and output in _BYTE_TYPES:
        function(lowered)
        return
    if source not in (ElementType.INT16, ElementType.FLOAT32) or output not in _QUANTIZED:
        raise CannotLower(f"no kernel computes it from {source} to {output}")
    shape = _image_shape(lowered.input.spec)
    case = lowered.case("quantize", (shape,), shape[-1], {"bits": output.bits})
    constants = lowered.quantization()
    if source is ElementType.FLOAT32:
        constants = replace(constants, input_quantization=())
    lowered.add(case, constants)


def dequantize(lowered: Lowered) -> None:
    """Steps as real numbers."""
    shape = _image_shape(lowered.input.spec)
    case = lowered.case("dequantize", (shape,), shape[-1])
    lowered.add(case, Constants(input_quantization=(lowered.input.quantization,)))


def float_function(lowered: Lowered) -> None:
    """A function of each element that there is a kernel of; int8 by its table."""
    if lowered.input.dtype is ElementType.INT8:
        function(lowered)
        return
    shape = _image_shape(lowered.input.spec)
    case = lowered.case(lowered.node.operator, (shape,), shape[-1])
    lowered.add(case, lowered.quantization())


def softmax(lowered: Lowered) -> None:
    """A softmax along the last axis; its factor is taken into the input's scale."""
    beta = lowered.options(options.SoftmaxAttributes).beta
    channels = lowered.input.shape[-1]
    pixels = lowered.input.spec.elements // channels
    bits = {"bits": (16,)} if lowered.output.dtype is ElementType.INT16 else {}
    case = lowered.case("softmax", ((1, 1, pixels, channels),), channels, bits)
    constants = lowered.quantization()
    (source,) = constants.input_quantization
    scaled = Quantization(source.scale * beta, source.zero_point)
    lowered.add(case, replace(constants, input_quantization=(scaled,)))


def mean(lowered: Lowered) -> None:
    """A mean over any axes, which become the rows of an image whose channels are the other axes."""
    axes = lowered.options(options.ReductionAttributes).axes
    shape = lowered.input.shape
    kept = [axis for axis in range(len(shape)) if axis not in axes]
    count, channels = (math.prod(shape[axis] for axis in each) for each in (axes, kept))
    source = transposed(lowered, (*axes, *kept))
    case = lowered.case("mean", ((1, count, 1, channels),), channels)
    lowered.add(case, lowered.quantization(), (source,))


def _image_shape(spec: TensorSpec) -> tuple[int, ...]:
    """The shape of an image, which can be computed row by row; of other tensors one pixel of all elements."""
    is_image = len(spec.shape) == 4 and spec.shape[0] == 1
    return spec.shape if is_image else (1, 1, 1, spec.elements)
