"""TFLite files, taken apart by the schema that LiteRT ships; what is damaged is refused."""

from __future__ import annotations

import struct
from collections.abc import Iterable
from typing import Any

from hilbench.errors import ModelError
from hilbench.extras import require

_IDENTIFIER = b"TFL3"
_VERSION = 3
_UNREADABLE = (struct.error, ValueError, TypeError, IndexError, OverflowError, AttributeError, MemoryError)
"""Exceptions of the flatbuffers library and of the schema's classes on bytes that are no such model."""


def read_model(data: bytes, name: str) -> Any:  # noqa: ANN401 (the schema's classes are generated, without types)
    """The tables of a TFLite file, as the schema's ModelT.

    Args:
        data: the whole file.
        name: of the file, for messages.

    Raises:
        ModelError: the file is no TFLite model, or is truncated or damaged.
        ExtraMissing: LiteRT is not installed.
    """
    require("ai_edge_litert")
    from ai_edge_litert import schema_py_generated as schema

    if data[4:8] != _IDENTIFIER:
        raise ModelError(f"{name} is no TFLite model: it lacks the identifier TFL3; name a .tflite file.")
    try:
        _check_counts(schema.Model.GetRootAs(data), len(data))
        model = schema.ModelT.InitFromPackedBuf(data)
    except _UNREADABLE as error:
        raise ModelError(f"{name} is damaged or truncated ({error}); fetch or convert it again.") from error
    if model.version != _VERSION or not model.subgraphs or not model.buffers:
        raise ModelError(f"{name} is no TFLite model of version 3 with a graph; convert it again.")
    return model


def _check_counts(model: Any, size: int) -> None:  # noqa: ANN401
    """Refuse tables that are said to have more entries than the file can hold, before they are read.

    A table takes eight bytes at least, with the offset that leads to it, and a number four.
    """
    tables, numbers = size // 8, size // 4
    graphs = [model.Subgraphs(index) for index in range(_counted(model.SubgraphsLength(), tables))]
    _counted(model.BuffersLength() + model.OperatorCodesLength() + model.MetadataLength(), tables)
    _counted(sum(graph.TensorsLength() + graph.OperatorsLength() for graph in graphs), tables)
    operators = (graph.Operators(index) for graph in graphs for index in range(graph.OperatorsLength()))
    _add_up(
        (each.InputsLength() + each.OutputsLength() + each.IntermediatesLength() for each in operators),
        numbers,
    )
    tensors = [graph.Tensors(index) for graph in graphs for index in range(graph.TensorsLength())]
    _add_up((each.ShapeLength() + _scales(each) for each in tensors), numbers)
    _add_up((len(each.Name() or b"") for each in tensors), size)


def _scales(tensor: Any) -> int:  # noqa: ANN401
    quantization = tensor.Quantization()
    return 0 if quantization is None else int(quantization.ScaleLength())


def _add_up(counts: Iterable[int], most: int) -> None:
    total = 0
    for count in counts:
        total = _counted(total + count, most)


def _counted(entries: int, most: int) -> int:
    """`entries`, if they are no more than `most`."""
    if entries > most:
        raise ValueError("it lists more than it can hold")
    return entries
