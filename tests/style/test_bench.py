"""`hilbench style bench`: a picture goes to a board, or through this computer, and comes back right."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner
from numpy.typing import NDArray
from PIL import Image

from hilbench.cli import cli
from hilbench.style.bench.outcome import Painting
from hilbench.style.bench.published import PUBLISHED
from hilbench.style.bench.rapl import EnergyCounter
from tests.style.small_models import SIDE, swapped_colors

Pictures = NDArray[np.uint8]


@pytest.fixture
def folder(tmp_path: Path, photographs: Pictures, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Two photographs and a model; the current folder."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "photos").mkdir()
    for index in range(2):
        Image.fromarray(photographs[index, :SIDE, :SIDE]).save(tmp_path / "photos" / f"{index}.png")
    (tmp_path / "swap.tflite").write_bytes(swapped_colors())
    return tmp_path


def run(board: str, *arguments: str, exit_code: int = 0) -> str:
    command = ["style", "bench", "--board", board, "--model", "swap.tflite", "--out", "out", *arguments]
    ran = CliRunner().invoke(cli, command)
    assert ran.exit_code == exit_code, ran.output
    return ran.stdout


def painted(folder: Path, name: str) -> Pictures:
    return np.asarray(Image.open(folder / "out" / name))


def test_this_computer_paints_and_says_that_it_is_no_board(folder: Path, photographs: Pictures) -> None:
    document = json.loads(run("host", "--image", "photos", "--json"))
    assert (document["board"], document["provenance"], document["verified"]) == ("host", "host", None)
    assert document["seconds"] > 0
    assert document["ram_bytes"] is document["flash_bytes"] is None
    assert document["macs"] == SIDE * SIDE * 9
    assert any("XNNPACK" in each["runtime"] for each in document["runtimes"])
    for index in range(2):
        assert (painted(folder, f"{index}-device.png") == photographs[index, :SIDE, :SIDE, ::-1]).all()
    assert not list(folder.glob("*.sqlite"))  # no figure of a computer is ever in a store
    page = (folder / "out" / "index.html").read_text(encoding="utf-8")
    assert 'data-provenance="host"' in page
    assert all(each.device in page for each in PUBLISHED)


@pytest.mark.slow
def test_a_board_paints_and_equals_the_reference(folder: Path, photographs: Pictures) -> None:
    arguments = ("--image", "photos", "--style", "photos/1.png", "--iterations", "1", "--json")
    document = json.loads(run("stm32h7-virtual", *arguments))
    assert document["verified"] is True
    assert document["provenance"] == "emulated"
    assert document["psnr_db"] is document["ssim"] is None
    assert min(document[key] for key in ("seconds", "energy_mj", "ram_bytes", "flash_bytes", "macs")) > 0
    for index in range(2):
        assert (painted(folder, f"{index}-device.png") == photographs[index, :SIDE, :SIDE, ::-1]).all()
    page = (folder / "out" / "index.html").read_text(encoding="utf-8")
    assert "Layers over time" in page
    assert page.count("data:image/png") == 6  # content, style and device of both


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ((), "Which picture"),
        (("--image", "photos", "--camera", "0"), "Which picture"),
        (("--image", "gone.jpg"), "There is no gone.jpg"),
        (("--image", "swap.tflite"), "no picture"),
    ],
)
def test_bad_input_is_one_sentence(folder: Path, arguments: tuple[str, ...], sentence: str) -> None:
    command = ["style", "bench", "--board", "host", "--model", "swap.tflite", *arguments]
    ran = CliRunner().invoke(cli, command)
    assert sentence in str(ran.exception)
    assert getattr(ran.exception, "exit_code", None) == 2


def test_differences_are_amplified(photographs: Pictures) -> None:
    picture = photographs[0].clip(10, 240)
    painting = Painting("cat.png", picture, picture + np.uint8(3), picture)
    assert painting.difference is not None
    assert (painting.difference == 24).all()
    assert [name for name, _ in painting.shown(None)] == [
        "content",
        "float",
        "device",
        "|device - float| x 8",
    ]


def test_the_energy_counter_sums_packages_and_understands_an_overflow(tmp_path: Path) -> None:
    def write(zone: str, energy: int) -> None:
        (tmp_path / zone).mkdir(exist_ok=True)
        (tmp_path / zone / "energy_uj").write_text(f"{energy}\n", encoding="ascii")
        (tmp_path / zone / "max_energy_range_uj").write_text("1000000\n", encoding="ascii")

    for zone, energy in (("intel-rapl:0", 999_000), ("intel-rapl:1", 10), ("intel-rapl:0:0", 5)):
        write(zone, energy)
    counter = EnergyCounter(tmp_path)
    write("intel-rapl:0", 2_000)
    write("intel-rapl:1", 510)
    assert counter.joules() == pytest.approx(3_500e-6)
    assert EnergyCounter(tmp_path / "nothing").joules() is None
