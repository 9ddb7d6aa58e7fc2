"""The order of an inner loop's instructions changes nothing but their order."""

from __future__ import annotations

import re

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from hilbench.kernels.smlad_microkernel import Tile
from hilbench.kernels.tap_schedule import Traversal


def straight(steps: int) -> Traversal:
    """One body that reads its run word by word."""
    return Traversal(1, tuple(range(0, 4 * steps, 4)), (-4,), np.empty((1, steps, 2), np.int64))


def execute(tile: Tile, lines: list[str]) -> dict[str, dict[str, int]]:
    """Counts, for each sum, of the products of activations and weights that it took, by their offsets."""
    words: dict[str, str] = {}
    sums: dict[str, dict[str, int]] = {}
    for line in lines:
        if load := re.fullmatch(r"ldr\.w (\w+), \[r([01]), #(\d+)\]", line):
            words[load[1]] = f"r{load[2]}+{load[3]}"
            continue
        match = re.fullmatch(r"(smuad|smlad) (\w+), (\w+), (\w+)(?:, (\w+))?", line)
        assert match is not None
        assert (match[1] == "smuad") == (match[2] not in sums), "a sum begins once"
        assert match[5] in (None, match[2])
        product = f"{words[match[3]]} * {words[match[4]]}"
        products = sums.setdefault(match[2], {})
        products[product] = products.get(product, 0) + 1
    return sums


@given(
    channels=st.sampled_from([1, 2]),
    pixels=st.integers(1, 4),
    steps=st.integers(1, 12),
    pixel_words=st.integers(1, 12),
    eager=st.booleans(),
)
def test_each_word_meets_each(channels: int, pixels: int, steps: int, pixel_words: int, eager: bool) -> None:
    tile = Tile(channels, pixels, 4 * pixel_words, straight(steps), from_zero=True)
    sums = execute(tile, list(tile.body(eager=eager)))
    for channel, row in enumerate(tile.sums):
        for pixel, register in enumerate(row):
            expected = {
                f"r0+{4 * (pixel * pixel_words + step)} * r1+{4 * (step * channels + channel)}": 1
                for step in range(steps)
            }
            assert sums.pop(register) == expected
    assert not sums


@given(channels=st.sampled_from([1, 2]), pixels=st.integers(1, 2), eager=st.booleans())
def test_wide_sums_are_pairs_of_registers(channels: int, pixels: int, eager: bool) -> None:
    tile = Tile(channels, pixels, 4, straight(3), wide=True)
    registers = [register for row in tile.sums for pair in row for register in pair.split(", ")]
    assert len({*registers, *tile.spare}) == len(registers) + len(tile.spare) == 12
    lines = [line for line in tile.body(eager=eager) if not line.startswith("ldr")]
    assert len(lines) == 3 * channels * pixels
    assert all(line.startswith("smlald ") for line in lines)
    assert {line.removeprefix("smlald ").rsplit(", ", 2)[0] for line in lines} == {
        pair for row in tile.sums for pair in row
    }


@given(channels=st.sampled_from([1, 2]), pixels=st.integers(1, 4), eager=st.booleans())
def test_registers_are_kept_apart(channels: int, pixels: int, eager: bool) -> None:
    tile = Tile(channels, pixels, 4, straight(3))
    sums = [register for row in tile.sums for register in row]
    assert len({*sums, *tile.spare}) == len(sums) + len(tile.spare) == 12
    assert len(tile.spare) >= 4


def test_a_dual_issue_core_finds_no_two_loads_in_a_row_after_the_first() -> None:
    lines = list(Tile(2, 4, 64, straight(6)).body(eager=True))
    kinds = "".join("l" if line.startswith("ldr") else "m" for line in lines)
    assert kinds.startswith("llllm")
    assert "ll" not in kinds[4:]


def test_a_single_issue_core_finds_loads_in_rows() -> None:
    lines = list(Tile(2, 4, 64, straight(2)).body(eager=False))
    kinds = "".join("l" if line.startswith("ldr") else "m" for line in lines)
    assert kinds == "llllmmmmllmmmm" * 2
