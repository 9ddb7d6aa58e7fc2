"""QuantizeLinear and DequantizeLinear: which numbers are meant, and what an operator's outputs become."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from hilbench.networks.attributes import Attributes
from hilbench.networks.builder import Unsupported
from hilbench.networks.graph import Tensor
from hilbench.networks.onnx.operation import Operation
from hilbench.networks.onnx.values import Target, Value, as_int8, following, quantization_of, shifted
from hilbench.tensors import Activation, Array, ElementType, Quantization, TensorSpec


def quantize(operation: Operation) -> None:
    """QuantizeLinear: real numbers, or those of another quantization, as int8."""
    quantization = stated_quantization(operation)
    source = operation.value(0)
    tensor = source.tensor
    if source.is_real and tensor.quantization.matches(quantization):
        operation.results[operation.outputs[0]] = Value(tensor)
        return
    output = operation.builder.add(
        Tensor(operation.outputs[0], TensorSpec((1,), ElementType.INT8), quantization)
    )
    operation.builder.emit("quantize", (tensor,), (output,), Attributes(), operation.index)
    operation.results[operation.outputs[0]] = Value(operation.builder.current(output.name))


def dequantize(operation: Operation) -> None:
    """DequantizeLinear: the real numbers that integers stand for."""
    tensor, builder = operation.value(0).tensor, operation.builder
    scale, zero_point = _parameters(operation)
    quantization = quantization_of(scale, zero_point)
    axis = int(operation.attributes.get("axis", 1))
    axis = operation.axis(axis, len(tensor.shape)) if quantization.scale.size > 1 else 0
    if tensor.data is not None:
        data = as_int8(tensor.data)
        moved = shifted(quantization, tensor.data.dtype)
        known = builder.constant(f"{tensor.name}_quantized", np.ascontiguousarray(data), moved, axis)
        operation.results[operation.outputs[0]] = Value(known, is_real=True)
        return
    if not tensor.quantization.scale.size:
        tensor = _stated(operation, replace(tensor, quantization=quantization))
    elif not tensor.quantization.matches(shifted(quantization, zero_point.dtype)):
        raise Unsupported("its scale is not that of the operator before")
    operation.results[operation.outputs[0]] = Value(tensor, is_real=True)


def _stated(operation: Operation, tensor: Tensor) -> Tensor:
    """An input of the network whose quantization is only now known, as int8."""
    builder = operation.builder
    builder.tensors[tensor.name] = tensor
    if tensor.dtype is not ElementType.UINT8:
        return tensor
    quantization = shifted(tensor.quantization, np.dtype(np.uint8))
    output = builder.add(Tensor(f"{tensor.name}_int8", TensorSpec((1,), ElementType.INT8), quantization))
    builder.emit("quantize", (tensor,), (output,), Attributes(), operation.index)
    return builder.current(output.name)


def stated_quantization(operation: Operation) -> Quantization:
    """The quantization of a QuantizeLinear's int8 output.

    Raises:
        Unsupported: the output has another type, or several scales.
    """
    scale, zero_point = _parameters(operation)
    return _eight_bits(scale, zero_point)


def _parameters(operation: Operation) -> tuple[Array, Array]:
    scale = operation.constant(1)
    none = np.zeros(1, np.uint8)
    return scale, none if operation.optional(2) is None else operation.constant(2)


def _eight_bits(scale: Array, zero_point: Array) -> Quantization:
    if scale.size > 1 or zero_point.dtype not in (np.dtype(np.int8), np.dtype(np.uint8)):
        raise Unsupported("it quantizes to something else than 8 bits with one scale")
    return shifted(quantization_of(scale, zero_point), zero_point.dtype)


def target_of(
    nodes: Sequence[Any], name: str, outputs: frozenset[str], constants: Mapping[str, Array]
) -> Target | None:
    """Quantized value that the real one `name` becomes at once, or behind RELU or RELU6; None otherwise."""
    activation, skipped = Activation.NONE, [name]
    for node in following(nodes, name, outputs):
        if node.op_type == "QuantizeLinear" and set(node.input[1:]) <= set(constants):
            zero_point = constants[node.input[2]] if len(node.input) > 2 else np.zeros(1, np.uint8)
            quantization = _eight_bits(constants[node.input[1]], zero_point)
            return Target(node.output[0], quantization, activation, tuple(skipped))
        if activation is not Activation.NONE or node.op_type not in ("Relu", "Clip"):
            return None
        bounds = [float(constants[bound].item()) if bound in constants else None for bound in node.input[1:]]
        bounds += [float(option.f) for option in node.attribute]
        if node.op_type == "Clip" and bounds != [0.0, 6.0]:
            return None
        activation = Activation.RELU6 if node.op_type == "Clip" else Activation.RELU
        skipped.append(node.output[0])
    return None
