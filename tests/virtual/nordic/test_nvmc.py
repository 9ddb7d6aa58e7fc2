"""Changes to a word of Nordic's flash, seen through the registers and the array."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hilbench.virtual.bus import BusFault, MemoryBlock
from hilbench.virtual.peripherals.nrf.nvmc import PAGE, Enabled, Nvmc, Register
from tests.virtual.flash_chip import FlashChip

UICR = 0x1000_1000
ONES = b"\xff" * 4
WORD = b"\x12\x34\x56\x78"
BITS = st.binary(min_size=4, max_size=4)


class Chip(FlashChip):
    """A bus with four erased pages, user registers and their controller."""

    def __init__(self, *, page_register: bool = True) -> None:
        flash = MemoryBlock(0, 4 * PAGE, writable=False, fill=0xFF)
        uicr = MemoryBlock(UICR, PAGE, writable=False, fill=0xFF)
        self.nvmc = Nvmc(0x4001_E000, flash, uicr, page_register=page_register)
        super().__init__([flash, uicr], self.nvmc, range(0x4000_0000, 0x4003_0000))

    def write(self, address: int, data: bytes) -> None:
        """Write, with writing enabled meanwhile."""
        self.poke(Register.CONFIG, Enabled.WRITE)
        self.bus.write(address, data)
        self.poke(Register.CONFIG, Enabled.READ)


@pytest.fixture
def chip() -> Chip:
    return Chip()


def test_it_is_ready(chip: Chip) -> None:
    assert chip.bus.read_register(chip.nvmc.base + Register.READY, 4) == 1


@given(first=BITS, second=BITS)
def test_writing_only_clears_bits(first: bytes, second: bytes) -> None:
    chip = Chip()
    chip.write(8, first)
    chip.write(8, second)
    assert chip.bus.read(8, 4) == bytes(a & b for a, b in zip(first, second, strict=True))


@pytest.mark.parametrize("enabled", [Enabled.READ, Enabled.ERASE])
def test_writing_has_to_be_enabled(chip: Chip, enabled: Enabled) -> None:
    chip.poke(Register.CONFIG, enabled)
    for address in (8, UICR + 8):
        with pytest.raises(BusFault):
            chip.bus.write(address, WORD)
        assert chip.bus.read(address, 4) == ONES


@pytest.mark.parametrize(("address", "data"), [(8, b"\0"), (8, b"\0\0"), (9, WORD), (10, WORD)])
def test_only_whole_words_are_written(chip: Chip, address: int, data: bytes) -> None:
    with pytest.raises(BusFault):
        chip.write(address, data)
    assert chip.bus.read(8, 8) == 2 * ONES


def test_a_page_is_erased_and_its_neighbours_stay(chip: Chip) -> None:
    for page in range(4):
        chip.write(page * PAGE, WORD)
    chip.poke(Register.CONFIG, Enabled.ERASE)
    chip.poke(Register.ERASEPAGE, PAGE)
    assert [chip.bus.read(page * PAGE, 4) for page in range(4)] == [WORD, ONES, WORD, WORD]


@pytest.mark.parametrize("register", [Register.ERASEPAGE, Register.ERASEALL, Register.ERASEUICR])
@pytest.mark.parametrize("enabled", [Enabled.READ, Enabled.WRITE])
def test_erasing_has_to_be_enabled(chip: Chip, register: Register, enabled: Enabled) -> None:
    for address in (PAGE, UICR):
        chip.write(address, WORD)
    chip.poke(Register.CONFIG, enabled)
    chip.poke(register, PAGE + 1)
    assert chip.bus.read(PAGE, 4) == chip.bus.read(UICR, 4) == WORD


def test_erase_all_takes_the_user_registers_and_erase_uicr_only_them(chip: Chip) -> None:
    for register, flash in ((Register.ERASEUICR, WORD), (Register.ERASEALL, ONES)):
        chip.write(0, WORD)
        chip.write(UICR, WORD)
        chip.poke(Register.CONFIG, Enabled.ERASE)
        chip.poke(register, 1)
        assert chip.bus.read(UICR, 4) == ONES
        assert chip.bus.read(0, 4) == flash


def test_a_reset_disables_writing_and_keeps_the_cells(chip: Chip) -> None:
    chip.write(0, WORD)
    chip.poke(Register.CONFIG, Enabled.WRITE)
    chip.bus.reset()
    with pytest.raises(BusFault):
        chip.bus.write(4, WORD)
    assert chip.bus.read(0, 4) == WORD


def test_the_nrf91_erases_a_page_whose_first_word_gets_ones() -> None:
    chip = Chip(page_register=False)
    chip.write(PAGE, WORD)
    chip.poke(Register.CONFIG, Enabled.ERASE)
    chip.poke(Register.ERASEPAGE, PAGE)
    assert chip.bus.read(PAGE, 4) == WORD
    chip.bus.write(PAGE, ONES)
    assert chip.bus.read(PAGE, 4) == ONES
