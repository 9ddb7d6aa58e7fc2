"""Constants of layers that are worth a copy in RAM, by how long reading them from flash takes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from hilbench.chips import Chip
from hilbench.deploy.distinct_constants import constants_key
from hilbench.deploy.placement import Placement
from hilbench.operators import Layer
from hilbench.operators.workload import ConstantMemory
from hilbench.prediction import Prediction

_LINE_BYTES = 32
"""A line of the core's data cache."""
_WORTH = 0.015
"""Share of a layer's cycles that filling lines from flash, each once, must take."""
_FLASH, _SRAM = "flash", "sram"


@dataclass(frozen=True)
class ConstantRoom:
    """RAM that the placement leaves for constants.

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
    def of(cls, chip: Chip, coupled: int) -> ConstantRoom:
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


@dataclass(frozen=True)
class Copies:
    """Copies of constants in RAM.

    Attributes:
        layers: by those of a schedule, the same with their constants in RAM.
        bytes: that all copies take together.
    """

    layers: Mapping[Layer, Layer]
    bytes: int

    @classmethod
    def of(cls, predicted: Mapping[Layer, Prediction], room: ConstantRoom, placement: Placement) -> Copies:
        """Copies that are worth it in what a placement leaves of RAM.

        Args:
            predicted: layers of the schedule by what they take alone; what does not run alone stays in flash.
            room: RAM for them.
            placement: of the schedule's tensors.
        """
        costs = _distinct_costs(predicted)
        places = room.places(costs, placement.arena_bytes, placement.others)
        by_key = {constants_key(layer): memory for layer, memory in places.items()}
        layers = {
            layer: layer.with_constants_in(by_key[key])
            for layer in predicted
            if (key := constants_key(layer)) in by_key
        }
        return cls(layers, sum(size for layer, _, size in costs if layer in places))


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
