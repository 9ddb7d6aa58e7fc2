"""The firmware in an image with well and badly behaved kernels, running on a virtual board."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass

import pytest

from hilbench.boards import Board, load_boards
from hilbench.boards.debug import DebugWire
from hilbench.boards.launch import LaunchedBoard
from hilbench.boards.probes import probe_at
from hilbench.chips import Placement
from hilbench.deadline import Deadline
from hilbench.errors import ToolchainMissing
from hilbench.image import Builder, Image, PackedWorkload, find_toolchain
from hilbench.operators import Workload
from hilbench.operators.registry import load_operators
from tests.firmware.terminal import Terminal
from tests.image.chain import Chain
from tests.image.handmade import handmade_case
from tests.launched import launched as start

_FLASH_S = 60
_HOG = """
static int8_t through_the_stack(int8_t value)
{
    volatile int8_t room[3000];
    for (unsigned n = 0; n < sizeof room; ++n)
        room[n] = value;
    return room[1234];
}
"""
_ENDLESS = """
static int8_t deeper(volatile int8_t *above)
{
    volatile int8_t room[64];
    room[0] = *above;
    return (int8_t)(deeper(room) + room[0]);
}
"""


@dataclass(frozen=True)
class Device:
    """A board that has just booted an image."""

    image: Image
    terminal: Terminal
    banner: list[str]

    def packed(self, operator: str) -> PackedWorkload:
        """The image's case of this operator."""
        (found,) = (
            packed for packed in self.image.workloads if packed.workload.record().operator == operator
        )
        return found

    def select(self, operator: str) -> Workload:
        """Select the image's case of this operator."""
        packed = self.packed(operator)
        answer = self.terminal.ask_checked(f"case select {packed.index}")
        assert answer == [f"m-case-selected-[{packed.index} {packed.workload.digest}]"]
        return packed.workload


@pytest.fixture(scope="session")
def cases(tmp_path_factory: pytest.TempPathFactory) -> list[Workload]:
    """Two honest operators, kernels for what an operator must not do, and workloads of two segments."""
    operators = load_operators()
    folder = tmp_path_factory.mktemp("operators")
    return [
        handmade_case(folder, "copy", "out[i] = in[i];", size=20),
        operators.layer(operator="conv2d", in_h=6, in_w=6, in_c=4, out_c=8, kernel_h=3, kernel_w=3),
        operators.layer(operator="add", in_h=3, in_w=3, in_c=2, dtype="float32"),
        handmade_case(folder, "hog", "out[i] = through_the_stack(in[i]);", prelude=_HOG),
        handmade_case(folder, "endless", "out[i] = deeper(in + i);", prelude=_ENDLESS),
        handmade_case(folder, "stray", "out[i] = *(volatile int8_t *)(0xC0000000 + i);"),
        Chain(),
        Chain(in_place=False),
        Chain(probes=True),
    ]


@pytest.fixture(
    scope="session",
    params=[
        pytest.param(("gcc", Placement.FLASH), id="gcc-flash"),
        pytest.param(("clang", Placement.TCM), id="clang-tcm", marks=pytest.mark.slow),
    ],
)
def image(
    request: pytest.FixtureRequest, cases: list[Workload], tmp_path_factory: pytest.TempPathFactory
) -> Image:
    """All cases in an image, by each toolchain and in each placement."""
    choice, placement = request.param
    try:
        toolchain = find_toolchain(choice)
    except ToolchainMissing as missing:
        pytest.skip(str(missing))
    chip = load_boards()["stm32h7-virtual"].chip
    cache = tmp_path_factory.mktemp("cache")
    result = Builder(chip, toolchain, placement=placement, cache_dir=cache).build(cases)
    assert result.refused == ()
    (built,) = result.images
    return built


@pytest.fixture(scope="session")
def entry() -> Board:
    """Entry of the virtual board in boards.yaml."""
    return load_boards()["stm32h7-virtual"]


@pytest.fixture(scope="session")
def launched(entry: Board) -> Iterator[LaunchedBoard]:
    """The virtual board, started."""
    with closing(start(entry)) as board:
        yield board


@pytest.fixture(scope="session")
def probe(entry: Board, launched: LaunchedBoard) -> Iterator[DebugWire]:
    """The virtual board's debug probe."""
    with closing(DebugWire(entry, probe_at(entry, launched.endpoints.probe))) as wire:
        yield wire


@pytest.fixture(scope="session")
def flashed(probe: DebugWire, image: Image) -> Image:
    """The image, programmed."""
    probe.flash(image.elf, Deadline.after(_FLASH_S))
    return image


@pytest.fixture
def device(probe: DebugWire, launched: LaunchedBoard, flashed: Image) -> Iterator[Device]:
    """The board, fresh from a reset."""
    with Terminal(launched.endpoints.serial) as terminal:
        terminal.forget()
        probe.reset()
        yield Device(flashed, terminal, terminal.until_ready())
