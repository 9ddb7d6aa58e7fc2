"""The STM32L4's flash: what it takes to change a double word."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hilbench.virtual.bus import MemoryBlock
from hilbench.virtual.peripherals.stm32l4.flash import PAGE, FlashController
from hilbench.virtual.peripherals.stm32l4.flash_registers import KEYS, Control, Register, Status
from tests.virtual.flash_chip import FlashChip

BASE = 0x0800_0000
SIZE = 0x10_0000
DATA = bytes(range(1, 9))


class Chip(FlashChip):
    """A bus with erased flash, its mirror at 0 and its controller, unlocked."""

    def __init__(self) -> None:
        self.cells = MemoryBlock(BASE, SIZE, writable=False, fill=0xFF)
        blocks = [self.cells, self.cells.mirror(0)]
        super().__init__(blocks, FlashController(self.cells), range(0x4002_0000, 0x4003_0000))
        self.unlock()

    def unlock(self) -> None:
        for key in KEYS:
            self.poke(Register.KEYR, key)

    def program(self, address: int, data: bytes) -> None:
        """Write as a loop of word stores does."""
        self.poke(Register.CR, Control.PG)
        super().program(address, data)


@pytest.fixture
def chip() -> Chip:
    return Chip()


def test_a_double_word_is_programmed_by_its_second_word(chip: Chip) -> None:
    chip.program(BASE, DATA[:4])
    assert chip.bus.read(BASE, 8) == b"\xff" * 8
    chip.bus.write(BASE + 4, DATA[4:])
    assert chip.bus.read(BASE, 8) == chip.bus.read(0, 8) == DATA
    assert chip.peek(Register.SR) == 0


def test_locked_means_ignored_and_reset_locks_again(chip: Chip) -> None:
    chip.controller.reset()
    chip.program(BASE, DATA)
    assert chip.peek(Register.CR) & Control.LOCK
    assert chip.peek(Register.SR) == Status.PGSERR
    assert chip.bus.read(BASE, 8) == b"\xff" * 8


def test_a_double_word_is_programmed_once_or_zeroed(chip: Chip) -> None:
    chip.program(BASE, DATA)
    chip.program(BASE, bytes(8))
    assert chip.bus.read(BASE, 8) == bytes(8)
    chip.program(BASE, DATA)
    assert chip.peek(Register.SR) == Status.PROGERR
    assert chip.bus.read(BASE, 8) == bytes(8)


@pytest.mark.parametrize(
    ("offset", "data", "flag"),
    [(4, DATA, Status.PGAERR), (0, DATA[:2], Status.SIZERR), (0, DATA[:3], Status.SIZERR)],
)
def test_a_wrong_write_is_flagged(chip: Chip, offset: int, data: bytes, flag: Status) -> None:
    chip.program(BASE + offset, data)
    assert chip.peek(Register.SR) & flag
    assert chip.bus.read(BASE, 16) == b"\xff" * 16


def test_an_error_blocks_until_it_is_cleared(chip: Chip) -> None:
    chip.program(BASE, DATA[:2])
    chip.program(BASE, DATA)
    assert chip.peek(Register.SR) == Status.SIZERR | Status.PGSERR
    chip.poke(Register.SR, 0xC3FA)
    chip.program(BASE, DATA)
    assert chip.peek(Register.SR) == 0
    assert chip.bus.read(BASE, 8) == DATA


@given(page=st.integers(0, SIZE // PAGE - 1))
def test_an_erased_page_is_the_one_that_was_named(page: int) -> None:
    chip = Chip()
    chip.cells.fill(BASE, SIZE, 0)
    bank, number = divmod(page, 256)
    chip.poke(Register.CR, Control.PER | number << 3 | (Control.BKER if bank else 0))
    chip.poke(Register.CR, chip.peek(Register.CR) | Control.STRT)
    content = chip.bus.read(BASE, SIZE)
    assert content.count(0xFF) == PAGE
    assert content.find(0xFF) == page * PAGE


def test_a_bank_is_erased_alone(chip: Chip) -> None:
    for address in (BASE, BASE + SIZE // 2):
        chip.program(address, DATA)
    chip.poke(Register.CR, Control.MER2)
    chip.poke(Register.CR, Control.MER2 | Control.STRT)
    assert chip.bus.read(BASE, 8) == DATA
    assert chip.bus.read(BASE + SIZE // 2, 8) == b"\xff" * 8
