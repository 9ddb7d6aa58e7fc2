"""A network's run in detail, as the store keeps it and reports show it: layers, memory plan, other plans."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pydantic import TypeAdapter

NETWORK = "network"
"""Operator of rows about whole networks."""


@dataclass(frozen=True)
class LayerFigures:
    """A layer; the bands of one that is computed by rows are one.

    Attributes:
        name: in the model file.
        label: the computation of the layer, or of its largest band.
        dtype: of what it computes.
        calls: 1, or the number of its bands.
        macs: multiply-accumulates; 0 of a layer without weights, whose elements are none.
        weight_bytes: weights, bias and requantization constants.
        activation_bytes: inputs and outputs, of all bands.
        cycles: of one warm run; None where they were not measured.
        predicted_cycles: sum of the predictions of all bands.
        energy_uj: of one run, a part of the whole network's; None where there was no meter.
    """

    name: str
    operator: str
    label: str
    variant: str
    dtype: str
    calls: int
    macs: int
    weight_bytes: int
    activation_bytes: int
    cycles: int | None
    predicted_cycles: int
    energy_uj: float | None = None


@dataclass(frozen=True)
class StepFigures:
    """A step of the program: a layer or a band of one.

    Attributes:
        layer: index of its layer.
        cycles: of one warm run; None where they were not measured.
    """

    layer: int
    cycles: int | None
    predicted_cycles: int


class BufferKind(StrEnum):
    """Kind of what lies in a buffer."""

    INPUT = "input"
    OUTPUT = "output"
    TENSOR = "tensor"
    SCRATCH = "scratch"


@dataclass(frozen=True)
class PlacedBuffer:
    """A tensor or scratch memory in its place.

    Attributes:
        bank: name of the RAM.
        offset: from the beginning of what is free there, bytes.
        first: step that writes it first; -1 where it is there before the first step.
        last: step that uses it last; the number of steps where it must be there in the end.
    """

    name: str
    kind: BufferKind
    bank: str
    offset: int
    bytes: int
    first: int
    last: int


@dataclass(frozen=True)
class BankUse:
    """A block of RAM: bytes that the plan takes, and those that there are; None where nobody says."""

    name: str
    bytes: int
    available: int | None = None


@dataclass(frozen=True)
class PlanPoint:
    """A plan that the search found: its memory, its expected cycles, and segments that it streams."""

    ram_bytes: int
    cycles: int
    segments: int


@dataclass(frozen=True)
class NetworkDetails:
    """A network's run in detail.

    Attributes:
        model: name of the network.
        live_macs: multiply-accumulates that are left after the passes.
        layers: in the order in which they begin.
        steps: in the order in which they run.
        buffers: of the memory plan.
        banks: that hold them.
        plans: from the fastest to the smallest; the last need less memory and take more cycles.
    """

    model: str
    live_macs: int
    layers: tuple[LayerFigures, ...]
    steps: tuple[StepFigures, ...]
    buffers: tuple[PlacedBuffer, ...]
    banks: tuple[BankUse, ...]
    plans: tuple[PlanPoint, ...] = ()

    @property
    def predicted_cycles(self) -> int:
        """Sum of the layers' predictions."""
        return sum(layer.predicted_cycles for layer in self.layers)

    @property
    def layer_cycles(self) -> int | None:
        """Sum of the layers' cycles, in the build with probes; None where they were not measured."""
        cycles = [layer.cycles for layer in self.layers if layer.cycles is not None]
        return sum(cycles) if len(cycles) == len(self.layers) else None

    def document(self) -> dict[str, Any]:
        """Plain data for JSON."""
        return asdict(self)

    @classmethod
    def parse(cls, document: Mapping[str, Any]) -> NetworkDetails:
        """The details that `document` gave.

        Raises:
            ValueError: another version of hilbench wrote them.
        """
        return _adapter().validate_python(document)


@cache
def _adapter() -> TypeAdapter[NetworkDetails]:
    from pydantic import TypeAdapter  # late: few commands read rows of networks

    return TypeAdapter(NetworkDetails)
