"""Generated data exercises the arithmetic: varied zero points, outputs spread over the int8 range."""

from __future__ import annotations

import numpy as np
import pytest

from hilbench.grids import load_grid
from hilbench.operators import Layer, load_operators
from hilbench.operators.base.convolution import Convolution
from hilbench.operators.synthetic_data import requantization
from hilbench.tensors import Activation, DType
from tests.trial import Trial

OPERATORS = load_operators()


def quantised_convolutions(dtype: DType = DType.INT8) -> list[Layer]:
    """Quantised convolutions of the grids; of other types the same shapes."""
    layers = (*load_grid("quick", OPERATORS), *load_grid("efficiency", OPERATORS))
    return [
        OPERATORS.layer(**(layer.case.parameters() | {"dtype": dtype}))
        for layer in layers
        if layer.case.dtype is DType.INT8
        and isinstance(layer.operator, Convolution)
        and dtype in layer.operator.dtypes
    ]


@pytest.mark.parametrize("dtype", [dtype for dtype in DType if dtype.quantized])
def test_outputs_use_the_range_without_saturating(dtype: DType) -> None:
    for layer in quantised_convolutions(dtype):
        output = Trial.of(layer).reference()
        saturated = np.mean((output == output.min()) | (output == output.max()))
        assert saturated < (0.25 if layer.case.activation is Activation.NONE else 0.75), layer
        assert len(np.unique(output)) > min(output.size, 256) * 0.2, layer


def test_zero_points_vary_and_are_not_zero() -> None:
    tensors = [layer.constants for layer in quantised_convolutions()]
    inputs = {data.input_quantization[0].zero_point for data in tensors}
    outputs = {data.output_quantization.zero_point for data in tensors}
    assert 0 not in inputs | outputs
    assert len(inputs) > 10
    assert len(outputs) > 10


def test_factors_shift_right() -> None:
    """The dsp variants' five-instruction requantisation needs a right shift by 1 or more."""
    for layer in quantised_convolutions():
        factors = requantization(layer.constants)
        assert factors.shift.max() < 0, layer


def test_int16_is_symmetric() -> None:
    for layer in quantised_convolutions(DType.INT16X8):
        tensors = layer.constants
        assert tensors.input_quantization[0].zero_point == tensors.output_quantization.zero_point == 0
        assert tensors.bias.dtype == np.int64


def test_scales_are_float32_as_tflite_stores_them() -> None:
    for layer in quantised_convolutions():
        tensors = layer.constants
        for quantization in (*tensors.input_quantization, tensors.weight_quantization):
            np.testing.assert_array_equal(quantization.scale.astype(np.float32), quantization.scale)
        assert tensors.weight_quantization.scale.size == layer.case.out_c
