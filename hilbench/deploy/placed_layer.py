"""A layer whose tensors lie in the banks of RAM where its network has them, to be predicted there."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from hilbench.deploy.c_text import comment, template, template_text
from hilbench.deploy.placement import Placement
from hilbench.deploy.schedule import Schedule, Step
from hilbench.digests import digest
from hilbench.operators import Layer, Workload
from hilbench.operators.arena import ALIGNMENT, ArenaPlan, aligned
from hilbench.operators.record import WorkloadRecord
from hilbench.operators.workload import Source
from hilbench.tensors import Array, TensorSpec

_TEMPLATE = "placed_layer.c.j2"
_ARENA = ""
"""Name of the bank in which tensors of a layer lie by default."""


@dataclass(frozen=True)
class Banks:
    """Banks that hold a layer's inputs, its outputs and its scratch memory; an empty name is the arena."""

    inputs: tuple[str, ...]
    output: str
    scratch: str

    @property
    def are_usual(self) -> bool:
        """Whether all of it lies in the arena."""
        return not any((*self.inputs, self.output, self.scratch))


@dataclass(frozen=True, eq=False, repr=False)
class PlacedLayer:
    """A layer with its tensors in these banks, one behind the other in each: a `Workload`.

    Attributes:
        layer: with its kernel.
        banks: of its tensors.
    """

    layer: Layer
    banks: Banks

    def __eq__(self, other: object) -> bool:
        return isinstance(other, PlacedLayer) and self.digest == other.digest

    def __hash__(self) -> int:
        return hash(self.digest)

    def __str__(self) -> str:
        return str(self.layer)

    @cached_property
    def digest(self) -> str:
        """Sixteen hex digits of the layer and the banks."""
        return digest([self.layer.digest, str(self.banks)])[:16]

    @property
    def label(self) -> str:
        """Computation in words."""
        return self.layer.label

    @property
    def problem(self) -> PlacedLayer:
        """The layer itself: it is predicted where its output is known to be right."""
        return self

    @property
    def inputs(self) -> tuple[TensorSpec, ...]:
        """Shapes and types of the inputs."""
        return self.layer.inputs

    @property
    def outputs(self) -> tuple[TensorSpec, ...]:
        """Shapes and types of the outputs."""
        return self.layer.outputs

    @property
    def seed(self) -> int:
        """Seed (u32) of the input data."""
        return self.layer.seed

    @property
    def macs(self) -> int:
        """Multiply-accumulates of one run."""
        return self.layer.macs

    @property
    def least_constant_bytes(self) -> int:
        """Bytes of constants that are in an image whatever the compiler finds out about them."""
        return self.layer.least_constant_bytes

    @property
    def segments(self) -> tuple[str, ...]:
        """The layer as the only step."""
        return self.layer.segments

    @cached_property
    def arena(self) -> ArenaPlan:
        """Places of what lies in the arena, all of which is scratch memory, and bytes of other banks."""
        places, ends = self._places
        size = max(ends.pop(_ARENA, 0), ALIGNMENT)
        *inputs, output, _ = (offset if bank == _ARENA else 0 for bank, offset in places)
        return ArenaPlan(tuple(inputs), output, 0, size, size, others=ends, is_prepared=True)

    def input_values(self) -> tuple[Array, ...]:
        """Values that the device generates as its inputs, in their shapes."""
        return self.layer.input_values()

    def reference(self, inputs: Sequence[Array]) -> Array:
        """The output for `inputs`, as the layer's operator computes it."""
        return self.layer.reference(inputs)

    def sources(self, symbol: str) -> Mapping[str, Source]:
        """C that hands the kernel its places, and the kernel.

        Raises:
            BuildError: the operator's Python or its template fails.
        """
        places, ends = self._places
        *inputs, output, scratch = (f"{_memory(bank)} + {offset}" for bank, offset in places)
        text = template(_TEMPLATE).render(
            name=comment(str(self.layer)),
            symbol=symbol,
            banks=sorted(ends.keys() - {_ARENA}),
            inputs=inputs,
            output=output,
            scratch=scratch,
        )
        return {"placed.c": Source(text), "layer.c": self.layer.source(f"{symbol}_kernel")}

    def source_key(self) -> str:
        """Digest of the layer, the places and this generator."""
        own = Path(__file__).read_text(encoding="utf-8")
        return digest([own, template_text(_TEMPLATE), self.digest, self.layer.source_key()])

    def record(self) -> WorkloadRecord:
        """Facts for the store and for rows: the layer's."""
        return self.layer.record()

    @property
    def _places(self) -> tuple[list[tuple[str, int]], dict[str, int]]:
        """Bank and offset of each input, of the outputs and of the scratch memory; end of each bank."""
        sizes = [spec.bytes for spec in self.inputs]
        sizes += [sum(spec.bytes for spec in self.outputs), self.layer.arena.scratch_bytes]
        ends: dict[str, int] = {}
        places = []
        for bank, size in zip(
            (*self.banks.inputs, self.banks.output, self.banks.scratch), sizes, strict=True
        ):
            places.append((bank, ends.get(bank, 0)))
            ends[bank] = ends.get(bank, 0) + aligned(size)
        return places, {bank: end for bank, end in ends.items() if end}


def placed_steps(schedule: Schedule, placement: Placement) -> Iterable[Workload]:
    """Each step's layer as it runs: with its tensors in their banks, where one of these is not the arena."""
    for step, (scratch, _) in zip(schedule.steps, placement.scratch, strict=True):
        banks = _banks(step, schedule, placement, scratch)
        yield step.layer if banks.are_usual else PlacedLayer(step.layer, banks)


def _banks(step: Step, schedule: Schedule, placement: Placement, scratch: str) -> Banks:
    def bank(name: str) -> str:
        return placement.banks.get(schedule.place(name).whole, _ARENA)

    return Banks(tuple(map(bank, step.inputs)), bank(step.outputs[0]), scratch)


def _memory(bank: str) -> str:
    """C expression for the first byte of a bank."""
    return f"hb_arena_{bank}" if bank else "arena"
