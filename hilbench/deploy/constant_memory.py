"""Constants of layers that are worth a copy in RAM, by how long reading them from flash takes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from hilbench.chips import Chip
from hilbench.chips import Placement as CodePlacement
from hilbench.deploy.distinct_constants import constants_key
from hilbench.deploy.placement import Placement
from hilbench.operators import Layer
from hilbench.operators.workload import ConstantMemory
from hilbench.prediction import LayerPredictor, Prediction

_LINE_BYTES = 32
"""A line of the core's data cache."""
_WITHOUT_DATA_CACHE = frozenset({"cortex-m3", "cortex-m4", "cortex-m33"})
"""Cores that have no cache of their own for data."""
_WORTH_TRIED = 0.0005
"""Share of a network's cycles that copies of a layer's constants must save."""
_WORTH = 0.015
"""Share of a layer's cycles that filling lines from flash, each once, must take."""
_FLASH, _SRAM = "flash", "sram"


@dataclass(frozen=True)
class ArenaRoom:
    """RAM behind the arena of a chip whose data have no cache, so that any read of flash takes long.

    Attributes:
        bytes: the network's arena included.
    """

    bytes: int

    def copies(
        self, predicted: Mapping[Layer, Prediction], placement: Placement, predictor: LayerPredictor
    ) -> Copies:
        """Copies of those constants that save most cycles a byte."""
        tried = {
            layer: layer.with_constants_in(ConstantMemory.SRAM) for layer in predicted if layer.weight_bytes
        }
        outcomes = predictor.predict(tried.values())
        gains: defaultdict[tuple[str, ...], float] = defaultdict(float)
        sizes: defaultdict[tuple[str, ...], int] = defaultdict(int)
        for layer, copied in tried.items():
            if isinstance(found := outcomes[copied], Prediction):
                key, before = constants_key(layer), predicted[layer]
                gains[key] += before.cycles - found.cycles
                sizes[key] = max(sizes[key], before.constant_bytes)
        total = sum(each.cycles for each in predicted.values())
        free, taken = self.bytes - placement.arena_bytes, dict[tuple[str, ...], int]()
        for key in sorted(gains, key=lambda key: -gains[key] / max(1, sizes[key])):
            if gains[key] >= _WORTH_TRIED * total and _with_gaps(sizes[key]) <= free:
                free -= _with_gaps(sizes[key])
                taken[key] = sizes[key]
        layers = {layer: copied for layer, copied in tried.items() if constants_key(layer) in taken}
        return Copies(layers, sum(taken.values()))


@dataclass(frozen=True)
class CoupledRoom:
    """RAM that the placement `tcm` leaves for constants.

    Attributes:
        coupled: bytes of data TCM, the network's arena included.
        sram: bytes of the large SRAM, in which the network may keep tensors, too.
        sram_bank: name of it.
        line_fill: core cycles to fill a line of the data cache from flash.
    """

    coupled: int
    sram: int
    sram_bank: str
    line_fill: float

    @classmethod
    def of(cls, chip: Chip, coupled: int) -> CoupledRoom:
        """Room of a chip with `coupled` bytes of data TCM for a workload."""
        sizes = {name: memory.size for name, memory in chip.memories.items() if memory.kind == _SRAM}
        largest = max(sizes, key=sizes.__getitem__)
        timing = chip.timing.get(_FLASH)
        fill = timing.wait_states * timing.clock_divider + timing.bus_cycles if timing else 0
        return cls(coupled, sizes[largest], largest, fill)

    def places(
        self, costs: Iterable[tuple[Layer, int, int]], arena_bytes: int, others: Mapping[str, int]
    ) -> Mapping[Layer, ConstantMemory]:
        """Memory of the constants of those layers whose constants are copied.

        The smallest come first, into the data TCM as long as they fit: a cache keeps those least that are
        largest, so that a large layer's lines are all filled anew in every run.

        Args:
            costs: each layer with its cycles and the bytes of its constants.
            arena_bytes: of the network.
            others: bytes that the network takes of other banks, by name.
        """
        free = {
            ConstantMemory.COUPLED: self.coupled - arena_bytes,
            ConstantMemory.SRAM: self.sram - others.get(self.sram_bank, 0),
        }
        found: dict[Layer, ConstantMemory] = {}
        for layer, cycles, size in sorted(costs, key=lambda cost: cost[2]):
            if layer in found or size / _LINE_BYTES * self.line_fill < _WORTH * cycles:
                continue
            memory = next((memory for memory, left in free.items() if _with_gaps(size) <= left), None)
            if memory is not None:
                free[memory] -= _with_gaps(size)
                found[layer] = memory
        return found

    def copies(
        self, predicted: Mapping[Layer, Prediction], placement: Placement, _: LayerPredictor
    ) -> Copies:
        """Copies of constants that are slow to read, the smallest nearest."""
        costs = _distinct_costs(predicted)
        places = self.places(costs, placement.arena_bytes, placement.others)
        by_key = {constants_key(layer): memory for layer, memory in places.items()}
        layers = {
            layer: layer.with_constants_in(by_key[key])
            for layer in predicted
            if (key := constants_key(layer)) in by_key
        }
        return Copies(layers, sum(size for layer, _, size in costs if layer in places))


ConstantRoom = ArenaRoom | CoupledRoom
"""RAM for copies of constants, and what is worth one there."""


def constant_room(chip: Chip, placement: CodePlacement, arena: int) -> ConstantRoom | None:
    """RAM for copies of constants; None where a data cache in front of the flash makes them not worth it.

    Args:
        chip: whose memories there are.
        placement: of code and activations.
        arena: bytes that a workload's arena may take.
    """
    if placement is CodePlacement.TCM:
        return CoupledRoom.of(chip, arena)
    return ArenaRoom(arena) if chip.core in _WITHOUT_DATA_CACHE else None


@dataclass(frozen=True)
class Copies:
    """Copies of constants in RAM.

    Attributes:
        layers: by those of a schedule, the same with their constants in RAM.
        bytes: that all copies take together.
    """

    layers: Mapping[Layer, Layer]
    bytes: int


def _distinct_costs(predicted: Mapping[Layer, Prediction]) -> list[tuple[Layer, int, int]]:
    """One layer for each set of constants, the cycles of all that read it, and its bytes."""
    found: dict[tuple[str, ...], tuple[Layer, int, int]] = {}
    for layer, prediction in predicted.items():
        first, before, largest = found.get(constants_key(layer), (layer, 0, 0))
        found[constants_key(layer)] = (
            first,
            before + prediction.cycles,
            max(largest, prediction.constant_bytes),
        )
    return list(found.values())


def _with_gaps(size: int) -> int:
    """Bytes that constants take with what is lost between a layer's tables."""
    return size + 4 * _LINE_BYTES
