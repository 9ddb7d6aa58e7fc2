"""Graphs from TFLite files."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from hilbench.errors import ModelError
from hilbench.networks.builder import GraphBuilder, Unsupported
from hilbench.networks.graph import Graph, Tensor
from hilbench.networks.model_bytes import model_bytes
from hilbench.networks.tflite.file import read_model
from hilbench.networks.tflite.operation import Operation
from hilbench.networks.tflite.operators import CONVERSIONS
from hilbench.networks.tflite.tensors import read_tensor
from hilbench.networks.tflite.variables import Variables
from hilbench.networks.verification import verify
from hilbench.tensors import ElementType, TensorSpec

_HANDLE_TYPE = "RESOURCE"


def read_tflite(path: Path) -> Graph:
    """The graph of a TFLite file, operators of known operands folded into constants.

    Raises:
        ModelError: the file cannot be read, is damaged, or has operators that are not supported; the sentence
            names all of them.
    """
    return import_tflite(model_bytes(path, "a .tflite file"), path.name)


def import_tflite(data: bytes, name: str) -> Graph:
    """The graph of a TFLite file's bytes.

    Args:
        data: the whole file.
        name: of the file; its stem becomes the graph's name.

    Raises:
        ModelError: as `read_tflite`.
    """
    model = read_model(data, name)
    reader = _Reader(model, name, GraphBuilder(Path(name).stem))
    graph = reader.read()
    return verify(graph)


@dataclass
class _Reader:
    """The way from a file's tables to a graph."""

    model: Any
    file: str
    builder: GraphBuilder
    variables: Variables = field(default_factory=Variables)
    problems: list[str] = field(default_factory=list)

    def read(self) -> Graph:
        main = self.model.subgraphs[0]
        tensors = _Tensors(self, main)
        inputs = [tensors[index].name for index in _listed(main.inputs)]
        self._check_inputs(main)
        for index, operator in enumerate(_listed(main.operators)):
            self._convert(operator, index, tensors)
        if self.problems:
            count = len(self.problems)
            noun = "an operator that is" if count == 1 else f"{count} operators that are"
            raise ModelError(
                f"{self.file} has {noun} not supported: {'; '.join(self.problems)}; change the model there."
            )
        self.builder.states += self.variables.states()
        outputs = [tensors[index].name for index in _listed(main.outputs)]
        return self.builder.graph(inputs, outputs)

    def _check_inputs(self, subgraph: Any) -> None:  # noqa: ANN401
        """Require inputs whose only axis of free length is the batch."""
        for index in _listed(subgraph.inputs):
            table = subgraph.tensors[index]
            free = [axis for axis, length in enumerate(_listed(table.shapeSignature)) if length < 0]
            if any(axis > 0 for axis in free):
                name = _decoded(table.name)
                raise ModelError(
                    f"The input {name} of {self.file} has no fixed length in axis {free[-1]}; "
                    "convert the model with a fixed input shape."
                )

    def _convert(self, operator: Any, index: int, tensors: _Tensors) -> None:  # noqa: ANN401
        """Add an operator to the graph, or what speaks against it to the problems."""
        name = self._operator_name(operator)
        inputs = tuple(None if place == -1 else tensors[place] for place in _listed(operator.inputs))
        outputs = tuple(tensors[place] for place in _listed(operator.outputs))
        operation = Operation(self.builder, index, name, operator.builtinOptions, inputs, outputs)
        conversions = {**CONVERSIONS, **self.variables.conversions, "CALL_ONCE": self._call_once}
        try:
            conversions.get(name, _unknown)(operation)
        except Unsupported as reason:
            self.problems.append(f"operator {index} {name} ({_operands_text(operation)}): {reason}")

    def _operator_name(self, operator: Any) -> str:  # noqa: ANN401
        codes = self.model.operatorCodes or []
        if not 0 <= operator.opcodeIndex < len(codes):
            raise ModelError(f"{self.file} has an operator without a code; it is damaged.")
        code = codes[operator.opcodeIndex]
        number = max(code.builtinCode, code.deprecatedBuiltinCode)
        name = _operator_names().get(number, f"number {number}")
        custom = _decoded(code.customCode)
        return f"CUSTOM {custom}" if name == "CUSTOM" else name

    def _call_once(self, operation: Operation) -> None:
        """CALL_ONCE: the subgraph that gives variables their initial values."""
        index = operation.option("initSubgraphIndex")
        if self.variables.once or not 0 < index < len(self.model.subgraphs):
            raise Unsupported(f"it calls subgraph {index}")
        subgraph = self.model.subgraphs[index]
        tensors = _Tensors(self, subgraph)
        self.variables.once = True
        for place, operator in enumerate(_listed(subgraph.operators)):
            self._convert(operator, place, tensors)
        self.variables.once = False


@dataclass
class _Tensors:
    """Tensors of a subgraph, which join the graph where they are first used."""

    reader: _Reader
    subgraph: Any
    names: dict[int, str] = field(default_factory=dict)

    def __getitem__(self, index: int) -> Tensor:
        """The tensor of an index, by a name of its own.

        Raises:
            ModelError: there is none, or it is damaged.
        """
        reader, tables = self.reader, _listed(self.subgraph.tensors)
        if not 0 <= index < len(tables):
            raise ModelError(f"{reader.file} uses tensor {index}, which does not exist; it is damaged.")
        if index not in self.names:
            tensor = self._read(tables[index], _decoded(tables[index].name) or f"tensor_{index}")
            self.names[index] = reader.builder.add(tensor).name
        return reader.builder.tensors[self.names[index]]

    def _read(self, table: Any, name: str) -> Tensor:  # noqa: ANN401
        kind = _type_name(table.type)
        if kind == _HANDLE_TYPE:
            return Tensor(name, TensorSpec((1,), ElementType.INT32))
        return read_tensor(table, self.reader.model, kind, name)


def _unknown(_: Operation) -> None:
    raise Unsupported("there is no such operator here")


def _decoded(name: bytes | None) -> str:
    return (name or b"").decode("utf-8", "replace")


def _listed(vector: Any) -> list[Any]:  # noqa: ANN401
    """Entries of a vector that may be missing."""
    return [] if vector is None else list(vector)


def _operands_text(operation: Operation) -> str:
    """Shapes and types of inputs and outputs, without names."""
    inputs = ", ".join("none" if each is None else str(each.spec) for each in operation.inputs)
    return f"{inputs} -> {', '.join(str(each.spec) for each in operation.outputs)}"


def _type_name(number: int) -> str:
    from ai_edge_litert.schema_py_generated import TensorType

    return _names(TensorType).get(number, f"number {number}")


def _operator_names() -> dict[int, str]:
    from ai_edge_litert.schema_py_generated import BuiltinOperator

    return _names(BuiltinOperator)


def _names(enumeration: type) -> dict[int, str]:
    """Names of a schema's enumeration by their numbers."""
    return {number: name for name, number in vars(enumeration).items() if isinstance(number, int)}
