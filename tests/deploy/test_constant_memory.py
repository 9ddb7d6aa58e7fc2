"""Constants that are worth a copy in RAM, and where the copy goes."""

from __future__ import annotations

from hilbench.chips import load_chip
from hilbench.deploy.constant_memory import ConstantRoom
from hilbench.operators.workload import ConstantMemory
from tests.operators.case_strategies import OPERATORS

LAYERS = [OPERATORS.layer(operator="conv2d", in_h=6, in_w=6, in_c=4, out_c=count) for count in (1, 2, 3, 4)]
ROOM = ConstantRoom(coupled=20_000, sram=40_000, sram_bank="axi", line_fill=22)


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
    room = ConstantRoom.of(load_chip("stm32h743"), coupled=1000)
    assert (room.sram, room.sram_bank, room.line_fill) == (512 * 1024, "axi", 4 * 2 + 14)
