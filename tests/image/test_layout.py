"""Places of cases in an image, which are the same whatever else is in it."""

from __future__ import annotations

from pathlib import Path

import pytest
from elftools.elf.elffile import ELFFile
from elftools.elf.sections import SymbolTableSection
from hypothesis import given
from hypothesis import strategies as st

from hilbench.chips import Chip, Placement, chip_names, load_chip
from hilbench.errors import ToolchainMissing
from hilbench.image import Builder, Image, Toolchain, find_toolchain
from hilbench.image.layout import Layout
from hilbench.operators import Layer
from hilbench.operators.registry import load_operators
from tests.image.handmade import handmade_case

CASE = load_operators().layer(operator="add", in_h=5, in_w=5, in_c=3)
WAYS = st.sampled_from([8, 32, 4096, 8192])
BESIDE_A_CASE = (
    "time_run",
    "empty_kernel",
    "hb_caches_flush",
    "memcpy",
    "hb_arena",
    "hb_stack_top",
    "selected",
)
"""Symbols that run or are accessed while a case is measured."""


@pytest.fixture(scope="module")
def helped(tmp_path_factory: pytest.TempPathFactory) -> Layer:
    """A case that calls a memory function, with a table of its own."""
    return handmade_case(
        tmp_path_factory.mktemp("operators"),
        "helped",
        "memcpy(out + i, &table[(uint8_t)in[i]], (size_t)one); out[i] = in[i];",
        prelude="#include <stddef.h>\nvoid *memcpy(void *, const void *, size_t);\n"
        "static volatile int one = 1; static const volatile int8_t kept[256] = {1};\n"
        "#define table ((const int8_t *)kept)",
    )


def built(
    chip: Chip,
    toolchain: Toolchain,
    cache: Path,
    *cases: Layer,
    layout: int = 0,
    placement: Placement = Placement.FLASH,
) -> Image:
    """The one image of the cases."""
    result = Builder(chip, toolchain, cache_dir=cache, layout=layout, placement=placement).build(cases)
    assert result.refused == ()
    (image,) = result.images
    return image


def addresses(image: Image) -> dict[str, int]:
    """Address of each symbol of code or data."""
    with image.elf.open("rb") as stream:
        table = ELFFile(stream).get_section_by_name(".symtab")
        assert isinstance(table, SymbolTableSection)
        return {each.name: each["st_value"] for each in table.iter_symbols() if not each.name.startswith("$")}


def placements(chip: Chip) -> list[Placement]:
    tight = any(memory.kind == "itcm" for memory in chip.memories.values())
    return [Placement.FLASH, Placement.TCM] if tight else [Placement.FLASH]


def period(chip: Chip, address: int) -> int:
    """Bytes after which an address meets the same lines again; in tightly coupled memory no cache matters."""
    tight = (memory for memory in chip.memories.values() if memory.kind == "itcm")
    return (
        32 if any(memory.base <= address < memory.base + memory.size for memory in tight) else chip.way_bytes
    )


@pytest.mark.parametrize("name", chip_names())
def test_a_case_lies_at_the_same_lines_and_sets_whatever_its_neighbours(
    name: str, toolchain: Toolchain, cache: Path, conv: Layer, add: Layer, helped: Layer
) -> None:
    chip = load_chip(name)
    for placement in placements(chip):
        alone = addresses(built(chip, toolchain, cache, conv, placement=placement))
        among = addresses(built(chip, toolchain, cache, helped, add, conv, placement=placement))
        own = {symbol for symbol in alone if symbol.startswith(f"case_{conv.digest}")}
        assert own
        assert alone[f"case_{conv.digest}"] != among[f"case_{conv.digest}"]
        for symbol in own:
            way = period(chip, alone[symbol])
            assert alone[symbol] % way == among[symbol] % way, symbol
        for symbol in BESIDE_A_CASE:
            assert alone[symbol] == among[symbol], symbol


def test_functions_and_tables_begin_at_cache_lines(
    chip: Chip, toolchain: Toolchain, cache: Path, conv: Layer, add: Layer
) -> None:
    found = addresses(built(chip, toolchain, cache, add, conv))
    for case in (conv, add):
        assert (found[f"case_{case.digest}"] & ~1) % chip.way_bytes == 0
        own = (place for symbol, place in found.items() if symbol.startswith(f"case_{case.digest}_"))
        assert all(place & ~1 and (place & ~1) % 32 == 0 for place in own)


def test_the_runtime_library_lies_at_the_same_sets_whatever_else_is_called(
    chip: Chip, cache: Path, tmp_path: Path
) -> None:
    try:
        gcc = find_toolchain("gcc")
    except ToolchainMissing as missing:
        pytest.skip(str(missing))
    divides = handmade_case(
        tmp_path,
        "divides",
        "quotient = quotient / (in[i] | 1); out[i] = in[i];",
        prelude="static volatile long long quotient;",
    )
    converts = handmade_case(
        tmp_path,
        "converts",
        "whole = (long long)real; out[i] = in[i];",
        prelude="static volatile long long whole; static volatile double real;",
    )
    alone = addresses(built(chip, gcc, cache, divides))
    among = addresses(built(chip, gcc, cache, converts, divides))
    assert len(among.keys() - alone.keys()) > 3
    for symbol in ("__aeabi_ldivmod", "__udivmoddi4"):
        assert alone[symbol] % chip.way_bytes == among[symbol] % chip.way_bytes


@pytest.mark.parametrize("name", chip_names())
def test_other_layouts_lie_elsewhere_and_always_at_the_same_place(
    name: str, toolchain: Toolchain, cache: Path, conv: Layer, add: Layer
) -> None:
    chip = load_chip(name)
    function, table = f"case_{conv.digest}", f"case_{conv.digest}_bias"
    places = []
    for number in range(4):
        alone = addresses(built(chip, toolchain, cache, conv, layout=number))
        among = addresses(built(chip, toolchain, cache, add, conv, layout=number))
        for symbol in (function, table):
            assert alone[symbol] % chip.way_bytes == among[symbol] % chip.way_bytes
        places.append((alone[function], alone[table] - alone[function]))
    assert len(set(places)) == len(places)


def test_each_layout_has_a_digest_of_its_own(
    chip: Chip, toolchain: Toolchain, cache: Path, conv: Layer
) -> None:
    digests = {built(chip, toolchain, cache, conv, layout=number).digest for number in range(3)}
    assert len(digests) == 3


@given(WAYS, st.integers(0, 50), st.integers(0, 20_000), st.integers(0, 20_000))
def test_a_footprint_holds_its_parts_and_their_shifts(
    way: int, number: int, code: int, constants: int
) -> None:
    layout = Layout(way, number)
    room = layout.footprint(code, constants)
    assert room % way == 0
    assert room >= code + constants + layout.code_shift + layout.constants_shift
    if not number:
        assert room < code + constants + way + 2 * 8 * 32 + 1


@given(WAYS, st.integers(0, 50), st.integers(0, 3000))
def test_tensors_are_shifted_within_the_arena(way: int, number: int, room: int) -> None:
    shift = Layout(way, number).arena_shift(CASE.arena.bytes, room)
    assert shift % 16 == 0
    assert shift == 0 or shift + CASE.arena.bytes <= room
    assert number or shift == 0


def test_a_way_is_a_power_of_two(chip: Chip) -> None:
    with pytest.raises(ValueError, match="power of two"):
        Chip.model_validate(chip.model_dump() | {"way_bytes": 24})
