"""Lowering of operators on elements, windows and channels, which have no weights."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np

from hilbench.deploy.lowering.builder import CannotLower, Lowered
from hilbench.networks import attributes as options
from hilbench.networks.evaluation import evaluate
from hilbench.operators import Constants
from hilbench.tensors import DType, ElementType, Quantization, TensorSpec

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
    activation = lowered.options(options.ActivationAttributes).activation
    shapes = [each.shape or (1,) for each in lowered.inputs]
    if shapes[0] == shapes[1] and len(shapes[0]) < 4:  # the fast kernels take images
        shapes = [(1, 1, 1, math.prod(shape)) for shape in shapes]
    channels = np.broadcast_shapes(*shapes)[-1]
    case = lowered.case(lowered.node.operator, tuple(shapes), channels, activation=activation)
    lowered.add(case, lowered.quantization(), lowered.node.inputs)


def function(lowered: Lowered) -> None:
    """A function of each int8, whatever it is, by the table of its values."""
    node, source, output = lowered.node, lowered.input, lowered.output
    if source.dtype is not ElementType.INT8 or output.dtype is not ElementType.INT8:
        raise CannotLower(f"no kernel computes it from {source.dtype} to {output.dtype}")
    if any(not each.is_constant or each.spec.elements > 1 for each in lowered.inputs[1:]):
        raise CannotLower("no kernel computes it channel by channel")
    every = TensorSpec((256,), ElementType.INT8)
    tensors = (replace(source, spec=every), *lowered.inputs[1:])
    constants = [each.data for each in lowered.inputs[1:] if each.data is not None]
    (table,) = evaluate(node, tensors, (replace(output, spec=every),), [_BYTES, *constants])
    count = source.spec.elements
    case = lowered.case("lookup", ((1, 1, 1, count),), count, dtype=DType.INT8)
    lowered.add(case, Constants(weights=table))


def float_function(lowered: Lowered) -> None:
    """A function of each element that there is a kernel of; int8 by its table."""
    if lowered.input.dtype is ElementType.INT8:
        function(lowered)
        return
    count = lowered.input.spec.elements
    case = lowered.case(lowered.node.operator, ((1, 1, 1, count),), count)
    lowered.add(case, lowered.quantization())


def softmax(lowered: Lowered) -> None:
    """A softmax along the last axis; its factor is taken into the input's scale."""
    beta = lowered.options(options.SoftmaxAttributes).beta
    channels = lowered.input.shape[-1]
    pixels = lowered.input.spec.elements // channels
    case = lowered.case("softmax", ((1, 1, pixels, channels),), channels)
    constants = lowered.quantization()
    (source,) = constants.input_quantization
    scaled = Quantization(source.scale * beta, source.zero_point)
    lowered.add(case, replace(constants, input_quantization=(scaled,)))


def mean(lowered: Lowered) -> None:
    """A mean over height and width."""
    axes = lowered.options(options.ReductionAttributes).axes
    shape = lowered.input.shape
    if len(shape) != 4 or shape[0] != 1 or axes not in ((1, 2), (1,), (2,)):
        raise CannotLower(f"no kernel takes the mean of axes {', '.join(map(str, axes))}")
    kept = [length for axis, length in enumerate(shape[1:3], 1) if axis not in axes]
    if math.prod(kept) != 1:
        raise CannotLower("no kernel takes the mean of rows or columns alone")
    lowered.add(lowered.case("mean", (shape,), shape[-1]), lowered.quantization())
