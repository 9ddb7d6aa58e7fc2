"""Rules that every graph keeps; each pass is followed by a check."""

from __future__ import annotations

import numpy as np

from hilbench.errors import ModelError
from hilbench.networks.graph import Graph, Node, Tensor
from hilbench.networks.shapes import MOST_ELEMENTS, RULES, Rule, ShapeMismatch
from hilbench.networks.types import types_fit
from hilbench.tensors import ElementType, Quantization

_CONVERSIONS = frozenset({"quantize", "dequantize", "cast", "shape", "arg_max", "softmax"})
"""Operators whose output may have another type than their first input."""
_QUANTIZED = frozenset({ElementType.INT4, ElementType.INT8, ElementType.UINT8, ElementType.INT16})
"""Types whose elements stand for real numbers."""
_UNQUANTIZED = frozenset({"cast", "shape", "gather", "reshape", "concat"})
"""Operators that also work on integers that stand for themselves."""

_PROBABILITY = Quantization(np.array([2.0**-8]), -128)
"""Quantization that softmax gives its int8 outputs."""
_LEAST_SCALE, _LARGEST_SCALE = 2.0**-63, 2.0**31
"""Bounds within which ratios of scales are numbers of float32; weights of dead filters may have less."""


def verify(graph: Graph) -> Graph:
    """Return `graph` as it is, when it keeps all rules.

    Names lead to tensors; each tensor is produced once and before it is read; shapes, element types and the
    number of operands are those of the operators; what is quantized has scales.

    Raises:
        ModelError: the sentence names the operator or the tensor, and the rule that it breaks.
    """
    for name, tensor in graph.tensors.items():
        _require(name == tensor.name, f"The tensor {tensor.name} is registered as {name}.")
        verify_tensor(tensor)
    ready = {name for name, tensor in graph.tensors.items() if tensor.is_constant}
    for name in (*graph.inputs, *(state.current for state in graph.states)):
        _require(name in graph.tensors, f"The graph reads the tensor {name}, which does not exist.")
        _require(name not in ready, f"The tensor {name} is a constant, an input or a state twice.")
        ready.add(name)
    for node in graph.nodes:
        _verify_node(graph, node, ready)
        ready.update(node.outputs)
    for name in (*graph.outputs, *(state.following for state in graph.states)):
        _require(name in ready, f"Nothing produces the output or state {name}.")
    for state in graph.states:
        current, following = graph.tensors[state.current], graph.tensors[state.following]
        alike = current.spec == following.spec and state.initial.shape == current.shape
        _require(alike, f"The state {state.current} changes its shape or type.")
    return graph


def _require(condition: bool, sentence: str) -> None:
    if not condition:
        raise ModelError(sentence)


def verify_tensor(tensor: Tensor) -> Tensor:
    """Return `tensor` as it is, when its shape, data and quantization go together.

    Raises:
        ModelError: the sentence names the tensor and the rule that it breaks.
    """
    _require(all(length >= 1 for length in tensor.shape), f"The tensor {tensor} has an empty axis.")
    fits = tensor.spec.elements <= MOST_ELEMENTS
    _require(fits, f"The tensor {tensor} is too large for any microcontroller.")
    single = tensor.is_constant or tensor.quantization.scale.size <= 1
    _require(single, f"The tensor {tensor} has scales by channel but no data.")
    if tensor.data is not None:
        dtype = np.dtype("int8" if tensor.dtype is ElementType.INT4 else tensor.dtype)
        matches = tensor.data.shape == tensor.shape and tensor.data.dtype == dtype
        _require(matches, f"The data of the tensor {tensor} have another shape or type.")
    scale, zero_point = tensor.quantization.scale, tensor.quantization.zero_point
    if not scale.size:
        return tensor
    least = 0.0 if tensor.is_constant else _LEAST_SCALE
    usable = all(least < value < _LARGEST_SCALE for value in scale.tolist())
    _require(usable, f"The tensor {tensor} has a scale that is no positive number, or out of all proportion.")
    if scale.size > 1:
        axis = tensor.channel_axis
        fits = 0 <= axis < len(tensor.shape) and scale.size == tensor.shape[axis]
        _require(
            fits, f"The tensor {tensor} has {scale.size} scales, which is not the length of axis {axis}."
        )
    if tensor.dtype in _QUANTIZED:
        limits = np.iinfo("int8" if tensor.dtype is ElementType.INT4 else tensor.dtype)
        inside = limits.min <= zero_point <= limits.max
        _require(inside, f"The tensor {tensor} has a zero point of {zero_point}, outside its type.")
    return tensor


