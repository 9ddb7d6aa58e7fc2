"""ONNX files, taken apart by the package `onnx`; what is damaged is refused."""

from __future__ import annotations

from typing import Any

import numpy as np

from hilbench.errors import ModelError
from hilbench.extras import require
from hilbench.tensors import Array, ElementType


def read_model(data: bytes, name: str) -> Any:  # noqa: ANN401 (protocol buffers have no types here)
    """The main graph of an ONNX file, a GraphProto, its nodes in an order in which they can run.

    Raises:
        ModelError: the file is no ONNX model, is damaged, or keeps its data elsewhere.
        ExtraMissing: the package onnx is not installed.
    """
    require("onnx")
    import onnx

    try:
        model = onnx.load_model_from_string(data)
        onnx.checker.check_model(model)
    except Exception as error:  # noqa: BLE001 (protocol buffers and the checker raise what they like)
        reason = " ".join(str(error).split())[:200]
        raise ModelError(f"{name} is no ONNX model, or is damaged ({reason}); export it again.") from None
    if any(each.external_data for each in model.graph.initializer):
        raise ModelError(f"{name} keeps its constants in another file; save it as one file.")
    return model.graph


def constants_of(graph: Any, name: str) -> dict[str, Array]:  # noqa: ANN401
    """The constants of a graph: initializers, and Constant nodes whose value is a tensor.

    Raises:
        ModelError: one is damaged or of a type that has no counterpart.
    """
    from onnx import numpy_helper

    protos = {each.name: each for each in graph.initializer}
    for node in graph.node:
        if node.op_type == "Constant" and node.attribute and node.attribute[0].HasField("t"):
            protos[node.output[0]] = node.attribute[0].t
    constants = {}
    for key, proto in protos.items():
        try:
            data = np.array(numpy_helper.to_array(proto))
        except (ValueError, TypeError, KeyError) as error:
            raise ModelError(f"The constant {key} of {name} is damaged ({error}).") from None
        if data.dtype == np.float16:
            data = data.astype(np.float32)
        if data.dtype.name not in set(ElementType):
            raise ModelError(f"The constant {key} of {name} is of {data.dtype}, which is not supported.")
        constants[key] = data
    return constants


def read_attributes(node: Any) -> dict[str, Any]:  # noqa: ANN401
    """Options of a node; tensors as arrays."""
    from onnx import TensorProto, helper, numpy_helper

    values = {each.name: helper.get_attribute_value(each) for each in node.attribute}
    return {
        name: numpy_helper.to_array(value) if isinstance(value, TensorProto) else value
        for name, value in values.items()
    }
