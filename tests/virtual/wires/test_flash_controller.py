"""Changes to a byte of flash, seen through the registers and the array."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hilbench.virtual.bus import MemoryBlock
from hilbench.virtual.peripherals.stm32h7.flash import FlashController
from hilbench.virtual.peripherals.stm32h7.flash_bank import FLASH_WORD, SECTOR
from hilbench.virtual.peripherals.stm32h7.flash_registers import KEYS, OPTION_KEYS, Control, Register, Status
from tests.virtual.flash_chip import FlashChip

BASE = 0x0800_0000
SIZE = 16 * SECTOR
BANK_2 = 0x100
WORD = bytes(range(FLASH_WORD))


class Chip(FlashChip):
    """A bus with erased flash and its controller, and short names for its registers."""

    def __init__(self) -> None:
        cells = MemoryBlock(BASE, SIZE, writable=False, fill=0xFF)
        super().__init__([cells], FlashController(cells), range(0x5200_0000, 0x5201_0000))

    def unlock(self, bank: int = 0) -> None:
        for key in KEYS:
            self.poke(Register.KEYR + bank, key)

    def flags(self, bank: int = 0) -> set[Status]:
        word = self.peek(Register.SR + bank)
        return {each for each in Status if word & each}


@pytest.fixture
def chip() -> Chip:
    return Chip()


@pytest.fixture
def open_chip(chip: Chip) -> Chip:
    """Both banks unlocked and in programming mode."""
    for bank in (0, BANK_2):
        chip.unlock(bank)
        chip.poke(Register.CR + bank, Control.PG)
    return chip


def test_locked_after_reset_so_writes_change_nothing(chip: Chip) -> None:
    chip.poke(Register.CR, Control.PG)
    chip.program(BASE, WORD)
    assert chip.peek(Register.CR) & Control.LOCK
    assert chip.bus.read(BASE, FLASH_WORD) == b"\xff" * FLASH_WORD
    assert Status.PGSERR in chip.flags()


def test_keys_unlock_their_own_bank_alone(chip: Chip) -> None:
    chip.unlock(BANK_2)
    assert chip.peek(Register.CR) & Control.LOCK
    assert not chip.peek(Register.CR + BANK_2) & Control.LOCK


def test_a_wrong_key_locks_until_reset(chip: Chip) -> None:
    chip.poke(Register.KEYR, 0xDEAD_BEEF)
    chip.unlock()
    assert chip.peek(Register.CR) & Control.LOCK
    chip.controller.reset()
    chip.unlock()
    assert not chip.peek(Register.CR) & Control.LOCK


def test_keys_in_the_wrong_order_do_not_unlock(chip: Chip) -> None:
    for key in reversed(KEYS):
        chip.poke(Register.KEYR, key)
    assert chip.peek(Register.CR) & Control.LOCK


def test_setting_lock_locks_again(open_chip: Chip) -> None:
    open_chip.poke(Register.CR, Control.LOCK)
    open_chip.program(BASE, WORD)
    assert open_chip.bus.read(BASE, 1) == b"\xff"


def test_programming_needs_pg(chip: Chip) -> None:
    chip.unlock()
    chip.program(BASE, WORD)
    assert Status.PGSERR in chip.flags()
    assert chip.bus.read(BASE, 1) == b"\xff"


def test_a_flash_word_is_programmed_when_it_is_full(open_chip: Chip) -> None:
    open_chip.program(BASE, WORD[:28])
    assert open_chip.bus.read(BASE, 28) == b"\xff" * 28
    assert Status.WBNE in open_chip.flags()
    open_chip.program(BASE + 28, WORD[28:])
    assert open_chip.bus.read(BASE, FLASH_WORD) == WORD
    assert open_chip.flags() == set()


def test_force_write_programs_what_there_is(open_chip: Chip) -> None:
    open_chip.program(BASE, WORD[:4])
    open_chip.poke(Register.CR, Control.PG | Control.FW)
    assert open_chip.bus.read(BASE, 8) == WORD[:4] + b"\xff" * 4


def test_bits_only_clear_and_an_overwrite_is_flagged(open_chip: Chip) -> None:
    open_chip.program(BASE, b"\x0f" * FLASH_WORD)
    open_chip.program(BASE, b"\xf3" * FLASH_WORD)
    assert open_chip.bus.read(BASE, FLASH_WORD) == b"\x03" * FLASH_WORD
    assert Status.PGSERR in open_chip.flags()
    open_chip.poke(Register.CCR, Status.PGSERR)
    assert open_chip.flags() == set()


def test_leaving_a_half_written_word_is_inconsistent(open_chip: Chip) -> None:
    open_chip.program(BASE, WORD[:4])
    open_chip.program(BASE + FLASH_WORD, WORD[:4])
    assert Status.INCERR in open_chip.flags()


def test_writing_a_byte_twice_is_a_strobe_error(open_chip: Chip) -> None:
    open_chip.program(BASE, WORD[:4])
    open_chip.program(BASE, WORD[:4])
    assert Status.STRBERR in open_chip.flags()


def test_erasing_a_sector_leaves_its_neighbours(open_chip: Chip) -> None:
    for sector in range(3):
        open_chip.program(BASE + sector * SECTOR, WORD)
    open_chip.poke(Register.CR, Control.SER | Control.START | 1 << 8)
    assert open_chip.bus.read(BASE, FLASH_WORD) == WORD
    assert open_chip.bus.read(BASE + SECTOR, SECTOR) == b"\xff" * SECTOR
    assert open_chip.bus.read(BASE + 2 * SECTOR, FLASH_WORD) == WORD


def test_erasing_a_bank_leaves_the_other(open_chip: Chip) -> None:
    second = BASE + SIZE // 2
    open_chip.program(BASE, WORD)
    open_chip.program(second, WORD)
    open_chip.poke(Register.CR + BANK_2, Control.BER | Control.START)
    assert open_chip.bus.read(BASE, FLASH_WORD) == WORD
    assert open_chip.bus.read(second, FLASH_WORD) == b"\xff" * FLASH_WORD


def test_starting_nothing_is_a_sequence_error(open_chip: Chip) -> None:
    open_chip.poke(Register.CR, Control.START)
    assert Status.PGSERR in open_chip.flags()


def test_end_of_operation_is_flagged_only_when_asked_for(open_chip: Chip) -> None:
    open_chip.poke(Register.CR, Control.PG | Control.EOPIE)
    open_chip.program(BASE, WORD)
    assert Status.EOP in open_chip.flags()


def test_a_write_protected_sector_refuses(chip: Chip) -> None:
    for key in OPTION_KEYS:
        chip.poke(Register.OPTKEYR, key)
    chip.poke(Register.WPSN_PRG, 0xFE)
    chip.poke(Register.OPTCR, 2)
    chip.unlock()
    chip.poke(Register.CR, Control.PG)
    chip.program(BASE, WORD)
    chip.poke(Register.CR, Control.SER | Control.START)
    assert Status.WRPERR in chip.flags()
    assert chip.bus.read(BASE, 1) == b"\xff"


def test_options_need_their_own_keys(chip: Chip) -> None:
    before = chip.peek(Register.OPTSR_CUR)
    chip.poke(Register.OPTSR_PRG, 0)
    chip.poke(Register.OPTCR, 2)
    assert chip.peek(Register.OPTSR_CUR) == before
    assert before >> 8 & 0xFF == 0xAA  # readout protection level 0, or pyOCD takes the chip for locked


@given(
    first=st.integers(0, SIZE // FLASH_WORD - 8).map(lambda n: n * FLASH_WORD),
    words=st.integers(1, 8),
    data=st.data(),
)
def test_erased_flash_takes_any_aligned_words_without_error(
    first: int, words: int, data: st.DataObject
) -> None:
    chip = Chip()
    for bank in (0, BANK_2):
        chip.unlock(bank)
        chip.poke(Register.CR + bank, Control.PG)
    content = data.draw(st.binary(min_size=words * FLASH_WORD, max_size=words * FLASH_WORD))
    chip.program(BASE + first, content)
    assert chip.bus.read(BASE + first, len(content)) == content
    assert chip.flags() == chip.flags(BANK_2) == set()
