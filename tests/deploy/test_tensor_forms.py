"""Forms of inputs and outputs: what code takes and gives stands for the model's elements."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hilbench.deploy.tensor_forms import Layout, TensorForm, from_model, spec_in_form, to_model
from hilbench.errors import ConfigError
from hilbench.networks.graph import Tensor
from hilbench.tensors import ElementType, Quantization, TensorSpec

SCALES = st.floats(2.0**-20, 2.0**10, width=32)


def tensor(dtype: ElementType, scale: float = 0.5, zero_point: int = 0) -> Tensor:
    quantization = Quantization(np.array([scale], np.float32).astype(float), zero_point)
    return Tensor("x", TensorSpec((1, 2, 3, 4), dtype), quantization)


@given(
    layout=st.sampled_from(Layout),
    dtypes=st.permutations([ElementType.INT8, ElementType.UINT8]),
    through=st.sampled_from([ElementType.INT8, ElementType.UINT8, ElementType.FLOAT32, None]),
    scale=SCALES,
    zero_point=st.integers(0, 127),
    seed=st.integers(0, 2**32 - 1),
)
def test_elements_come_back_through_any_form(
    layout: Layout,
    dtypes: list[ElementType],
    through: ElementType | None,
    scale: float,
    zero_point: int,
    seed: int,
) -> None:
    own = tensor(dtypes[0], scale, zero_point)
    form = TensorForm(layout, through)
    limits = np.iinfo(own.dtype)
    values = np.random.default_rng(seed).integers(limits.min, limits.max + 1, own.shape, np.dtype(own.dtype))
    formed = from_model(values, own, form)
    assert formed.shape == spec_in_form(own, form).shape
    assert formed.dtype == spec_in_form(own, form).dtype
    np.testing.assert_array_equal(to_model(formed, own, form), values)


def test_bytes_stand_for_the_same_steps() -> None:
    values = np.array([-128, -1, 0, 127], np.int8).reshape(1, 1, 1, 4)
    unsigned = from_model(values, tensor(ElementType.INT8), TensorForm(dtype=ElementType.UINT8))
    assert unsigned.ravel().tolist() == [0, 127, 128, 255]


def test_channels_come_first_in_nchw() -> None:
    values = np.arange(24, dtype=np.int8).reshape(1, 2, 3, 4)
    first = from_model(values, tensor(ElementType.INT8), TensorForm(Layout.NCHW))
    assert first.shape == (1, 4, 2, 3)
    assert first[0, 1].ravel().tolist() == [1, 5, 9, 13, 17, 21]


def test_what_has_no_steps_has_no_other_form() -> None:
    with pytest.raises(ConfigError, match="has no form of int16"):
        spec_in_form(tensor(ElementType.INT8), TensorForm(dtype=ElementType.INT16))
