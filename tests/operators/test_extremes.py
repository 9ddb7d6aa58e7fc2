"""Convolutions of nothing but extreme values: the largest sums, padding at either end of the range."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from hilbench.cases import Activation, OperatorCase, Tensors
from tests.operators.case_strategies import OPERATORS
from tests.operators.host_c import GCC, run_all

SHAPES = [
    {"operator": "conv2d", "in_c": 20, "out_c": 5, "kernel_h": 3, "kernel_w": 3},
    {"operator": "conv2d", "in_c": 3, "out_c": 4, "kernel_h": 5, "kernel_w": 2, "stride": 2},
    {"operator": "conv2d", "in_c": 128, "out_c": 2, "kernel_h": 3, "kernel_w": 3, "variant": "winograd"},
    {"operator": "pointwise_conv2d", "in_c": 33, "out_c": 6},
    {"operator": "grouped_conv2d", "in_c": 12, "out_c": 8, "groups": 4, "kernel_h": 3, "kernel_w": 3},
    {"operator": "depthwise_conv2d", "in_c": 6, "out_c": 12, "kernel_h": 3, "kernel_w": 3},
    {"operator": "depthwise_conv2d", "in_c": 3, "kernel_h": 5, "kernel_w": 5, "stride": 2},
    {"operator": "fully_connected", "in_c": 9, "out_c": 7},
]


def extreme(case: OperatorCase, *, value: int, weight: int, zero_point: int) -> Tensors:
    """The case's tensors with constant inputs and weights, and zero points at an end of the range."""
    tensors = case.operator.tensors(case)
    return replace(
        tensors,
        inputs=(np.full_like(tensors.inputs[0], value),),
        weights=np.full_like(tensors.weights, weight),
        input_quantization=(replace(tensors.input_quantization[0], zero_point=zero_point),),
        output_quantization=replace(tensors.output_quantization, zero_point=-1 - zero_point),
    )


@pytest.mark.skipif(GCC is None, reason="needs gcc on PATH: apt install gcc")
@pytest.mark.parametrize("zero_point", [-128, 127])
@pytest.mark.parametrize(("value", "weight"), [(-128, 127), (127, -127), (-128, -128), (127, 127)])
def test_extremes_are_bit_exact(
    monkeypatch: pytest.MonkeyPatch, value: int, weight: int, zero_point: int
) -> None:
    batch = [
        OPERATORS.case(**({"variant": "dsp"} | shape), in_h=5, in_w=7, activation=activation)
        for shape in SHAPES
        for activation in Activation
    ]
    tensors = [extreme(case, value=value, weight=weight, zero_point=zero_point) for case in batch]
    by_case = dict(zip(batch, tensors, strict=True))
    for operator in {case.operator for case in batch}:
        monkeypatch.setattr(operator, "tensors", by_case.__getitem__)
    for case, data, output in zip(batch, tensors, run_all(batch, tensors), strict=True):
        np.testing.assert_array_equal(output, case.operator.reference(case, data), err_msg=str(case))
