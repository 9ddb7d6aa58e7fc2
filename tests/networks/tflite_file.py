"""TFLite files made operator by operator, and LiteRT's reference interpreter to run them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import flatbuffers
import numpy as np
from ai_edge_litert import schema_py_generated as schema
from ai_edge_litert.interpreter import Interpreter, OpResolverType

from hilbench.tensors import Array

SHARED_MODELS = next(
    (found for parent in Path(__file__).parents if (found := parent / "shared" / "models").is_dir()), None
)
"""Public networks, where they lie beside the repository."""


@dataclass
class TfliteFile:
    """A model under construction; buffer 0 is empty by convention, and tensors are named by their indices."""

    buffers: list[Any] = field(default_factory=lambda: [schema.BufferT()])
    codes: list[Any] = field(default_factory=list)
    subgraphs: list[Any] = field(default_factory=lambda: [_subgraph()])

    @property
    def main(self) -> Any:
        return self.subgraphs[0]

    def tensor(
        self,
        shape: Sequence[int],
        dtype: str = "int8",
        scale: float | Sequence[float] | None = 0.5,
        zero_point: int = 0,
        data: Array | None = None,
        axis: int = 0,
        subgraph: int = 0,
        **changes: Any,
    ) -> int:
        """Add a tensor, constant where it has data; its index."""
        tensor = schema.TensorT()
        tensor.shape, tensor.type = list(shape), getattr(schema.TensorType, dtype.upper())
        tensor.name = f"tensor{len(self.subgraphs[subgraph].tensors)}"
        if scale is not None:
            scales = np.atleast_1d(np.asarray(scale, np.float32))
            tensor.quantization = schema.QuantizationParametersT()
            tensor.quantization.scale = scales
            tensor.quantization.zeroPoint = np.full(scales.shape, zero_point, np.int64)
            tensor.quantization.quantizedDimension = axis
        if data is not None:
            buffer = schema.BufferT()
            buffer.data = np.frombuffer(data.tobytes(), np.uint8)
            tensor.buffer = len(self.buffers)
            self.buffers.append(buffer)
        for name, value in changes.items():
            setattr(tensor, name, value)
        self.subgraphs[subgraph].tensors.append(tensor)
        return len(self.subgraphs[subgraph].tensors) - 1

    def constant(self, data: Array, scale: float | Sequence[float] | None = None, **fields: Any) -> int:
        """Add a constant; its index."""
        return self.tensor(data.shape, data.dtype.name, scale, data=data, **fields)

    def operator(
        self,
        name: str,
        inputs: Sequence[int],
        outputs: Sequence[int],
        options: str | None = None,
        subgraph: int = 0,
        intermediates: Sequence[int] = (),
        **values: Any,
    ) -> None:
        """Add an operator; `values` are its options by the schema's names."""
        code = schema.OperatorCodeT()
        code.builtinCode = getattr(schema.BuiltinOperator, name)
        code.deprecatedBuiltinCode = min(code.builtinCode, 127)
        code.version = 1
        operator = schema.OperatorT()
        operator.opcodeIndex = len(self.codes)
        operator.inputs, operator.outputs = list(inputs), list(outputs)
        operator.intermediates = list(intermediates)
        if options is not None:
            operator.builtinOptionsType = getattr(schema.BuiltinOptions, options)
            operator.builtinOptions = getattr(schema, f"{options}T")()
            for key, value in values.items():
                setattr(operator.builtinOptions, key, value)
        self.codes.append(code)
        self.subgraphs[subgraph].operators.append(operator)

    def another_subgraph(self) -> int:
        """Add a subgraph; its index."""
        self.subgraphs.append(_subgraph())
        return len(self.subgraphs) - 1

    def finish(self, inputs: Sequence[int], outputs: Sequence[int]) -> bytes:
        """The file's bytes."""
        self.main.inputs, self.main.outputs = list(inputs), list(outputs)
        model = schema.ModelT()
        model.version, model.operatorCodes = 3, self.codes
        model.subgraphs, model.buffers = self.subgraphs, self.buffers
        builder = flatbuffers.Builder()
        builder.Finish(model.Pack(builder), b"TFL3")
        return bytes(builder.Output())


def _subgraph() -> Any:
    subgraph = schema.SubGraphT()
    subgraph.tensors, subgraph.operators, subgraph.inputs, subgraph.outputs = [], [], [], []
    return subgraph


class LiteRt:
    """LiteRT's interpreter with its reference kernels.

    Raises:
        RuntimeError, ValueError: it refuses the model.
    """

    def __init__(self, data: bytes) -> None:
        self._interpreter = Interpreter(
            model_content=data,
            experimental_op_resolver_type=OpResolverType.BUILTIN_REF,
            num_threads=1,
        )
        self._interpreter.allocate_tensors()

    def run(self, *inputs: Array) -> tuple[Array, ...]:
        """Outputs for the inputs, both in the file's order."""
        for detail, values in zip(self._interpreter.get_input_details(), inputs, strict=True):
            self._interpreter.set_tensor(detail["index"], values)
        self._interpreter.invoke()
        return tuple(
            self._interpreter.get_tensor(each["index"]) for each in self._interpreter.get_output_details()
        )


def random_inputs(specs: Sequence[Any], rng: np.random.Generator) -> Iterator[Array]:
    """Inputs over the whole range of their types; float32 from -1 to 1."""
    for spec in specs:
        if spec.dtype == "float32":
            yield rng.uniform(-1, 1, spec.shape).astype(np.float32)
        else:
            limits = np.iinfo(spec.dtype)
            yield rng.integers(limits.min, limits.max, spec.shape, spec.dtype, endpoint=True)
