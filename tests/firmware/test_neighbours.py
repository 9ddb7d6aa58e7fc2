"""Cost of a case, which depends neither on what else is in its image nor on what ran before."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from benchmarks.layout import BOARDS, Device, measure
from hilbench.boards import load_boards
from hilbench.chips import Chip
from hilbench.errors import ToolchainMissing
from hilbench.image import Builder, Image, find_toolchain
from hilbench.operators import Layer, Workload
from hilbench.operators.registry import load_operators

OPERATORS = load_operators()
POOL = OPERATORS.layer(operator="average_pool2d", in_h=4, in_w=4, in_c=16, kernel_h=4, kernel_w=4)
CONV = OPERATORS.layer(operator="conv2d", in_h=6, in_w=6, in_c=4, out_c=8, kernel_h=3, kernel_w=3)
WIDE = OPERATORS.layer(operator="add", in_h=12, in_w=12, in_c=8)
NEIGHBOURS = (
    OPERATORS.layer(operator="add", in_h=5, in_w=5, in_c=3),
    OPERATORS.layer(operator="softmax", in_c=10),
    OPERATORS.layer(operator="hard_swish", in_h=3, in_w=3, in_c=8),
)
WITHIN = 0.005
"""Share of the cycles by which two runs may differ; an emulator may part its blocks elsewhere."""


@pytest.fixture(
    params=[
        pytest.param(name, marks=() if name in ("stm32h7", "stm32l4") else pytest.mark.slow)
        for name in BOARDS
    ]
)
def chip(request: pytest.FixtureRequest) -> Chip:
    """The chip of each virtual board; the fast ones have caches in the core, and one at the flash."""
    return load_boards()[f"{request.param}-virtual"].chip


def image(chip: Chip, cache: Path, *cases: Layer) -> Image:
    """The one image of the cases, by GCC."""
    try:
        toolchain = find_toolchain("gcc")
    except ToolchainMissing as missing:
        pytest.skip(str(missing))
    (built,) = Builder(chip, toolchain, flags="-O3", cache_dir=cache).build(cases).images
    return built


def cycles(chip: Chip, built: Image, *cases: Layer) -> dict[Workload, tuple[int, int]]:
    """Warm and cold cycles of each case, measured in the order of the image."""
    return {case: (warm, cold) for case, warm, cold in measure(chip, built, frozenset(cases))}


def test_a_case_costs_the_same_alone_and_among_others(chip: Chip, cache: Path) -> None:
    neighbours = (NEIGHBOURS[0], POOL, *NEIGHBOURS[1:], CONV)
    among = cycles(chip, image(chip, cache, *neighbours), *neighbours)
    for case in (POOL, CONV):
        alone = cycles(chip, image(chip, cache, case), case)
        assert among[case] == pytest.approx(alone[case], rel=WITHIN)


@pytest.fixture
def device(chip: Chip, cache: Path) -> Iterator[Device]:
    """A board that has a small case and one that fills caches."""
    with closing(Device(chip, image(chip, cache, CONV, WIDE))) as booted:
        yield booted


def test_a_warm_series_is_the_same_whatever_ran_before(device: Device) -> None:
    def series(*before: str) -> list[int]:
        for command in (*before, "case select 0"):
            device.ask(command)
        return device.samples("case warm 4")

    first = series()
    assert series() == first
    assert series("case select 1", "case warm 3") == first
    assert series("case select 1", "case cold 1", "case window 2 0") == first
