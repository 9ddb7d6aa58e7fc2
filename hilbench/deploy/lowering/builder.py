"""A schedule under construction, and the node that is being lowered."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from hilbench.deploy.schedule import Part, Schedule, Step, place_of
from hilbench.errors import CaseError
from hilbench.networks.attributes import Attributes
from hilbench.networks.graph import Graph, Node, Tensor
from hilbench.operators import Constants, Layer, OperatorCase, Registry
from hilbench.tensors import Array, DType, ElementType, Quantization, TensorSpec

Options = TypeVar("Options", bound=Attributes)

_DTYPES = {ElementType.INT16: DType.INT16X8, ElementType.FLOAT32: DType.FLOAT32}
"""Data types of operators by those of their inputs; the others are of bytes."""


class CannotLower(Exception):
    """A node that no kernel computes; the message says why, without naming the node."""


class ScheduleBuilder:
    """Steps, tensors and parts as they come, one node after the other.

    Args:
        graph: is lowered.
        registry: operators that there are.
    """

    def __init__(self, graph: Graph, registry: Registry) -> None:
        self.graph = graph
        self.registry = registry
        self._steps: list[Step] = []
        self._tensors = {name: _stored(tensor) for name, tensor in graph.tensors.items()}
        self._constants = {
            name: tensor.data for name, tensor in graph.tensors.items() if tensor.data is not None
        }
        # Every run of a benchmark begins with the initial states, so that all of them compute the same.
        self._constants |= {state.current: state.initial for state in graph.states}
        self._parts: dict[str, Part] = {}

    def add(self, layer: Layer, inputs: tuple[str, ...], outputs: tuple[str, ...]) -> None:
        """Add a step."""
        self._steps.append(Step(layer, inputs, outputs))

    def alias(self, name: str, whole: str, offset: int = 0) -> None:
        """Say that the tensor `name` lies within `whole`, `offset` bytes behind its beginning."""
        self._parts[name] = Part(whole, offset)

    def part(self, whole: str, name: str, spec: TensorSpec, offset: int) -> str:
        """A tensor of its own name within another; its name."""
        self._tensors[name] = spec
        self.alias(name, whole, offset)
        return name

    def temporary(self, stem: str, spec: TensorSpec) -> str:
        """A tensor that the graph does not have; its name."""
        name, count = stem, 1
        while name in self._tensors:
            count += 1
            name = f"{stem} {count}"
        self._tensors[name] = spec
        return name

    def is_free(self, name: str) -> bool:
        """Whether a tensor is computed, has storage of its own, and nothing has said where it lies."""
        given = name in self.graph.given or name in self._constants or name in self.graph.outputs
        return not given and name not in self._parts and self.graph.producer(name) is not None

    def schedule(self) -> Schedule:
        """The schedule of all that was added; constants that nothing reads are left out."""
        outputs = self._outputs()
        schedule = Schedule(
            self.graph.name,
            tuple(self._steps),
            self._tensors,
            self.graph.inputs,
            outputs,
            tuple(self._tensors[name] for name in self.graph.outputs),
            self._constants,
            self._parts,
            tuple((state.current, state.following) for state in self.graph.states),
        )
        read = {schedule.place(name).whole for step in self._steps for name in step.inputs}
        used = {name: data for name, data in self._constants.items() if name in read}
        return replace(schedule, constants=used)

    def _outputs(self) -> tuple[str, ...]:
        """Tensors that hold the outputs and nothing else; what lies within another tensor is copied."""
        outputs: list[str] = []
        for name in self.graph.outputs:
            place = place_of(name, self._parts)
            same_size = self._tensors[place.whole].bytes == self._tensors[name].bytes
            given = place.whole in self.graph.given or place.whole in self._constants
            if same_size and not given and place.whole not in outputs:
                outputs.append(place.whole)
            else:
                outputs.append(self._copied(name))
        return tuple(outputs)

    def _copied(self, name: str) -> str:
        """A tensor that a step of its own makes equal to another."""
        spec = self._tensors[name]
        dtype = {ElementType.FLOAT32: DType.FLOAT32, ElementType.INT16: DType.INT16X8}.get(
            spec.dtype, DType.INT8
        )
        ends = (("begin", (0,)), ("end", (spec.elements,)), ("step", ()))
        flat = (TensorSpec((spec.elements,), dtype.element),)
        operator = self.registry["strided_slice"]
        case = operator.case(flat, spec.elements, dtype=dtype, attributes=ends)
        copy = self.temporary(f"{name} copied", spec)
        self.add(Layer(operator, case, Constants(), name=copy), (name,), (copy,))
        return copy


@dataclass(frozen=True)
class Lowered:
    """A node that is being lowered, with its tensors."""

    node: Node
    builder: ScheduleBuilder

    @property
    def inputs(self) -> tuple[Tensor, ...]:
        """Tensors that it reads."""
        return self.builder.graph.inputs_of(self.node)

    @property
    def outputs(self) -> tuple[Tensor, ...]:
        """Tensors that it writes."""
        return self.builder.graph.outputs_of(self.node)

    @property
    def input(self) -> Tensor:
        """The first input."""
        return self.inputs[0]

    @property
    def output(self) -> Tensor:
        """The first output."""
        return self.outputs[0]

    @property
    def dtype(self) -> DType:
        """Data type of a case, by the first input and, where there are weights, by these.

        Raises:
            CannotLower: no operator has such a data type.
        """
        element = self.input.dtype
        weights = self.inputs[1].dtype if len(self.inputs) > 1 else None
        if element is ElementType.INT8:
            return DType.INT8X4 if weights is ElementType.INT4 else DType.INT8
        found = _DTYPES.get(element)
        if found is None:
            raise CannotLower(f"no kernel takes {element}")
        return found

    def options(self, kind: type[Options]) -> Options:
        """The node's attributes, which are of the type `kind`."""
        if not isinstance(self.node.attributes, kind):
            raise TypeError(f"{self.node} has {type(self.node.attributes).__name__}, not {kind.__name__}")
        return self.node.attributes

    def case(
        self,
        operator: str,
        shapes: tuple[tuple[int, ...], ...],
        out_c: int,
        own: Mapping[str, Any] | None = None,
        **fields: Any,  # noqa: ANN401
    ) -> OperatorCase:
        """The case of an operator for inputs of these shapes.

        Args:
            operator: its name.
            shapes: of the inputs.
            out_c: length of the last axis of the first output.
            own: attributes that the operator alone has.
            fields: others of the case.

        Raises:
            CannotLower: the operator refuses it.
        """
        dtype = fields.pop("dtype", None) or self.dtype
        found = self.builder.registry[operator]
        attributes = tuple(sorted({**found.attributes, **(own or {})}.items()))
        specs = tuple(TensorSpec(shape, dtype.element) for shape in shapes)
        try:
            return found.case(specs, out_c, dtype=dtype, attributes=attributes, **fields)
        except CaseError as error:
            raise CannotLower(str(error).removesuffix(".")) from None

    def add(
        self,
        case: OperatorCase,
        constants: Constants,
        inputs: tuple[str, ...] | None = None,
        outputs: tuple[str, ...] | None = None,
    ) -> None:
        """Add a step that computes the node, or a part of it."""
        operator = self.builder.registry[case.operator]
        layer = Layer(operator, case, constants, name=self.node.outputs[0])
        self.builder.add(layer, inputs or (self.input.name,), outputs or self.node.outputs)

    def quantization(self, weights: Array | None = None, bias: Array | None = None) -> Constants:
        """Constants with the quantization of the node's computed inputs and its output."""
        none = Constants()
        computed = tuple(each.quantization for each in self.inputs)
        return Constants(
            weights=none.weights if weights is None else weights,
            bias=none.bias if bias is None else bias,
            input_quantization=computed,
            output_quantization=self.output.quantization,
        )


def _stored(tensor: Tensor) -> TensorSpec:
    """Shape of a tensor as a kernel sees it: scalars have an axis."""
    return tensor.spec if tensor.shape else TensorSpec((1,), tensor.dtype)


def data_of(tensor: Tensor) -> Array:
    """Elements of a constant.

    Raises:
        CannotLower: it is computed.
    """
    if tensor.data is None:
        raise CannotLower(f"its input {tensor.name} must be constant")
    return tensor.data


def per_channel(quantization: Quantization, channels: int) -> Quantization:
    """Scales of weights, one for each channel though all have one."""
    if not quantization.scale.size:
        return quantization
    scale = quantization.scale
    return replace(quantization, scale=scale.repeat(channels) if scale.size == 1 else scale)
