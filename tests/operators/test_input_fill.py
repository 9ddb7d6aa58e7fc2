"""The device's input generator, against plain integer arithmetic."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hilbench.operators import load_operators
from hilbench.operators.input_fill import fill, fill_inputs, hash_words
from hilbench.tensors import DType, ElementType

SEEDS = st.integers(0, 2**32 - 1)


def word(seed: int, index: int) -> int:
    """One word, with Python's unbounded integers cut to 32 bits at each step."""
    mask = 0xFFFF_FFFF
    x = (index * 0x9E3779B9 + seed) & mask
    x ^= x >> 16
    x = x * 0x7FEB352D & mask
    x ^= x >> 15
    x = x * 0x846CA68B & mask
    return x ^ x >> 16


@given(SEEDS, st.integers(1, 300))
def test_words_are_the_hash_of_their_index(seed: int, count: int) -> None:
    assert hash_words(seed, count).tolist() == [word(seed, index) for index in range(count)]


@given(SEEDS)
def test_int8_is_the_low_byte(seed: int) -> None:
    low_bytes = [word(seed, index) & 0xFF for index in range(64)]
    assert fill(ElementType.INT8, seed, 64).tolist() == [byte - 256 * (byte > 127) for byte in low_bytes]


@given(SEEDS)
def test_float32_is_the_high_bits_exactly(seed: int) -> None:
    values = fill(ElementType.FLOAT32, seed, 64)
    assert values.dtype == np.float32
    assert [float(value) for value in values] == [(word(seed, n) >> 8) / 2**23 - 1 for n in range(64)]


def test_int8_covers_its_range_evenly() -> None:
    counts = np.bincount(fill(ElementType.INT8, 1, 256 * 1000).astype(int) + 128, minlength=256)
    assert counts.min() > 800
    assert counts.max() < 1200


@given(SEEDS)
def test_int16_is_the_low_half(seed: int) -> None:
    halves = [word(seed, index) & 0xFFFF for index in range(64)]
    assert fill(ElementType.INT16, seed, 64).tolist() == [half - 65536 * (half > 32767) for half in halves]


@pytest.mark.parametrize("dtype", [DType.INT8, DType.FLOAT32])
def test_second_input_is_the_next_stream(dtype: DType) -> None:
    case = load_operators().case(operator="add", in_h=3, in_w=4, in_c=5, dtype=dtype)
    first, second = fill_inputs(case.inputs, case.seed)
    assert first.shape == second.shape == (1, 3, 4, 5)
    np.testing.assert_array_equal(first.ravel(), fill(dtype.element, case.seed, 60))
    np.testing.assert_array_equal(second.ravel(), fill(dtype.element, case.seed + 1, 60))
