"""An operator of an ONNX file on its way into a graph."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np

from hilbench.networks.attributes import Attributes, TransposeAttributes
from hilbench.networks.builder import GraphBuilder, Unsupported
from hilbench.networks.evaluation import is_supported
from hilbench.networks.graph import Tensor
from hilbench.networks.onnx.values import Target, Value, dequantized
from hilbench.networks.types import types_fit
from hilbench.tensors import Activation, Array, ElementType, Quantization, TensorSpec

_LAST, _FIRST = (0, 2, 3, 1), (0, 3, 1, 2)
"""Permutations to channels last and to channels first."""
_ACTIVATIONS = {Activation.RELU: "relu", Activation.RELU6: "relu6"}


@dataclass(frozen=True)
class Operation:
    """An operator's operands and options, and the graph that it becomes a part of.

    Attributes:
        inputs: None for those that are left out.
        outputs: names in the file.
        target: of the first output, where it is quantized at once.
        results: values by their names, to which this operator adds its own.
    """

    builder: GraphBuilder
    index: int
    name: str
    attributes: dict[str, Any]
    inputs: tuple[Value | None, ...]
    outputs: tuple[str, ...]
    target: Target | None
    results: dict[str, Value]

    def value(self, place: int) -> Value:
        """The input at a place.

        Raises:
            Unsupported: there is none.
        """
        found = self.optional(place)
        if found is None:
            raise Unsupported(f"input {place} is missing")
        return found

    def optional(self, place: int) -> Value | None:
        """The input at a place, if there is one."""
        found = self.inputs[place] if place < len(self.inputs) else None
        return None if found is None else replace(found, tensor=self.builder.current(found.tensor.name))

    def constant(self, place: int) -> Array:
        """Elements of an input that must be known.

        Raises:
            Unsupported: they are computed at run time.
        """
        data = self.value(place).tensor.data
        if data is None:
            raise Unsupported(f"input {place} is computed at run time")
        return data

    def integers(self, name: str, place: int | None = None, default: Sequence[int] = ()) -> tuple[int, ...]:
        """Numbers of an option, which newer versions of an operator have as an input."""
        if name in self.attributes:
            return tuple(int(number) for number in np.atleast_1d(self.attributes[name]))
        if place is not None and self.optional(place) is not None:
            return tuple(int(number) for number in self.constant(place).ravel())
        return tuple(default)

    def axis(self, value: int, rank: int) -> int:
        """An axis counted from the first.

        Raises:
            Unsupported: there is no such axis.
        """
        if not -rank <= value < rank:
            raise Unsupported(f"axis {value} is none of {rank}")
        return value % rank

    def moved(
        self, operator: str, sources: Sequence[Value], attributes: Attributes, last: bool = False
    ) -> None:
        """Add an operator that hands elements through, quantized or not."""
        first = sources[0]
        alike = all(each.tensor.quantization.matches(first.tensor.quantization) for each in sources)
        if first.is_real and alike and all(each.is_real for each in sources):
            output = self._output(first.tensor.quantization, first.tensor.dtype)
            self._emit(operator, [each.tensor for each in sources], output, attributes, last)
            self.results[self.outputs[0]] = Value(self.builder.current(output.name), is_real=True)
        else:
            self._real(operator, sources, attributes, (), last)

    def computed(
        self,
        operator: str,
        sources: Sequence[Value],
        attributes: Attributes,
        constants: Sequence[Tensor] = (),
        last: bool = False,
    ) -> None:
        """Add an operator on quantized operands whose result is quantized at once, or on real ones."""
        target = self.target
        if target is None or not all(each.is_real for each in sources):
            self._real(operator, sources, attributes, constants, last)
            return
        tensors = [*(each.tensor for each in sources), *constants]
        output = self._output(target.quantization, ElementType.INT8)
        fused = any(each.name == "activation" for each in fields(attributes))
        if fused:
            attributes = replace(attributes, activation=target.activation)  # type: ignore[call-arg]
        self._emit(operator, tensors, output, attributes, last)
        if not fused and target.activation is not Activation.NONE:
            clamped = self._output(target.quantization, ElementType.INT8)
            self._emit(_ACTIVATIONS[target.activation], [output], clamped, Attributes())
            output = clamped
        self.results[target.name] = Value(self.builder.current(output.name))

    @property
    def is_quantized(self) -> bool:
        """Whether the first input and the result are quantized."""
        return self.target is not None and self.value(0).is_real

    def real(self, value: Value) -> Tensor:
        """A value as float32, or as the integers that it is."""
        return dequantized(self.builder, value, self.index)

    def _real(
        self,
        operator: str,
        sources: Sequence[Value],
        attributes: Attributes,
        constants: Sequence[Tensor],
        last: bool,
    ) -> None:
        tensors = [*(self.real(each) for each in sources), *constants]
        output = self._output(Quantization(), tensors[0].dtype)
        self._emit(operator, tensors, output, attributes, last)
        self.results[self.outputs[0]] = Value(self.builder.current(output.name))

    def _output(self, quantization: Quantization, dtype: ElementType) -> Tensor:
        return self.builder.add(Tensor(self.outputs[0], TensorSpec((1,), dtype), quantization))

    def _emit(
        self,
        operator: str,
        inputs: Sequence[Tensor],
        output: Tensor,
        attributes: Attributes,
        last: bool = False,
    ) -> None:
        """Add an operator; with channels last between two transposes.

        Raises:
            Unsupported: it cannot be computed on inputs of these types.
        """
        types = [tensor.dtype for tensor in inputs]
        if not is_supported(operator, types[0]) or not types_fit(operator, types):
            raise Unsupported(f"{operator} on {', '.join(dict.fromkeys(types))} is not supported")
        if not last:
            self.builder.emit(operator, inputs, (output,), attributes, self.index)
            return
        if len(inputs[0].shape) != 4:
            raise Unsupported("its input is no batch of images")
        source, result = (
            self.builder.intermediate(each, f"{each.name}_last", (1,)) for each in (inputs[0], output)
        )
        self.builder.emit("transpose", inputs[:1], (source,), TransposeAttributes(_LAST), self.index)
        operands = (self.builder.current(source.name), *inputs[1:])
        self.builder.emit(operator, operands, (result,), attributes, self.index)
        turned = self.builder.current(result.name)
        self.builder.emit("transpose", (turned,), (output,), TransposeAttributes(_FIRST), self.index)
