"""Operators on each element by itself, and conversions between types."""

from __future__ import annotations

import numpy as np

from hilbench.networks.attributes import LeakyReluAttributes
from hilbench.networks.evaluation.operands import Operands
from hilbench.quantization import conversion
from hilbench.quantization.activation import activate
from hilbench.quantization.lookup_table import Floats, look_up
from hilbench.quantization.reciprocal_root import reciprocal_root
from hilbench.tensors import Activation, Array, ElementType


def relu(operands: Operands) -> Array:
    """The elements from 0 on."""
    return _clamped(operands, Activation.RELU)


def relu6(operands: Operands) -> Array:
    """The elements from 0 to 6."""
    return _clamped(operands, Activation.RELU6)


def _clamped(operands: Operands, activation: Activation) -> Array:
    if operands.is_float:
        return activate(operands.value, activation)
    source, output = operands.inputs[0].quantization, operands.output
    factor = conversion.float_ratio(source, output.quantization)
    return conversion.rescale(operands.value, source, output.quantization, output.dtype, factor, activation)


def leaky_relu(operands: Operands) -> Array:
    """The elements, negative ones times a slope.

    Source: tensorflow/lite/kernels/internal/reference/leaky_relu.h.
    """
    alpha = np.float32(operands.options(LeakyReluAttributes).alpha)
    values, source, output = operands.value, operands.inputs[0].quantization, operands.output
    if operands.is_float:
        return np.where(values > 0, values, values * alpha)
    ratio = conversion.float_ratio(source, output.quantization)
    slope = (source.scale.astype(np.float32) * alpha / output.quantization.scale.astype(np.float32)).astype(
        float
    )
    kept, sloped = (
        conversion.rescale(values, source, output.quantization, output.dtype, factor)
        for factor in (ratio, slope)
    )
    return np.where(values >= source.zero_point, kept, sloped)


def prelu(operands: Operands) -> Array:
    """The elements, negative ones times slopes that broadcast; of float32."""
    values, slopes = operands.values
    return np.where(values >= 0, values, values * slopes)


def tanh(operands: Operands) -> Array:
    """The hyperbolic tangent."""
    if operands.is_float:
        return _tanh(operands.value)
    return look_up(_tanh, operands.value, operands.inputs[0].quantization, operands.output.quantization)


def _tanh(values: Floats) -> Floats:
    real: Floats = np.tanh(values.astype(np.float64)).astype(np.float32)
    return real


def rsqrt(operands: Operands) -> Array:
    """The reciprocal of the square root."""
    if operands.is_float:
        return np.divide(np.float32(1), np.sqrt(operands.value))
    return reciprocal_root(operands.value, operands.inputs[0].quantization, operands.output.quantization)


def log_softmax(operands: Operands) -> Array:
    """The logarithm of the softmax along the last axis, of float32."""
    shifted = operands.value - operands.value.max(axis=-1, keepdims=True)
    logarithms: Array = shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True, dtype=np.float32))
    return logarithms


def quantize(operands: Operands) -> Array:
    """The elements in steps of the output."""
    source, output = operands.inputs[0], operands.output
    if operands.is_float:
        return conversion.quantize(operands.value, output.quantization, output.dtype)
    return conversion.requantize(operands.value, source.quantization, output.quantization, output.dtype)


def dequantize(operands: Operands) -> Array:
    """The elements as real numbers."""
    if operands.inputs[0].dtype is ElementType.FLOAT32:
        return operands.value
    return conversion.dequantize(operands.value, operands.inputs[0].quantization)
