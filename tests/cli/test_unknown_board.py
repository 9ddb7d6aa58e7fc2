"""Every command that takes a board, with the name of one that there is not."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from pathlib import Path

import click
import numpy as np
import pytest
from PIL import Image

from hilbench.cli import cli, main
from hilbench.errors import ExitCode
from tests.networks.small_networks import small_network

ARGUMENTS: dict[str, Sequence[str]] = {
    "bench": ("m.tflite",),
    "calibrate": (),
    "design blocks": (),
    "design correct": ("--rows", "latest", "--out", "model.json"),
    "design fit": (),
    "design scale": ("--net", "xinet"),
    "design show": ("--net", "xinet"),
    "mlperf": ("m.tflite", "--mode", "performance"),
    "plan": ("m.tflite",),
    "predict": (),
    "style bench": ("--image", "p.png"),
    "style train": ("--style", "p.png", "--content", "."),
    "style video": ("in.mp4", "out.mp4"),
    "sweep": (),
    "tune": (),
    "virtual explain": ("m.elf", "--function", "main"),
    "virtual run": ("m.elf",),
}
FILTERS = {"history", "runs prune"}
"""Commands on a store, in which a board may stand that boards.yaml no longer has."""


def commands_with_a_board(command: click.Command, name: str = "") -> Iterator[str]:
    if isinstance(command, click.Group):
        for each in command.list_commands(click.Context(command)):
            found = command.get_command(click.Context(command), each)
            assert found is not None
            yield from commands_with_a_board(found, f"{name} {each}".strip())
    elif any("--board" in option.opts for option in command.params):
        yield name


def test_every_command_with_a_board_is_tried() -> None:
    assert set(commands_with_a_board(cli)) == set(ARGUMENTS) | FILTERS


def write_pictures() -> None:
    """A picture, and a video of it."""
    for package in ("av", "keras"):
        pytest.importorskip(package)
    from hilbench.style.frames import VideoWriter

    picture = np.zeros((32, 32, 3), np.uint8)
    Image.fromarray(picture).save("p.png")
    with VideoWriter(Path("in.mp4"), Fraction(10)) as writer:
        writer.write(picture)


@pytest.mark.parametrize("command", ARGUMENTS)
def test_a_board_that_there_is_not_is_one_sentence_that_names_those_there_are(
    command: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("m.tflite").write_bytes(small_network())
    Path("m.elf").write_bytes(b"\x7fELF")
    if command.startswith("style"):
        write_pictures()
    with pytest.raises(SystemExit) as ended:
        main([*command.split(), *ARGUMENTS[command], "--board", "stm32h8"])
    told = capsys.readouterr().err
    assert ended.value.code == ExitCode.USAGE, told
    assert "No board 'stm32h8' (did you mean 'stm32h7'?); there are: stm32h7" in told
    assert not list(tmp_path.glob("*.sqlite"))
    assert not Path("reports").exists()
