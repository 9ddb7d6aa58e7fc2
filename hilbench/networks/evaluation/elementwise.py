"""Operators on two tensors that broadcast as NumPy's do."""

from __future__ import annotations

import numpy as np

from hilbench.networks.attributes import ActivationAttributes
from hilbench.networks.evaluation.operands import Operands
from hilbench.quantization.activation import activate
from hilbench.quantization.common_scale import SUM_BITS, CommonScale
from hilbench.quantization.conversion import product_factor
from hilbench.quantization.fixed_point import to_activations
from hilbench.tensors import Activation, Array, Quantization


def add(operands: Operands) -> Array:
    """The sum."""
    return _sum(operands, 1)


def sub(operands: Operands) -> Array:
    """The difference."""
    return _sum(operands, -1)


def _sum(operands: Operands, sign: int) -> Array:
    first, second = operands.values
    if not operands.is_quantized:
        return activate(first + second if sign > 0 else first - second, _activation(operands))
    bits = SUM_BITS[operands.inputs[0].dtype]
    scale = CommonScale.of_sum(*_pair(operands), operands.output.quantization, bits)
    left, right = scale.pair(operands.values, operands.input_quantizations)
    return _clamped(operands, scale.output.scale(left + sign * right))


def mul(operands: Operands) -> Array:
    """The product."""
    first, second = operands.values
    if not operands.is_quantized:
        return activate(first * second, _activation(operands))
    left, right = (
        values.astype(np.int64) - quantization.zero_point
        for values, quantization in zip(operands.values, operands.input_quantizations, strict=True)
    )
    factor = product_factor(*_pair(operands), operands.output.quantization)
    return _clamped(operands, factor.scale(left * right))


def div(operands: Operands) -> Array:
    """The quotient; of integers that part which is whole."""
    first, second = operands.values
    if operands.is_float:
        return activate(np.divide(first, second), _activation(operands))
    quotients = np.abs(first) // np.maximum(np.abs(second), 1) * np.sign(first) * np.sign(second)
    return quotients.astype(first.dtype)


def maximum(operands: Operands) -> Array:
    """The larger element, by the integers themselves where the tensors are quantized."""
    return np.maximum(*operands.values)


def minimum(operands: Operands) -> Array:
    """The smaller element, by the integers themselves where the tensors are quantized."""
    return np.minimum(*operands.values)


def squared_difference(operands: Operands) -> Array:
    """The square of the difference."""
    first, second = operands.values
    if not operands.is_quantized:
        difference = first - second
        square: Array = difference * difference
        return square
    scale = CommonScale.of_square(*_pair(operands), operands.output.quantization)
    left, right = scale.pair(operands.values, operands.input_quantizations)
    scaled = scale.output.scale((left - right) ** 2)
    return to_activations(scaled, operands.output.quantization, Activation.NONE, operands.output.dtype)


def _activation(operands: Operands) -> Activation:
    return operands.options(ActivationAttributes).activation


def _clamped(operands: Operands, scaled: Array) -> Array:
    output = operands.output
    return to_activations(scaled, output.quantization, _activation(operands), output.dtype)


def _pair(operands: Operands) -> tuple[Quantization, Quantization]:
    first, second = operands.input_quantizations
    return first, second
