"""The bounds by which the form of a requantisation is chosen."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hilbench.kernels.requantization import MOST_GAIN, has_wide_sums, largest_sums, plan_scaling
from hilbench.operators import Constants, Layer, load_operators
from hilbench.operators.registry import Registry
from hilbench.tensors import Quantization
from tests.trial import layer_of

WEIGHTS = st.lists(st.integers(-127, 127), min_size=1, max_size=12)


@given(
    weights=WEIGHTS, bias=st.integers(-(2**20), 2**20), zero_point=st.integers(-128, 127), wide=st.booleans()
)
def test_the_largest_sum_is_one_that_inputs_give_and_none_is_larger(
    weights: list[int], bias: int, zero_point: int, wide: bool
) -> None:
    least, most = (-(2**15), 2**15 - 1) if wide else (-128, 127)
    case = load_operators().case(
        operator="fully_connected", in_c=len(weights), out_c=1, dtype="int16x8" if wide else "int8"
    )
    constants = Constants(
        weights=np.array([weights], np.int8),
        bias=np.array([bias], np.int64),
        input_quantization=(Quantization(np.array([1.0]), zero_point),),
    )
    towards = ((least, most), (most, least))
    sums = [bias + sum(weight * (ends[weight > 0] - zero_point) for weight in weights) for ends in towards]
    assert largest_sums(replace(layer_of(case), own_constants=constants)).tolist() == [
        max(abs(each) for each in sums)
    ]


@pytest.mark.parametrize(
    ("dtype", "largest", "wide"),
    [("int16x8", 2**31 - 1, False), ("int16x8", 2**31, True), ("int8", 2**31, False)],
)
def test_sums_of_int16_beyond_32_bits_are_wide(
    registry: Registry, dtype: str, largest: int, wide: bool
) -> None:
    case = load_operators().case(operator="fully_connected", in_h=1, in_w=1, in_c=4, out_c=2, dtype=dtype)
    assert has_wide_sums(case, np.array([5, largest])) is wide


def scaled_layer(factors: list[float], weight: int, activation: str = "none") -> Layer:
    """A 1x1 convolution of one input, whose channels have these factors and the same weight."""
    case = load_operators().case(
        operator="pointwise_conv2d",
        in_h=1,
        in_w=1,
        in_c=1,
        out_c=len(factors),
        activation=activation,
        variant="dsp",
    )
    one = Quantization(np.ones(1), 0)
    constants = Constants(
        weights=np.full((len(factors), 1, 1, 1), weight, np.int8),
        bias=np.zeros(len(factors), np.int32),
        input_quantization=(one,),
        weight_quantization=Quantization(np.array(factors)),
        output_quantization=one,
    )
    return replace(layer_of(case), own_constants=constants)


def test_one_channel_out_of_range_takes_only_its_own_tile_with_it() -> None:
    layer = scaled_layer([0.01, 3.0, 0.02, 0.03, 0.04], weight=100)
    assert plan_scaling(layer).short.tolist() == [True, False, True, True, True]
    paired = plan_scaling(layer, together=2)
    assert paired.short.tolist() == [False, False, True, True, True]
    assert paired.gain.tolist() == [1, 1, 2, 2, 2]


def test_a_shift_to_the_left_becomes_a_gain_below_a_relu() -> None:
    layer = scaled_layer([0.01, 0.75, 1.5, 3.0], weight=1, activation="relu")
    scaling = plan_scaling(layer, most_gain=MOST_GAIN)
    assert scaling.short.all()
    assert scaling.gain.tolist() == [2, 2, 4, 8]
    assert plan_scaling(layer).short.tolist() == [True, True, False, False]


def test_a_channel_whose_output_never_changes_is_a_constant() -> None:
    scaling = plan_scaling(scaled_layer([2.0**-20, 2.0**-40, 0.01], weight=100))
    assert scaling.short.all()
    assert scaling.gain.tolist() == [0, 0, 2]
