from __future__ import annotations

from itertools import pairwise

import pytest

from hilbench.chips import Chip, chip_names, load_chip
from hilbench.errors import ConfigError
from hilbench.image import firmware_folders


@pytest.fixture(params=chip_names())
def chip(request: pytest.FixtureRequest) -> Chip:
    return load_chip(request.param)


def test_memories_do_not_overlap(chip: Chip) -> None:
    blocks = sorted(chip.memories.values(), key=lambda memory: memory.base)
    for lower, upper in pairwise(blocks):
        assert lower.base + lower.size <= upper.base


def test_the_stm32h743_is_as_its_reference_manual_says() -> None:
    chip = load_chip("stm32h743")
    sizes = {name: memory.size // 1024 for name, memory in chip.memories.items()}
    assert sizes == {"flash": 2048, "itcm": 64, "dtcm": 128, "axi": 512, "sram123": 288, "sram4": 64}
    assert chip.clock_hz == 480_000_000


def test_a_chip_has_firmware(chip: Chip) -> None:
    own = firmware_folders(chip)[-1]
    assert own.name == chip.family
    assert (own / "flash.ld").is_file()


def test_an_unknown_chip_lists_those_there_are() -> None:
    with pytest.raises(ConfigError, match=r"'z80'.*stm32h743"):
        load_chip("z80")
