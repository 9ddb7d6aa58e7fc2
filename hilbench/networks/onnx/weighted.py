"""ONNX's operators with weights, and its windows."""

from __future__ import annotations

import numpy as np

from hilbench.networks import attributes as options
from hilbench.networks.builder import Unsupported
from hilbench.networks.graph import Tensor
from hilbench.networks.onnx.operation import Operation
from hilbench.networks.onnx.values import Value
from hilbench.networks.passes.padding import simplest_padding
from hilbench.tensors import Array, ExplicitPadding, Padding, Quantization, Window2D

_LARGEST_BIAS = 2**31


def conv(operation: Operation) -> None:
    """Conv on images."""
    weights = operation.constant(1)
    if weights.ndim != 4:
        raise Unsupported("its input is no batch of images")
    groups = int(operation.attributes.get("group", 1))
    depth = weights.shape[1]
    window = window_of(operation, (weights.shape[2], weights.shape[3]))
    attributes = options.ConvolutionAttributes(window, groups)
    if groups > 1 and depth == 1 and operation.value(0).tensor.shape[1] == groups:
        constants = _constants(operation, weights[:, 0].transpose(1, 2, 0)[np.newaxis], 3)
        operation.computed("depthwise_conv2d", [operation.value(0)], attributes, constants, last=True)
    else:
        constants = _constants(operation, weights.transpose(0, 2, 3, 1), 0)
        operation.computed("conv2d", [operation.value(0)], attributes, constants, last=True)


def gemm(operation: Operation) -> None:
    """Gemm with constant weights: a fully connected layer."""
    plain = (operation.attributes.get("alpha", 1.0), operation.attributes.get("beta", 1.0)) == (1.0, 1.0)
    if not plain or operation.attributes.get("transA", 0):
        raise Unsupported("it scales or transposes its input")
    weights = operation.constant(1)
    _connected(operation, weights if operation.attributes.get("transB", 0) else weights.T, keep=False)


def matmul(operation: Operation) -> None:
    """MatMul with a constant matrix."""
    if operation.constant(1).ndim != 2:
        raise Unsupported("its second input is no matrix")
    _connected(operation, operation.constant(1).T, keep=True)


def _connected(operation: Operation, weights: Array, keep: bool) -> None:
    attributes = options.FullyConnectedAttributes(keep_axes=keep)
    constants = _constants(operation, np.ascontiguousarray(weights), 0)
    operation.computed("fully_connected", [operation.value(0)], attributes, constants)


def _constants(operation: Operation, weights: Array, axis: int) -> tuple[Tensor, Tensor]:
    """Weights, in the order of the graph's operators with output channels along `axis`, and bias."""
    builder, name = operation.builder, operation.outputs[0]
    channels, stated = weights.shape[axis], operation.value(1)
    bias = operation.optional(2)
    if not operation.is_quantized or not stated.is_real:
        real = _scaled(weights, stated, axis)
        added = np.zeros(channels, np.float32) if bias is None else _known(operation.real(bias)).reshape(-1)
        return builder.constant(f"{name}_weights", real), builder.constant(f"{name}_bias", added)
    quantization = stated.tensor.quantization
    if quantization.zero_point:
        raise Unsupported("its weights have a zero point")
    scales = operation.value(0).tensor.quantization.scale * quantization.scale
    if bias is None:
        steps = np.zeros(channels, np.int32)
    elif bias.is_real and bias.tensor.data is not None and bias.tensor.data.dtype == np.int32:
        steps = bias.tensor.data.reshape(-1)
    else:
        real = np.round(_known(operation.real(bias)).reshape(-1) / scales)
        if not (np.abs(real) < _LARGEST_BIAS).all():
            raise Unsupported("its bias does not fit 32 bits")
        steps = real.astype(np.int32)
    filters = builder.constant(f"{name}_weights", weights, quantization, axis)
    return filters, builder.constant(f"{name}_bias", steps, Quantization(np.broadcast_to(scales, channels)))


def _scaled(weights: Array, stated: Value, axis: int) -> Array:
    """Weights as float32."""
    quantization = stated.tensor.quantization
    if not stated.is_real:
        return weights.astype(np.float32)
    shape = [1] * weights.ndim
    if quantization.scale.size > 1:
        shape[axis] = -1
    steps = weights.astype(np.float64) - quantization.zero_point
    real: Array = (steps * quantization.scale.reshape(shape)).astype(np.float32)
    return real


def _known(tensor: Tensor) -> Array:
    if tensor.data is None:
        raise Unsupported("its bias is computed at run time")
    return tensor.data


def window_of(operation: Operation, kernel: tuple[int, int]) -> Window2D:
    """The window of an operator on images."""
    strides = operation.integers("strides", default=(1, 1))
    dilations = operation.integers("dilations", default=(1, 1))
    pads = operation.integers("pads", default=(0, 0, 0, 0))
    automatic = operation.attributes.get("auto_pad", b"NOTSET").decode()
    counts = len(operation.value(0).tensor.shape), len(strides), len(dilations), len(pads)
    if counts != (4, 2, 2, 4) or min(pads) < 0 or operation.attributes.get("ceil_mode", 0):
        raise Unsupported("its window is not one of images, or rounds its output up")
    if automatic not in ("NOTSET", "VALID", "SAME_UPPER"):
        raise Unsupported(f"its padding {automatic} is not supported")
    top, left, bottom, right = pads
    window = Window2D(
        kernel,
        (strides[0], strides[1]),
        (dilations[0], dilations[1]),
        Padding.SAME if automatic == "SAME_UPPER" else ExplicitPadding(top, left, bottom, right),
    )
    if automatic == "SAME_UPPER":
        return window
    height, width = operation.value(0).tensor.shape[2:4]
    return simplest_padding(window, height, width)