def _verify_node(graph: Graph, node: Node, ready: set[str]) -> None:
    """Require a known operator, operands that are there, and outputs that follow from them."""
    rule = RULES.get(node.operator)
    if rule is None:
        raise ModelError(f"There is no operator {node.operator} ({node}).")
    for name in node.inputs:
        _require(name in graph.tensors, f"{_subject(node)} reads the tensor {name}, which does not exist.")
        _require(name in ready, f"{_subject(node)} reads the tensor {name} before it is produced.")
    for name in node.outputs:
        _require(name in graph.tensors, f"{_subject(node)} writes the tensor {name}, which does not exist.")
        _require(name not in ready, f"{_subject(node)} writes the tensor {name}, which is produced already.")
    _require(len(set(node.outputs)) == len(node.outputs), f"{_subject(node)} writes a tensor twice.")
    _verify_form(node, rule)
    _verify_shapes(graph, node, rule)
    _verify_types(graph, node)


def _subject(node: Node) -> str:
    return f"O{str(node)[1:]}"


def _verify_form(node: Node, rule: Rule) -> None:
    for kind, expected, given in (
        ("inputs", rule.inputs, len(node.inputs)),
        ("outputs", rule.outputs, len(node.outputs)),
    ):
        fits = given >= 1 if expected is None else given == expected
        _require(fits, f"{_subject(node)} has {given} {kind}, it takes {expected or 'one or more'}.")
    fits = type(node.attributes) is rule.attributes
    _require(fits, f"{_subject(node)} has options of the type {type(node.attributes).__name__}.")


def _verify_shapes(graph: Graph, node: Node, rule: Rule) -> None:
    try:
        shapes = rule.infer([tensor.shape for tensor in graph.inputs_of(node)], node.attributes)
    except ShapeMismatch as error:
        raise ModelError(f"{_subject(node)} has {error}.") from None
    _require(len(shapes) == len(node.outputs), f"{_subject(node)} gives {len(shapes)} outputs.")
    for tensor, shape in zip(graph.outputs_of(node), shapes, strict=True):
        expected = "x".join(map(str, shape)) or "a scalar"
        _require(tensor.shape == shape, f"{_subject(node)} writes {tensor}, it gives {expected}.")


def _verify_types(graph: Graph, node: Node) -> None:
    inputs, outputs = graph.inputs_of(node), graph.outputs_of(node)
    fit = types_fit(node.operator, [tensor.dtype for tensor in inputs])
    _require(fit, f"{_subject(node)} reads types that do not go together.")
    if node.operator not in _CONVERSIONS:
        source = inputs[0].dtype
        alike = outputs[0].dtype is source
        _require(alike, f"{_subject(node)} reads {inputs[0]} and writes {outputs[0]} of another type.")
    for tensor in (*inputs, *outputs):
        needs = tensor.dtype in _QUANTIZED and node.operator not in _UNQUANTIZED
        _require(not needs or tensor.quantization.scale.size > 0, f"The tensor {tensor} has no scale.")
    if node.operator == "concat" and inputs[0].dtype in _QUANTIZED:
        alike = all(tensor.quantization.matches(outputs[0].quantization) for tensor in inputs)
        _require(alike, f"{_subject(node)} joins tensors of different quantizations.")
    if node.operator == "softmax" and outputs[0].dtype is ElementType.INT8:
        alike = outputs[0].quantization.matches(_PROBABILITY)
        _require(alike, f"{_subject(node)} has an output whose scale is not 1/256, from -128 on.")
