"""The integer references are TFLite's, bit for bit; no tolerance."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hilbench.grids import load_grid
from hilbench.operators import OperatorCase
from hilbench.tensors import DType
from tests.operators.case_strategies import CONVERSIONS, OPERATORS, RECURRENT, TYPED, cases
from tests.trial import Trial

pytest.importorskip("ai_edge_litert")
from tests.operators.tflite_model import run_tflite


def assert_bit_exact(case: OperatorCase) -> None:
    trial = Trial.of(case)
    np.testing.assert_array_equal(trial.reference(), run_tflite(trial))


@pytest.mark.parametrize(
    ("operator", "dtype"), [each for each in TYPED if each[1].quantized and each[0] not in CONVERSIONS]
)
@given(data=st.data())
@settings(max_examples=50, deadline=None)
def test_reference_is_bit_exact(operator: str, dtype: DType, data: st.DataObject) -> None:
    assert_bit_exact(data.draw(cases(operator, dtype, explicit_padding=False)))  # TFLite knows none


@pytest.mark.parametrize(
    "shape",
    [
        {"operator": "conv2d", "in_c": 4, "out_c": 64, "kernel_h": 2},
        {"operator": "depthwise_conv2d", "in_c": 64, "kernel_w": 3},
        {"operator": "pointwise_conv2d", "in_c": 16, "out_c": 64},
        {"operator": "grouped_conv2d", "in_c": 8, "out_c": 64, "groups": 4},
        {"operator": "fully_connected", "in_h": 1, "in_w": 8, "in_c": 1, "out_c": 20_000},
        {"operator": "conv2d", "in_c": 4, "out_c": 64, "kernel_h": 2, "dtype": "int16x8"},
        {"operator": "fully_connected", "in_h": 1, "in_w": 8, "in_c": 1, "out_c": 20_000, "dtype": "int16x8"},
        {"operator": "conv2d", "in_c": 4, "out_c": 64, "kernel_h": 2, "dtype": "int8x4"},
        {"operator": "transpose_conv2d", "in_c": 8, "out_c": 64, "kernel_h": 2},
        {"operator": "add", "in_c": 64},
        {"operator": "mul", "in_c": 64},
        {"operator": "mean", "in_h": 3, "in_c": 2000},
        {"operator": "softmax", "in_c": 64},
        {"operator": "average_pool2d", "in_c": 64, "stride": 1},
    ],
    ids=lambda shape: f"{shape['operator']} {shape.get('dtype', 'int8')}",
)
def test_rare_roundings_are_bit_exact(shape: dict[str, Any]) -> None:
    """Rounding once differs from rounding twice in one output of some 2000; here are about 20 000."""
    assert_bit_exact(OPERATORS.case(**({"in_h": 18, "in_w": 18} | shape)))


@pytest.mark.parametrize("operator", ["conv2d", "depthwise_conv2d", "fully_connected"])
@pytest.mark.parametrize("weight", [127, -128])
def test_sums_beyond_32_bits_are_bit_exact(operator: str, weight: int) -> None:
    """int16 activations are summed in 64 bits; the output's scale is widened so that not all saturate."""
    kernel = 1 if operator == "fully_connected" else 47
    size = {"in_h": kernel, "in_w": kernel, "padding": "same" if kernel == 1 else "valid"}
    case = OPERATORS.case(
        operator=operator,
        in_c=2209 // kernel**2,
        out_c=2209 // kernel**2,
        kernel_h=kernel,
        kernel_w=kernel,
        dtype="int16x8",
        **size,
    )
    plain = Trial.of(case)
    output = plain.constants.output_quantization
    trial = plain.with_inputs(np.full_like(plain.inputs[0], 32767)).with_constants(
        weights=np.full_like(plain.constants.weights, weight),
        output_quantization=replace(output, scale=output.scale * 200),
    )
    reference = trial.reference()
    assert (np.abs(reference) < 32767).all()
    np.testing.assert_array_equal(reference, run_tflite(trial))


@pytest.mark.slow
@pytest.mark.parametrize("grid", ["quick", "efficiency", "full"])
def test_every_grid_case_is_bit_exact(grid: str) -> None:
    for layer in load_grid(grid, OPERATORS):
        if layer.case.dtype.quantized and layer.case.operator not in CONVERSIONS | RECURRENT:
            assert_bit_exact(layer.case)
