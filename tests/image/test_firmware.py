from __future__ import annotations

from pathlib import Path

import pytest

from hilbench.chips import chip_names, load_chip
from hilbench.image import Toolchain, firmware_folders


@pytest.mark.parametrize("name", chip_names())
def test_the_firmware_has_no_warnings(name: str, toolchain: Toolchain, tmp_path: Path) -> None:
    chip = load_chip(name)
    folders = firmware_folders(chip)
    for source in (source for folder in folders for source in folder.glob("*.c")):
        target = tmp_path / f"{source.stem}.o"
        flags = ("-O2", "-Werror", "-Wshadow", "-Wconversion", "-Wno-sign-conversion")
        toolchain.compile(source, target, chip=chip, flags=flags, include=folders)
