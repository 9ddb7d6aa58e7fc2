"""Edits of TFLite files for tools that take less than LiteRT: fixed shapes, fewer operators at the ends."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from hilbench.networks.tflite.file import read_model


def with_fixed_shapes(data: bytes, name: str) -> bytes:
    """The file whose tensors have the shapes that they have with a batch of 1, and no other.

    What a RESHAPE makes is stated among its options, too, as older files have it.

    Args:
        data: the whole file.
        name: of the file, for messages.

    Raises:
        ModelError: it is damaged.
    """
    from ai_edge_litert import schema_py_generated as schema

    model = read_model(data, name)
    graph = model.subgraphs[0]
    for tensor in graph.tensors:
        tensor.shapeSignature = None
    for operator in graph.operators:
        if _operator_name(model, operator) == "RESHAPE" and operator.builtinOptions is None:
            operator.builtinOptionsType = schema.BuiltinOptions.ReshapeOptions
            operator.builtinOptions = schema.ReshapeOptionsT()
            operator.builtinOptions.newShape = list(graph.tensors[operator.outputs[0]].shape)
    return _packed(model)


def shortened(data: bytes, name: str) -> Iterator[tuple[bytes, tuple[str, ...]]]:
    """The file with fewer and fewer operators at its ends, each with the names of those that it lacks.

    An operator at the end goes that makes the only output out of one tensor, as a softmax does; and at the
    beginning one that makes a tensor out of the only input alone, as a conversion to int8 does.

    Args:
        data: the whole file.
        name: of the file, for messages.

    Raises:
        ModelError: it is damaged.
    """
    model = read_model(data, name)
    graph = model.subgraphs[0]
    cut: tuple[str, ...] = ()
    while found := _last(graph) or _first(graph):
        graph.operators.remove(found)
        cut = (*cut, _operator_name(model, found))
        yield _packed(model), cut


def operator_names(data: bytes, name: str) -> tuple[str, ...]:
    """Names of all operators of a file, in their order.

    Args:
        data: the whole file.
        name: of the file, for messages.

    Raises:
        ModelError: it is damaged.
    """
    model = read_model(data, name)
    operators = (operator for graph in model.subgraphs for operator in graph.operators or ())
    return tuple(_operator_name(model, operator) for operator in operators)


def _last(graph: Any) -> Any:  # noqa: ANN401 (the schema's classes are generated, without types)
    """The last operator, whose input becomes the output; None where it has to stay."""
    found = graph.operators[-1] if len(graph.operators) > 1 else None
    if found is None or len(graph.outputs) != 1 or list(found.outputs) != list(graph.outputs):
        return None
    sources = _computed_inputs(graph, found)
    if len(sources) != 1 or len(found.inputs) != 1:
        return None
    graph.outputs = sources
    return found


def _first(graph: Any) -> Any:  # noqa: ANN401
    """The first operator, whose output becomes the input; None where it has to stay."""
    found = graph.operators[0] if len(graph.operators) > 1 else None
    if found is None or list(found.inputs) != list(graph.inputs) or len(found.outputs) != 1:
        return None
    if any(set(graph.inputs) & set(each.inputs) for each in graph.operators[1:]):
        return None
    graph.inputs = list(found.outputs)
    return found


def _computed_inputs(graph: Any, operator: Any) -> list[int]:  # noqa: ANN401
    made = {int(index) for each in graph.operators for index in each.outputs}
    return [int(index) for index in operator.inputs if int(index) in made]


def _operator_name(model: Any, operator: Any) -> str:  # noqa: ANN401
    from ai_edge_litert.schema_py_generated import BuiltinOperator

    code = model.operatorCodes[operator.opcodeIndex]
    number = max(code.builtinCode, code.deprecatedBuiltinCode)
    return next((name for name, value in vars(BuiltinOperator).items() if value == number), "CUSTOM")


def _packed(model: Any) -> bytes:  # noqa: ANN401
    import flatbuffers

    builder = flatbuffers.Builder()
    builder.Finish(model.Pack(builder), b"TFL3")
    return bytes(builder.Output())
