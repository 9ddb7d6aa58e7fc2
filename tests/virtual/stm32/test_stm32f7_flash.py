"""The STM32F7's flash: sectors of three sizes, programming in the parallelism that was chosen."""

from __future__ import annotations

import pytest

from hilbench.virtual.bus import MemoryBlock
from hilbench.virtual.peripherals.stm32f7.flash import (
    KEYS,
    SECTORS,
    Control,
    FlashController,
    Register,
    Status,
)
from tests.virtual.flash_chip import FlashChip

BASE = 0x0800_0000
SIZE = 0x20_0000
DATA = bytes(range(1, 5))
BY_WORD = 2 << 8


class Chip(FlashChip):
    """A bus with erased flash and its controller, unlocked."""

    def __init__(self) -> None:
        self.cells = MemoryBlock(BASE, SIZE, writable=False, fill=0xFF)
        super().__init__([self.cells], FlashController(self.cells), range(0x4002_0000, 0x4003_0000))
        for key in KEYS:
            self.poke(Register.KEYR, key)

    def erase(self, sector: int) -> None:
        self.poke(Register.CR, Control.SER | sector << 3)
        self.poke(Register.CR, Control.SER | sector << 3 | Control.STRT)


@pytest.fixture
def chip() -> Chip:
    return Chip()


def test_the_sectors_fill_the_flash() -> None:
    assert sum(SECTORS) == SIZE


def test_a_word_is_programmed_by_a_word(chip: Chip) -> None:
    chip.poke(Register.CR, Control.PG | BY_WORD)
    chip.bus.write(BASE, DATA)
    assert chip.bus.read(BASE, 4) == DATA
    assert chip.peek(Register.SR) == 0


def test_bits_only_become_zero(chip: Chip) -> None:
    chip.poke(Register.CR, Control.PG | BY_WORD)
    chip.bus.write(BASE, b"\x0f\x0f\x0f\x0f")
    chip.bus.write(BASE, b"\xf3\xf3\xf3\xf3")
    assert chip.bus.read(BASE, 4) == b"\x03\x03\x03\x03"


@pytest.mark.parametrize(
    ("control", "offset", "data", "flag"),
    [
        (0, 0, DATA, Status.ERSERR),
        (Control.PG | BY_WORD, 0, DATA[:2], Status.PGPERR),
        (Control.PG | BY_WORD, 2, DATA, Status.PGAERR),
    ],
)
def test_a_wrong_write_is_flagged(chip: Chip, control: int, offset: int, data: bytes, flag: Status) -> None:
    chip.poke(Register.CR, control)
    chip.bus.write(BASE + offset, data)
    assert chip.peek(Register.SR) == flag
    assert chip.bus.read(BASE, 8) == b"\xff" * 8
    chip.poke(Register.SR, 0xF0)
    assert chip.peek(Register.SR) == 0


def test_locked_means_ignored_and_reset_locks_again(chip: Chip) -> None:
    chip.controller.reset()
    assert chip.peek(Register.CR) & Control.LOCK
    chip.poke(Register.CR, Control.PG | BY_WORD)
    chip.bus.write(BASE, DATA)
    assert chip.bus.read(BASE, 4) == b"\xff" * 4


@pytest.mark.parametrize("sector", range(len(SECTORS)))
def test_an_erased_sector_is_the_one_that_was_named(chip: Chip, sector: int) -> None:
    chip.cells.fill(BASE, SIZE, 0)
    chip.erase(sector)
    content = chip.bus.read(BASE, SIZE)
    assert content.count(0xFF) == SECTORS[sector]
    assert content.find(0xFF) == sum(SECTORS[:sector])


def test_mass_erase(chip: Chip) -> None:
    chip.cells.fill(BASE, SIZE, 0)
    chip.poke(Register.CR, Control.MER | Control.STRT)
    assert set(chip.bus.read(BASE, SIZE)) == {0xFF}
