"""The bounds by which the form of a requantisation is chosen."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hilbench.kernels.requantization import has_wide_sums, largest_sums
from hilbench.operators import Constants, Layer, load_operators
from hilbench.operators.registry import Registry
from hilbench.tensors import Quantization

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
    assert largest_sums(Layer(case, constants)).tolist() == [max(abs(each) for each in sums)]


@pytest.mark.parametrize(
    ("dtype", "largest", "wide"),
    [("int16x8", 2**31 - 1, False), ("int16x8", 2**31, True), ("int8", 2**31, False)],
)
def test_sums_of_int16_beyond_32_bits_are_wide(
    registry: Registry, dtype: str, largest: int, wide: bool
) -> None:
    case = load_operators().case(operator="fully_connected", in_h=1, in_w=1, in_c=4, out_c=2, dtype=dtype)
    assert has_wide_sums(case, np.array([5, largest])) is wide
