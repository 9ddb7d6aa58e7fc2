"""Nordic's virtual boards over their wires: stock pyOCD and the firmware."""

from __future__ import annotations

import subprocess
import sys
import zlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from pyocd.core.helpers import ConnectHelper

from hilbench.boards import attach, load_boards
from hilbench.boards.launch import LaunchedBoard
from hilbench.grids import load_grid
from hilbench.image import Builder, Image, find_toolchain
from hilbench.operators.registry import load_operators
from hilbench.provenance import Provenance
from hilbench.runner.expected_outputs import reference_output
from tests.launched import launched as start

BOARDS = ("nrf52840-virtual", "nrf9160-virtual")
SAMPLE = bytes(range(256)) * 32


@pytest.fixture(params=BOARDS)
def name(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("HILBENCH_LOCKS", str(tmp_path / "locks"))
    return str(request.param)


@pytest.fixture
def running(name: str) -> Iterator[LaunchedBoard]:
    launched = start(load_boards()[name])
    yield launched
    launched.close()


@pytest.fixture
def image(name: str) -> Image:
    """The first case of the quick grid."""
    chip = load_boards()[name].chip
    case = load_grid("quick", load_operators())[0]
    return Builder(chip, find_toolchain("auto")).build([case]).images[0]


def test_stock_pyocd_loads_and_mass_erases(running: LaunchedBoard, name: str, tmp_path: Path) -> None:
    target = load_boards()[name].chip.pyocd_target
    sample = tmp_path / "sample.bin"
    sample.write_bytes(SAMPLE)
    wire = ["-u", running.endpoints.probe, "-t", target]
    command = [sys.executable, "-m", "pyocd", "load", *wire, "--base-address", "0x2000", str(sample)]
    subprocess.run(command, check=True, capture_output=True, timeout=60)
    options = {"target_override": target, "no_config": True, "auto_unlock": False}
    with ConnectHelper.session_with_chosen_probe(
        unique_id=running.endpoints.probe, blocking=False, options=options
    ) as session:
        assert bytes(session.target.read_memory_block8(0x2000, len(SAMPLE))) == SAMPLE
        assert session.target.mass_erase()
        assert set(session.target.read_memory_block8(0x2000, len(SAMPLE))) == {0xFF}


def test_a_case_is_verified_and_the_chip_is_known_as_emulated(name: str, image: Image) -> None:
    (packed,) = image.workloads
    expected = reference_output(packed.workload).tobytes()
    with attach(name, boards=load_boards(), command="pytest") as board:
        assert board.provenance is Provenance.EMULATED
        board.flash(image)
        assert board.boot(image).clock_hz == board.chip.clock_hz
        board.select(packed)
        first, *rest = board.run(3)
        assert all(abs(each - first) <= 1 for each in rest)  # parts of a cycle are carried on
        assert board.output().crc32 == zlib.crc32(expected)
