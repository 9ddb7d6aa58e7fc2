"""The virtual STM32L475 and STM32F767 over their wires: pyOCD's flash algorithm and the firmware."""

from __future__ import annotations

import zlib
from pathlib import Path

import pytest

from hilbench.boards import attach, load_boards
from hilbench.chips import Placement
from hilbench.errors import ConfigError
from hilbench.grids import load_grid
from hilbench.image import Builder, find_toolchain
from hilbench.operators.registry import load_operators
from hilbench.provenance import Provenance
from hilbench.runner.expected_outputs import reference_output

BOARDS = ("stm32l4-virtual", "stm32f7-virtual")


@pytest.fixture(params=BOARDS)
def name(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("HILBENCH_LOCKS", str(tmp_path / "locks"))
    return str(request.param)


def test_a_case_is_flashed_twice_and_verified(name: str) -> None:
    first, second, *_ = load_grid("quick", load_operators())
    with attach(name, boards=load_boards(), command="pytest") as board:
        assert board.provenance is Provenance.EMULATED
        for case in (first, second):
            image = Builder(board.chip, find_toolchain("auto")).build([case]).images[0]
            expected = reference_output(case).tobytes()
            board.flash(image)
            assert board.boot(image).clock_hz == board.chip.clock_hz
            board.select(image.workloads[0])
            assert len(board.run(3)) == 3
            assert board.output().crc32 == zlib.crc32(expected)


def test_a_chip_without_tightly_coupled_memory_says_so() -> None:
    chip = load_boards()["stm32l4-virtual"].chip
    with pytest.raises(ConfigError, match="stm32l475 has no tightly coupled memory"):
        Builder(chip, find_toolchain("auto"), placement=Placement.TCM)
