"""Changes to a word of an STM32L0's flash, seen through the registers and the array."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hilbench.virtual.bus import MemoryBlock
from hilbench.virtual.peripherals.stm32l0.flash import (
    HALF_PAGE,
    PAGE,
    Control,
    FlashController,
    Register,
    Status,
)
from tests.virtual.flash_chip import FlashChip

BASE = 0x0800_0000
SIZE = 0x8000
KEYS = (0x89ABCDEF, 0x02030405)
PROGRAM_KEYS = (0x8C9DAEBF, 0x13141516)
DATA = bytes(range(1, HALF_PAGE + 1))


class Chip(FlashChip):
    """A bus with erased flash and its controller, and short names for its registers."""

    def __init__(self) -> None:
        cells = MemoryBlock(BASE, SIZE, writable=False)
        super().__init__([cells], FlashController(cells), range(0x4002_0000, 0x4003_0000))

    def unlock(self) -> None:
        for key in KEYS:
            self.poke(Register.PEKEYR, key)
        for key in PROGRAM_KEYS:
            self.poke(Register.PRGKEYR, key)

    def flags(self) -> set[Status]:
        return {each for each in Status if self.peek(Register.SR) & each} - {Status.ENDHV, Status.READY}


@pytest.fixture
def chip() -> Chip:
    return Chip()


@pytest.fixture
def open_chip(chip: Chip) -> Chip:
    chip.unlock()
    return chip


def test_locked_after_reset_so_a_write_changes_nothing(chip: Chip) -> None:
    assert chip.peek(Register.PECR) == Control.PELOCK | Control.PRGLOCK | Control.OPTLOCK
    chip.program(BASE, DATA[:4])
    assert chip.bus.read(BASE, 4) == bytes(4)
    assert chip.flags() == {Status.WRPERR}


def test_the_program_lock_opens_only_behind_the_first(chip: Chip) -> None:
    for key in PROGRAM_KEYS:
        chip.poke(Register.PRGKEYR, key)
    assert chip.peek(Register.PECR) & Control.PRGLOCK
    chip.unlock()
    assert chip.peek(Register.PECR) == Control.OPTLOCK


def test_locking_the_control_register_locks_everything(open_chip: Chip) -> None:
    open_chip.poke(Register.PECR, Control.PELOCK)
    assert open_chip.peek(Register.PECR) & (Control.PELOCK | Control.PRGLOCK)
    open_chip.program(BASE, DATA[:4])
    assert open_chip.bus.read(BASE, 4) == bytes(4)


def test_a_page_erases_to_zeros_and_leaves_its_neighbours(open_chip: Chip) -> None:
    open_chip.program(BASE, DATA[:4])
    open_chip.program(BASE + PAGE, DATA[:4])
    open_chip.poke(Register.PECR, Control.ERASE | Control.PROG)
    open_chip.program(BASE + PAGE + 8, bytes(4))
    assert open_chip.bus.read(BASE + PAGE, PAGE) == bytes(PAGE)
    assert open_chip.bus.read(BASE, 4) == DATA[:4]


def test_a_half_page_is_programmed_when_it_is_full(open_chip: Chip) -> None:
    open_chip.poke(Register.PECR, Control.FPRG | Control.PROG)
    open_chip.program(BASE + HALF_PAGE, DATA[:-4])
    assert open_chip.bus.read(BASE + HALF_PAGE, HALF_PAGE) == bytes(HALF_PAGE)
    open_chip.program(BASE + 2 * HALF_PAGE - 4, DATA[-4:])
    assert open_chip.bus.read(BASE + HALF_PAGE, HALF_PAGE) == DATA
    assert open_chip.flags() == {Status.EOP}


@pytest.mark.parametrize("address", [BASE + 4, BASE + HALF_PAGE - 4])
def test_a_half_page_begins_at_its_beginning(open_chip: Chip, address: int) -> None:
    open_chip.poke(Register.PECR, Control.FPRG | Control.PROG)
    open_chip.program(address, DATA[:4])
    assert open_chip.flags() == {Status.PGAERR}


def test_what_is_not_erased_keeps_its_content(open_chip: Chip) -> None:
    open_chip.program(BASE, DATA[:4])
    open_chip.program(BASE, DATA[4:8])
    assert open_chip.bus.read(BASE, 4) == DATA[:4]
    assert Status.NOTZEROERR in open_chip.flags()
    open_chip.poke(Register.SR, Status.NOTZEROERR | Status.EOP)
    assert open_chip.flags() == set()


def test_the_array_takes_words_only(open_chip: Chip) -> None:
    open_chip.bus.write(BASE, b"\x01")
    assert open_chip.bus.read(BASE, 4) == bytes(4)
    assert open_chip.flags() == {Status.SIZERR}


@given(
    st.integers(0, SIZE // 4 - 64), st.binary(min_size=4, max_size=256).filter(lambda data: not len(data) % 4)
)
def test_erased_flash_takes_any_words(word: int, data: bytes) -> None:
    chip = Chip()
    chip.unlock()
    chip.program(BASE + 4 * word, data)
    assert chip.bus.read(BASE + 4 * word, len(data)) == data
