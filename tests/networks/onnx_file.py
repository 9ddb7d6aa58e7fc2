"""ONNX files made operator by operator, in float32 and in QDQ form, and ONNX Runtime to run them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import onnxruntime
from onnx import TensorProto, helper, numpy_helper, shape_inference

from hilbench.tensors import Array

_OPSET = 17
_TYPES = {"float32": TensorProto.FLOAT, "uint8": TensorProto.UINT8, "int8": TensorProto.INT8}


@dataclass
class OnnxFile:
    """A model under construction; values are called by numbers."""

    seed: int = 1
    nodes: list[Any] = field(default_factory=list)
    constants: list[Any] = field(default_factory=list)
    inputs: list[Any] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.rng = np.random.default_rng(self.seed)

    def source(self, shape: Sequence[int | str], dtype: str = "float32") -> str:
        self.inputs.append(helper.make_tensor_value_info(f"in{len(self.inputs)}", _TYPES[dtype], shape))
        return str(self.inputs[-1].name)

    def constant(self, data: Array) -> str:
        self.constants.append(numpy_helper.from_array(data, f"c{len(self.constants)}"))
        return str(self.constants[-1].name)

    def node(self, operator: str, *inputs: str, outputs: int = 1, **attributes: Any) -> str:
        """Add an operator; the name of its first output."""
        names = [f"v{len(self.nodes)}_{place}" for place in range(outputs)]
        self.nodes.append(helper.make_node(operator, list(inputs), names, **attributes))
        return names[0]

    def quantized(self, value: str, scale: float, zero_point: int, dtype: type = np.int8) -> str:
        """The value, quantized and dequantized."""
        parameters = self.constant(np.array(scale, np.float32)), self.constant(np.array(zero_point, dtype))
        return self.node("DequantizeLinear", self.node("QuantizeLinear", value, *parameters), *parameters)

    def weights(
        self, shape: Sequence[int], quantized: bool, axis: int = 0, scale: float | None = None
    ) -> str:
        """Random weights, in QDQ form dequantized, with a scale for each channel."""
        if not quantized:
            return self.constant(self.rng.uniform(-0.5, 0.5, shape).astype(np.float32))
        data = self.rng.integers(-127, 128, shape).astype(np.int8)
        scales = self.rng.uniform(0.003, 0.006, (shape[axis],)).astype(np.float32)
        zeros = np.zeros(shape[axis], np.int8)
        parameters = self.constant(scales), self.constant(zeros)
        return self.node("DequantizeLinear", self.constant(data), *parameters, axis=axis)

    def finish(self, *outputs: str, dtype: str = "float32") -> bytes:
        described = [helper.make_tensor_value_info(name, _TYPES[dtype], None) for name in outputs]
        graph = helper.make_graph(self.nodes, "model", self.inputs, described, self.constants)
        opsets = [helper.make_opsetid("", _OPSET)]
        model = helper.make_model(graph, opset_imports=opsets, ir_version=8)
        return bytes(shape_inference.infer_shapes(model).SerializeToString())


def run_onnx(data: bytes, *inputs: Array) -> list[Array]:
    """Outputs of ONNX Runtime without its optimizations."""
    options = onnxruntime.SessionOptions()
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
    session = onnxruntime.InferenceSession(data, options, providers=["CPUExecutionProvider"])
    names = [each.name for each in session.get_inputs()]
    outputs: list[Array] = session.run(None, dict(zip(names, inputs, strict=True)))
    return outputs
