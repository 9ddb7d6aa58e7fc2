"""Constants that are worth a copy in RAM, and where the copy goes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

from hilbench.boards import load_boards
from hilbench.chips import load_chip
from hilbench.deploy.constant_memory import ArenaRoom, CoupledRoom
from hilbench.deploy.placement import place
from hilbench.errors import HilbenchError
from hilbench.image import find_toolchain
from hilbench.operators import Layer, Registry, Workload
from hilbench.operators.workload import ConstantMemory
from hilbench.prediction import Prediction, Predictor
from hilbench.provenance import PredictedBy
from tests.deploy.memory.chains import wide_middle
from tests.operators.case_strategies import OPERATORS

W = TypeVar("W", bound=Workload)
LAYERS = [OPERATORS.layer(operator="conv2d", in_h=6, in_w=6, in_c=4, out_c=count) for count in (1, 2, 3, 4)]
ROOM = CoupledRoom(coupled=20_000, sram=40_000, sram_bank="axi", line_fill=22)


def test_small_ones_are_nearest_and_the_next_in_the_large_sram() -> None:
    costs = [(layer, 1000, size) for layer, size in zip(LAYERS, (30_000, 4000, 9000, 50_000), strict=True)]
    assert ROOM.places(costs, arena_bytes=5000, others={}) == {
        LAYERS[1]: ConstantMemory.COUPLED,
        LAYERS[2]: ConstantMemory.COUPLED,
        LAYERS[0]: ConstantMemory.SRAM,
    }, "the last fits nowhere"


def test_a_large_arena_leaves_no_room_beside_it() -> None:
    costs = [(LAYERS[0], 1000, 4000)]
    assert ROOM.places(costs, arena_bytes=19_000, others={}) == {LAYERS[0]: ConstantMemory.SRAM}
    assert ROOM.places(costs, 19_000, others={"sram4": 39_000}) == {LAYERS[0]: ConstantMemory.SRAM}
    assert ROOM.places(costs, 19_000, others={"axi": 39_000}) == {}, "there are tensors as well"


def test_constants_that_are_read_in_no_time_stay_in_flash() -> None:
    assert ROOM.places([(LAYERS[0], 1_000_000, 4000)], arena_bytes=0, others={}) == {}


def test_a_line_takes_what_the_chip_is_described_to_take() -> None:
    room = CoupledRoom.of(load_chip("stm32h743"), coupled=1000)
    assert (room.sram, room.sram_bank, room.line_fill) == (512 * 1024, "axi", 4 * 2 + 14)


class Fast:
    """Predictor by which copies halve the cycles of all layers but the first."""

    predicted_by = PredictedBy.EMULATOR

    def predict(self, workloads: Iterable[W]) -> Mapping[W, Prediction | HilbenchError]:
        return {each: self.outcome(each) for each in workloads}

    def outcome(self, workload: Workload) -> Prediction:
        assert isinstance(workload, Layer)
        slow = workload.constant_memory is ConstantMemory.FLASH or workload.outputs == LAYERS[0].outputs
        return Prediction(1000 if slow else 500, None, 100, 1000 * workload.outputs[0].shape[-1], 0, 0, 0)


def test_copies_behind_the_arena_are_those_that_gain_most_by_a_byte() -> None:
    placement = replace(place(wide_middle(upsampled=False)), arena_bytes=1000)
    predicted = {layer: Fast().outcome(layer) for layer in LAYERS}
    copies = ArenaRoom(7000).copies(predicted, placement, Fast())
    assert list(copies.layers) == [LAYERS[1], LAYERS[2]], "the first gains nothing, the last has no room"
    assert copies.bytes == 5000
    assert {each.constant_memory for each in copies.layers.values()} == {ConstantMemory.SRAM}


def test_a_kernel_reads_its_copy_where_data_have_no_cache(registry: Registry, cache: Path) -> None:
    boards = load_boards()
    predictor = Predictor(boards["stm32l4-virtual"], boards, find_toolchain("auto"), cache_dir=cache, jobs=1)
    layer = registry.layer(operator="fully_connected", in_h=1, in_w=1, in_c=64, out_c=32, variant="dsp")
    found = predictor.predict([layer, layer.with_constants_in(ConstantMemory.SRAM)])
    in_flash, in_ram = found.values()
    assert isinstance(in_flash, Prediction)
    assert isinstance(in_ram, Prediction)
    assert in_flash.crc32 == in_ram.crc32
    assert in_ram.cycles < 0.9 * in_flash.cycles
    assert in_ram.ram_bytes >= in_flash.ram_bytes + 64 * 32
