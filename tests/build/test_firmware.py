from __future__ import annotations

from pathlib import Path

import pytest

from hilbench.build import Toolchain
from hilbench.chips import Chip
from hilbench.resources import FIRMWARE_DIR


@pytest.mark.parametrize("folder", ["common", "stm32h7"])
def test_the_firmware_has_no_warnings(chip: Chip, toolchain: Toolchain, folder: str, tmp_path: Path) -> None:
    include = (FIRMWARE_DIR / "common", FIRMWARE_DIR / folder)
    sources = sorted((FIRMWARE_DIR / folder).glob("*.c"))
    assert sources
    for source in sources:
        target = tmp_path / f"{source.stem}.o"
        flags = ("-O2", "-Werror", "-Wshadow", "-Wconversion", "-Wno-sign-conversion")
        toolchain.compile(source, target, chip=chip, flags=flags, include=include)
