"""Exponentials against the true ones, and bit for bit against their twins in the firmware."""

from __future__ import annotations

import ctypes
import math

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from hilbench.quantization import fixed_exponential, float_exponential
from tests.quantization.c_twin import compiled

ONE = 2**31
FIXED_ERROR = 512
"""Error of the fixed-point exponential, in units of 2**-31: the series ends with the fourth power."""
RECIPROCAL_ERROR = 8
LEAST = -87.0
"""Least argument below which the float exponential counts as 0."""


@pytest.fixture(scope="module")
def twin(tmp_path_factory: pytest.TempPathFactory) -> ctypes.CDLL:
    library = compiled(
        tmp_path_factory.mktemp("exponentials"),
        '#include "softmax.h"\n#include "float_exponential.h"\n'
        "int32_t fixed_exp(int32_t v) { return hb_exp_of_negative(v); }\n"
        "int32_t reciprocal(int32_t v) { return hb_reciprocal_of_one_plus(v); }\n"
        "float float_exp(float v) { return hb_expf_of_negative(v); }\n",
    )
    library.float_exp.argtypes, library.float_exp.restype = [ctypes.c_float], ctypes.c_float
    return library


@given(st.one_of(st.integers(-(2**31), 0), st.integers(0, 31).map(lambda bit: -(1 << bit))))
@example(0)
@example(-(2**24) - 1)
def test_the_fixed_exponential_is_near_the_true_one(twin: ctypes.CDLL, value: int) -> None:
    (result,) = fixed_exponential.exp_of_negative(np.array([value])).tolist()
    assert abs(result - ONE * math.exp(value / 2**fixed_exponential.DIFFERENCE_BITS)) < FIXED_ERROR
    assert result == twin.fixed_exp(value)


def test_the_fixed_exponential_of_nothing_is_as_near_to_one_as_it_gets() -> None:
    results = fixed_exponential.exp_of_negative(np.array([0, -1, 0]))
    assert results[0] == results[2] == fixed_exponential.ONE == ONE - 1
    assert results[1] < ONE


@given(st.integers(0, ONE - 1))
@example(0)
@example(ONE - 1)
def test_the_reciprocal_is_near_the_true_one(twin: ctypes.CDLL, value: int) -> None:
    (result,) = fixed_exponential.reciprocal_of_one_plus(np.array([value])).tolist()
    assert abs(result - ONE / (1 + value / ONE)) < RECIPROCAL_ERROR
    assert result == twin.reciprocal(value)


@given(st.floats(LEAST, 0, width=32))
@example(0.0)
@example(LEAST)
def test_the_float_exponential_is_within_two_units_of_the_true_one(twin: ctypes.CDLL, value: float) -> None:
    (result,) = float_exponential.exp_of_negative(np.array([value], np.float32))
    true = math.exp(value)
    assert abs(float(result) - true) <= 2 * np.spacing(np.float32(true))
    assert result == np.float32(twin.float_exp(value))


@given(st.floats(max_value=float(np.nextafter(np.float32(LEAST), np.float32(-100))), width=32))
def test_the_float_exponential_of_less_is_zero(twin: ctypes.CDLL, value: float) -> None:
    assert float_exponential.exp_of_negative(np.array([value], np.float32)).tolist() == [0.0]
    assert twin.float_exp(value) == 0.0
