"""Graphs from ONNX files: float32, and int8 in the form of QuantizeLinear and DequantizeLinear (QDQ).

Images lie with their channels last, between transposes that a pass takes out. An operator whose operands
are dequantized and whose result is quantized at once becomes an operator in integers with the arithmetic of
TensorFlow Lite; uint8 becomes int8.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np

from hilbench.errors import ModelError
from hilbench.networks.attributes import Attributes
from hilbench.networks.builder import GraphBuilder, Unsupported
from hilbench.networks.graph import Graph, Tensor
from hilbench.networks.model_bytes import model_bytes
from hilbench.networks.onnx.file import constants_of, read_attributes, read_model
from hilbench.networks.onnx.operation import Operation
from hilbench.networks.onnx.operators import CONVERSIONS
from hilbench.networks.onnx.quantization import dequantize, quantize, target_of
from hilbench.networks.onnx.values import UINT8_SHIFT, Value, dequantized
from hilbench.networks.verification import verify, verify_tensor
from hilbench.tensors import ElementType, TensorSpec

_REFUSALS = (Unsupported, ValueError, IndexError, KeyError, TypeError, AttributeError, OverflowError)
"""Exceptions of conversions; all but the first on options of another type or number than ONNX has them."""


def read_onnx(path: Path) -> Graph:
    """The graph of an ONNX file, operators of known operands folded into constants.

    Raises:
        ModelError: the file cannot be read, is damaged, or has operators that are not supported; the sentence
            names all of them.
    """
    return import_onnx(model_bytes(path, "an .onnx file"), path.name)


def import_onnx(data: bytes, name: str) -> Graph:
    """The graph of an ONNX file's bytes.

    Args:
        data: the whole file.
        name: of the file; its stem becomes the graph's name.

    Raises:
        ModelError: as `read_onnx`.
    """
    graph = read_model(data, name)
    return verify(_Reader(graph, name, GraphBuilder(Path(name).stem)).read())


@dataclass
class _Reader:
    """The way from a file's nodes to a graph."""

    source: Any
    file: str
    builder: GraphBuilder
    values: dict[str, Value] = field(default_factory=dict)
    done: set[str] = field(default_factory=set)
    problems: list[str] = field(default_factory=list)

    def read(self) -> Graph:
        constants = constants_of(self.source, self.file)
        for name, data in constants.items():
            self.values[name] = Value(verify_tensor(self.builder.constant(name, data)))
        inputs = [self._input(each) for each in self.source.input if each.name not in constants]
        outputs = frozenset(each.name for each in self.source.output)
        for index, node in enumerate(self.source.node):
            if not self.done.intersection(node.output):
                self._convert(node, index, outputs, constants)
        if self.problems:
            count = len(self.problems)
            noun = "an operator that is" if count == 1 else f"{count} operators that are"
            raise ModelError(
                f"{self.file} has {noun} not supported: {'; '.join(self.problems)}; change the model there."
            )
        ends = [self._output(each) for each in self.source.output]
        return self.builder.graph(inputs, ends)

    def _input(self, described: Any) -> str:  # noqa: ANN401
        """Add an input of the network; its name."""
        from onnx import helper

        shape = []
        for axis, length in enumerate(described.type.tensor_type.shape.dim):
            if length.dim_value < 1 and axis > 0:
                raise ModelError(
                    f"The input {described.name} of {self.file} has no fixed length in axis {axis}; "
                    "export the model with a fixed input shape."
                )
            shape.append(max(int(length.dim_value), 1))
        kind = np.dtype(helper.tensor_dtype_to_np_dtype(described.type.tensor_type.elem_type)).name
        if kind not in set(ElementType):
            raise ModelError(
                f"The input {described.name} of {self.file} is of {kind}, which is not supported."
            )
        tensor = self.builder.add(Tensor(described.name, TensorSpec(tuple(shape), ElementType(kind))))
        self.values[described.name] = Value(verify_tensor(tensor))
        return tensor.name

    def _output(self, described: Any) -> str:  # noqa: ANN401
        """The name of an output of the network, in the type that the file says."""
        from onnx import TensorProto

        if described.name not in self.values:
            raise ModelError(f"Nothing in {self.file} gives its output {described.name}; it is damaged.")
        index = len(self.source.node)
        tensor = dequantized(self.builder, self.values[described.name], index)
        quantized = tensor.dtype is ElementType.INT8 and tensor.quantization.scale.size > 0
        if not quantized or described.type.tensor_type.elem_type != TensorProto.UINT8:
            return tensor.name
        quantization = replace(tensor.quantization, zero_point=tensor.quantization.zero_point + UINT8_SHIFT)
        spec = TensorSpec(tensor.shape, ElementType.UINT8)
        output = self.builder.add(Tensor(f"{described.name}_uint8", spec, quantization))
        self.builder.emit("quantize", (tensor,), (output,), Attributes(), index)
        return output.name

    def _require_inputs(self, node: Any) -> None:  # noqa: ANN401
        if not node.output or any(name and name not in self.values for name in node.input):
            raise Unsupported("it reads what is not there, or what another operator here would give")

    def _convert(self, node: Any, index: int, outputs: frozenset[str], constants: Any) -> None:  # noqa: ANN401
        """Add an operator to the graph, or what speaks against it to the problems."""
        conversions = {**CONVERSIONS, "QuantizeLinear": quantize, "DequantizeLinear": dequantize}
        try:
            self._require_inputs(node)
            target = target_of(self.source.node, node.output[0], outputs, constants)
            operation = Operation(
                self.builder,
                index,
                node.op_type,
                read_attributes(node),
                tuple(self.values.get(name) for name in node.input),
                tuple(node.output),
                target,
                self.values,
            )
            conversions.get(node.op_type, _unknown)(operation)
            if target is not None and target.name in self.values:
                self.done.update((*target.skipped[1:], target.name))
        except _REFUSALS as reason:
            shapes = ", ".join(
                str(self.values[name].tensor.spec) for name in node.input if name in self.values
            )
            said = " ".join(str(reason).split())
            if not isinstance(reason, Unsupported):
                said = f"its options are broken ({said})"
            self.problems.append(f"operator {index} {node.op_type} ({shapes}): {said}")


def _unknown(_: Operation) -> None:
    raise Unsupported("there is no such operator here")
