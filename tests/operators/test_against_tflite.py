"""The int8 references are TFLite's, bit for bit; no tolerance."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hilbench.cases import DType, OperatorCase, load_grid
from tests.operators.case_strategies import OPERATORS, cases

pytest.importorskip("ai_edge_litert")
from tests.operators.tflite_model import run_tflite


def assert_bit_exact(case: OperatorCase) -> None:
    tensors = case.operator.tensors(case)
    np.testing.assert_array_equal(case.operator.reference(case, tensors), run_tflite(case, tensors))


@pytest.mark.parametrize("operator", OPERATORS)
@given(data=st.data())
@settings(max_examples=50, deadline=None)
def test_reference_is_bit_exact(operator: str, data: st.DataObject) -> None:
    assert_bit_exact(data.draw(cases(operator, DType.INT8)))


@pytest.mark.slow
@pytest.mark.parametrize("grid", ["quick", "efficiency", "full"])
def test_every_grid_case_is_bit_exact(grid: str) -> None:
    for case in load_grid(grid, OPERATORS):
        if case.dtype is DType.INT8:
            assert_bit_exact(case)
