"""Kernels compute the same when their output lies over an input, as near as they say that it may."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from hilbench.operators import Layer, OperatorCase, Tuning
from hilbench.operators.reuse import Reuse
from hilbench.tensors import DType
from tests.operators.case_strategies import OPERATORS, TYPED, cases
from tests.operators.host_c import GCC, run_over_inputs
from tests.trial import Trial, layer_of

needs_gcc = pytest.mark.skipif(GCC is None, reason="needs gcc on PATH: apt install gcc")
_PHASES = (Phase.explicit, Phase.reuse, Phase.generate)
"""No shrinking: each step of it would be a compilation."""
_CHANNELS = st.sampled_from([1, 2, 3, 4, 5, 8, 12])


_REUSING = [
    (name, dtype)
    for name, dtype in TYPED
    if name not in {"mean", "dequantize"}
    and (name != "fully_connected" or dtype in {DType.INT8, DType.INT8X4})
]
"""Operators of which some kernel lets its output lie over an input."""


def nearest(reuse: Reuse, element: int, steps: int = 0) -> int:
    """The shortest distance that is allowed, or one so many steps longer."""
    step = np.lcm(reuse.multiple, element)
    return int(-(-reuse.distance // step) + steps) * int(step)


def kernels_of(case: OperatorCase) -> list[Layer]:
    """The case by every kernel that can compute it."""
    layer = layer_of(case)
    return [layer.with_kernel(variant) for variant in layer.variants]


def assert_reuse_holds(batch: list[Layer], steps: int) -> None:
    trials, places = [], []
    for layer in batch:
        for index, reuse in enumerate(layer.kernel.input_reuse(layer)):
            if reuse is not None:
                trials.append(Trial.of(layer))
                places.append((index, nearest(reuse, layer.case.dtype.bytes, steps)))
    outputs = run_over_inputs(trials, places)
    for trial, place, output in zip(trials, places, outputs, strict=True):
        np.testing.assert_array_equal(output, trial.reference(), err_msg=f"{trial.case} {place}")


@needs_gcc
@pytest.mark.parametrize(("operator", "dtype"), _REUSING)
@given(data=st.data())
@settings(max_examples=2, deadline=None, phases=_PHASES)
def test_every_kernel_at_the_distance_that_it_claims(
    operator: str, dtype: DType, data: st.DataObject
) -> None:
    drawn = data.draw(st.lists(cases(operator, dtype, _CHANNELS), min_size=3, max_size=3))
    batch = [each for case in drawn for each in kernels_of(case)]
    assert_reuse_holds(batch, steps=data.draw(st.integers(0, 2)))


@needs_gcc
@pytest.mark.parametrize("operator", ["conv2d", "pointwise_conv2d", "depthwise_conv2d", "transpose_conv2d"])
def test_images_of_many_bands(operator: str) -> None:
    batch = []
    for height, width, stride, channels in [(24, 30, 1, 8), (24, 30, 2, 3), (3, 700, 1, 8)]:
        size = {"in_h": height, "in_w": width, "in_c": channels, "stride": stride}
        window = {} if operator.startswith("pointwise") else {"kernel_h": 3, "kernel_w": 3}
        out = {} if operator.startswith("depthwise") else {"out_c": 5}
        case = OPERATORS.case(operator=operator, **size, **window, **out)
        batch += [
            each.with_kernel(each.variant, Tuning(band_kib=2))
            for each in kernels_of(case)
            if each.variant != "reference"
        ]
    assert_reuse_holds(batch, steps=0)


@needs_gcc
def test_a_row_nearer_is_too_near() -> None:
    layer = OPERATORS.layer(
        operator="conv2d", variant="dsp", in_h=40, in_w=20, in_c=8, out_c=8, kernel_h=3, kernel_w=3,
        tuning={"band_kib": 1},
    )  # fmt: skip
    (reuse,) = layer.kernel.input_reuse(layer)
    assert reuse == Reuse(20 * 8)
    trial = Trial.of(layer)
    (output,) = run_over_inputs([trial], [(0, 0)])
    assert (output != trial.reference()).any()
