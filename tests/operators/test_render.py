"""Sources: literals that survive the trip through C text, and what a rendered file holds."""

from __future__ import annotations

import re

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from hilbench.grids import load_grid
from hilbench.operators import load_operators, render
from hilbench.operators.c_literals import c_array

OPERATORS = load_operators()
FINITE = st.floats(width=32, allow_nan=False, allow_infinity=False)


@given(st.lists(FINITE, min_size=1, max_size=40))
def test_float_literals_are_exact(values: list[float]) -> None:
    literals = [text.strip() for text in c_array(np.array(values, np.float32)).split(",")]
    assert all(re.fullmatch(r"-?\d+(\.\d+)?(e[+-]\d+)?f", text) for text in literals)
    assert all("." in text or "e" in text for text in literals)
    assert [np.float32(text.removesuffix("f")) for text in literals] == values


@given(st.lists(st.integers(-128, 127), min_size=1, max_size=300))
def test_integer_literals_wrap_within_the_line(values: list[int]) -> None:
    text = c_array(np.array(values, np.int8))
    assert [int(literal) for literal in text.split(",")] == values
    assert max(map(len, text.splitlines())) <= 110


def test_packed_words_are_hexadecimal() -> None:
    assert c_array(np.array([1, 0xFFFF0002], np.uint32)).split() == ["0x00000001u,", "0xffff0002u"]


def test_sources_are_reproducible_and_specialised() -> None:
    for layer in load_grid("quick", OPERATORS):
        source = render(layer, "hb_case_7")
        assert source == render(layer, "hb_case_7")
        assert (
            "void hb_case_7(const void *const inputs[HB_MAX_INPUTS], void *output, void *scratch)" in source
        )
        assert layer.digest in source
        assert "{{" not in source
        assert "{%" not in source


def test_constants_carry_the_symbol() -> None:
    layer = OPERATORS.layer(operator="conv2d", in_h=4, in_w=4, in_c=4, out_c=4)
    names = re.findall(r"^static const \w+ (\w+)\[", render(layer, "kernel"), flags=re.MULTILINE)
    assert names == ["kernel_weights", "kernel_bias", "kernel_multiplier", "kernel_shift"]
