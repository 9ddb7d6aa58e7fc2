from __future__ import annotations

from pathlib import Path

import pytest

from hilbench.chips import chip_names, load_chip
from hilbench.image import Toolchain, firmware_folders
from hilbench.image.board_config import BOARD_CONFIG, board_config


@pytest.mark.parametrize("name", chip_names())
def test_the_firmware_has_no_warnings(name: str, toolchain: Toolchain, tmp_path: Path) -> None:
    chip = load_chip(name)
    folders = (*firmware_folders(chip), tmp_path)
    (tmp_path / BOARD_CONFIG).write_text(board_config(chip), encoding="utf-8")
    for source in (source for folder in folders for source in folder.glob("*.c")):
        target = tmp_path / f"{source.stem}.o"
        flags = ("-O2", "-Werror", "-Wshadow", "-Wconversion", "-Wno-sign-conversion")
        toolchain.compile(source, target, chip=chip, flags=flags, include=folders)
