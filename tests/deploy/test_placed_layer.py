"""A layer predicted with its tensors in the banks where a network has them."""

from __future__ import annotations

from pathlib import Path

from hilbench.boards import load_boards
from hilbench.chips import Placement
from hilbench.deploy.placed_layer import Banks, PlacedLayer
from hilbench.image import find_toolchain
from hilbench.operators import Registry
from hilbench.prediction import Prediction, Predictor


def test_banks_change_the_cycles_and_not_the_output(registry: Registry, cache: Path) -> None:
    boards = load_boards()
    predictor = Predictor(
        boards["stm32h7-virtual"],
        boards,
        find_toolchain("auto"),
        placement=Placement.FLASH,
        cache_dir=cache,
        jobs=1,
    )
    layer = registry.layer(operator="add", in_h=40, in_w=40, in_c=16, variant="dsp")
    near = PlacedLayer(layer, Banks(("dtcm", "dtcm"), "dtcm", "dtcm"))
    apart = PlacedLayer(layer, Banks(("", "dtcm"), "", ""))
    in_arena = predictor.predict([layer])[layer]
    in_dtcm, in_both = predictor.predict([near, apart]).values()
    assert isinstance(in_arena, Prediction)
    assert isinstance(in_dtcm, Prediction)
    assert isinstance(in_both, Prediction)
    assert in_arena.crc32 == in_dtcm.crc32 == in_both.crc32
    assert in_dtcm.cycles < in_both.cycles < in_arena.cycles
