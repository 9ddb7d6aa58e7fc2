"""Figures of operators: work, bytes, and the cases that they refuse."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hilbench.errors import CaseError
from hilbench.operators import OperatorCase
from hilbench.tensors import DType
from tests.operators.case_strategies import OPERATORS, TYPED, cases
from tests.trial import Trial, layer_of

SHAPE = {"in_h": 8, "in_w": 8, "in_c": 8}


def make(operator: str, **parameters: object) -> OperatorCase:
    return OPERATORS.case(operator=operator, **(SHAPE | parameters))


@pytest.mark.parametrize(
    ("operator", "parameters", "macs", "weight_bytes"),
    [
        ("conv2d", {"out_c": 16, "kernel_h": 3, "kernel_w": 3}, 64 * 16 * 72, 16 * (72 + 9)),
        ("conv2d", {"out_c": 16, "kernel_h": 3, "dtype": "float32"}, 64 * 16 * 24, 16 * (24 + 1) * 4),
        ("conv2d", {"out_c": 16, "kernel_h": 3, "dtype": "int16x8"}, 64 * 16 * 24, 16 * (24 + 13)),
        ("conv2d", {"out_c": 3, "in_c": 3, "dtype": "int8x4"}, 64 * 9, 5 + 3 * 9),
        ("conv2d", {"out_c": 4, "kernel_h": 3, "kernel_w": 3, "padding": "valid"}, 36 * 4 * 72, 4 * 81),
        ("depthwise_conv2d", {"out_c": 16, "kernel_h": 3, "kernel_w": 3}, 64 * 16 * 9, 16 * (9 + 9)),
        ("pointwise_conv2d", {"out_c": 4, "stride": 2}, 16 * 4 * 8, 4 * (8 + 9)),
        ("grouped_conv2d", {"out_c": 4, "groups": 4, "kernel_h": 3}, 64 * 4 * 6, 4 * (6 + 9)),
        ("fully_connected", {"out_c": 10}, 512 * 10, 10 * (512 + 9)),
        ("transpose_conv2d", {"out_c": 4, "kernel_h": 3, "stride": 2}, 64 * 8 * 3 * 4, 4 * (24 + 9)),
        ("add", {}, 512, 0),
        ("sub", {}, 512, 0),
        ("mul", {}, 512, 0),
        ("lookup", {}, 512, 0),
        ("dequantize", {}, 512, 0),
        ("mean", {}, 512, 0),
        ("softmax", {}, 512, 0),
        ("hard_swish", {}, 512, 0),
        ("max_pool2d", {}, 16 * 8 * 4, 0),
        ("average_pool2d", {"kernel_h": 8, "kernel_w": 8, "padding": "valid", "stride": 1}, 512, 0),
        ("upsample_nearest", {"stride": 2}, 256 * 8, 0),
    ],
)
def test_work_and_weights(operator: str, parameters: dict[str, Any], macs: int, weight_bytes: int) -> None:
    layer = layer_of(make(operator, **parameters))
    assert (layer.macs, layer.weight_bytes) == (macs, weight_bytes)


def test_activations_are_all_inputs_and_the_output() -> None:
    assert make("add").activation_bytes == 3 * 512
    assert make("add", dtype="float32").activation_bytes == 3 * 512 * 4
    assert make("conv2d", out_c=4, dtype="int16x8").activation_bytes == 2 * (512 + 256)
    assert make("conv2d", out_c=4, dtype="int8x4").activation_bytes == 512 + 256
    assert make("mean").activation_bytes == 512 + 8
    assert make("upsample_nearest", stride=2).activation_bytes == 512 + 2048


@pytest.mark.parametrize(("operator", "dtype"), TYPED)
@given(data=st.data())
@settings(max_examples=20, deadline=None)
def test_reference_has_the_promised_shape(operator: str, dtype: DType, data: st.DataObject) -> None:
    case = data.draw(cases(operator, dtype))
    output = Trial.of(case).reference()
    assert output.shape == case.outputs[0].shape == (1, case.out_h, case.out_w, case.out_c)
    assert output.dtype == case.outputs[0].dtype
    assert output.flags.c_contiguous


@pytest.mark.parametrize(
    ("operator", "parameters", "rule"),
    [
        ("conv2d", {"out_c": 4, "stride": 0}, "stride must be at least 1"),
        ("conv2d", {"out_c": 4, "groups": 2}, "groups must be 1; use grouped_conv2d"),
        ("conv2d", {"out_c": 4, "kernel_h": 9, "padding": "valid"}, "the dilated kernel is larger"),
        ("conv2d", {"out_c": 4, "kernel_h": 5, "dilation": 2, "padding": "valid"}, "the dilated kernel"),
        (
            "conv2d",
            {"out_c": 4, "variant": "fft"},
            "no variant fft, there are: reference, compact, dsp, lean, scalar, winograd",
        ),
        ("conv2d", {"out_c": 4, "variant": "winograd"}, "variant winograd cannot compute this shape"),
        ("conv2d", {"out_c": 4, "dtype": "float32", "variant": "dsp"}, "variant dsp cannot compute"),
        ("add", {"dtype": "int8x4"}, "dtype must be one of float32, int8"),
        ("depthwise_conv2d", {"groups": 2}, "groups must equal in_c"),
        ("depthwise_conv2d", {"out_c": 12}, "out_c is not a multiple of groups=8"),
        ("depthwise_conv2d", {"dilation": 2, "variant": "dsp"}, "variant dsp cannot compute"),
        ("pointwise_conv2d", {"out_c": 4, "kernel_h": 3}, "the kernel must be 1x1; use conv2d"),
        ("pointwise_conv2d", {"out_c": 4, "dilation": 2}, "a 1x1 kernel has no dilation"),
        ("pointwise_conv2d", {"out_c": 4, "groups": 2}, "groups must be 1"),
        ("grouped_conv2d", {"out_c": 4}, "groups must be at least 2"),
        ("grouped_conv2d", {"out_c": 4, "groups": 3}, "in_c is not a multiple of groups=3"),
        ("grouped_conv2d", {"out_c": 6, "groups": 4}, "out_c is not a multiple of groups=4"),
        ("fully_connected", {"out_c": 4, "stride": 2}, "kernel, stride, dilation and groups must be 1"),
        ("mean", {"stride": 2}, "kernel and stride must be 1"),
        ("sigmoid", {"activation": "relu"}, "activation must be none"),
        ("softmax", {"in_c": 4096}, "in_c must be less than 4096"),
        ("add", {"kernel_h": 3}, "kernel, stride and dilation must be 1"),
        ("add", {"out_c": 4}, "out_c must be 8; leave it out"),
        ("max_pool2d", {"dilation": 2}, "dilation must be 1"),
        ("average_pool2d", {"groups": 2}, "groups must be 1"),
        ("upsample_nearest", {"activation": "relu"}, "activation must be none"),
        ("upsample_nearest", {"kernel_h": 2}, "the kernel must be 1x1"),
        ("upsample_nearest", {"padding": "valid"}, "padding must be same"),
        ("transpose_conv2d", {"out_c": 4, "dilation": 2}, "dilation must be 1"),
        ("transpose_conv2d", {"out_c": 4, "groups": 2}, "groups must be 1"),
    ],
)
def test_impossible_cases_name_the_rule(operator: str, parameters: dict[str, Any], rule: str) -> None:
    with pytest.raises(CaseError, match=f"^Impossible case {operator} .*: {rule}"):
        make(operator, **parameters)
