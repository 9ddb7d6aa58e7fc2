"""`hilbench chip`: a first description of a chip, and a board that names it."""

from __future__ import annotations

from pathlib import Path

import yaml
from click.testing import CliRunner

from hilbench.boards import load_boards
from hilbench.chips import load_chip
from hilbench.cli import cli
from hilbench.errors import ConfigError
from tests.boards.changed import write_boards


def test_a_description_from_pyocd_has_the_chip_s_memories_and_can_be_named(tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    arguments = ["chip", "new", "--from-pyocd", "stm32l475xe", "--core", "cortex-m4", "--out", str(path)]
    assert CliRunner().invoke(cli, arguments).exit_code == 0
    board = load_boards(write_boards(tmp_path, "stm32l4-virtual", chip="mine.yaml"))["stm32l4-virtual"]
    known = load_chip("stm32l475")
    assert board.chip.family == known.family
    assert board.chip.memories["flash"].base == known.memories["flash"].base
    assert board.chip.memories["flash"].size == 0x80000  # the 475xE has half of the xG's
    assert {memory.base for memory in board.chip.memories.values()} >= {
        memory.base for memory in known.memories.values()
    }


def test_a_file_that_is_there_stays(tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text("mine")
    arguments = ["chip", "new", "--from-pyocd", "k64f", "--core", "cortex-m4", "--out", str(path)]
    assert isinstance(CliRunner().invoke(cli, arguments).exception, ConfigError)
    assert path.read_text() == "mine"


def test_tightly_coupled_memories_are_told_from_others() -> None:
    arguments = ["chip", "new", "--from-pyocd", "stm32h743xx", "--core", "cortex-m7"]
    memories = yaml.safe_load(CliRunner().invoke(cli, arguments).output)["memories"]
    kinds = {memory["base"]: memory["kind"] for memory in memories.values()}
    assert kinds[0x2000_0000] == "dtcm"
    assert kinds[0x0800_0000] == "flash"


def test_an_unknown_target_is_one_sentence() -> None:
    arguments = ["chip", "new", "--from-pyocd", "stm32l475xz", "--core", "cortex-m4"]
    error = CliRunner().invoke(cli, arguments).exception
    assert isinstance(error, ConfigError)
    assert "did you mean 'stm32l475x" in str(error)


def test_an_unknown_chip_points_to_how_to_add_one(tmp_path: Path) -> None:
    arguments = ["boards", "--boards", str(write_boards(tmp_path, "stm32l4", chip="z80"))]
    error = CliRunner().invoke(cli, arguments).exception
    assert isinstance(error, ConfigError)
    assert "'Add a chip'" in str(error)
