"""Operators without weights are TFLite's to the bit for any scale and zero point, and for extremes alone.

Other tests draw quantisations such as networks have; here they reach the ends of what TFLite accepts.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from hilbench.operators import Constants, OperatorCase
from hilbench.operators.synthetic_data import PROBABILITY
from hilbench.tensors import Array, Quantization
from tests.operators.case_strategies import OPERATORS
from tests.trial import Trial

pytest.importorskip("ai_edge_litert")
from tests.operators.tflite_model import run_tflite

EVERY_BYTE = np.arange(256, dtype=np.uint8).view(np.int8)
ZERO_POINTS = st.sampled_from([-128, -127, -1, 0, 1, 126, 127]) | st.integers(-128, 127)


def quantizations(smallest: float, largest: float) -> st.SearchStrategy[Quantization]:
    """Scales in a range, evenly by their logarithm, as float32."""
    exponents = st.floats(np.log2(smallest), np.log2(largest))
    scales = exponents.map(lambda exponent: np.array([np.float32(2**exponent)], np.float64))
    return st.builds(Quantization, scales, ZERO_POINTS)


def assert_bit_exact(
    case: OperatorCase, inputs: Sequence[Array], sources: Sequence[Quantization], output: Quantization
) -> None:
    constants = Constants(input_quantization=tuple(sources), output_quantization=output)
    trial = replace(Trial.of(case), constants=constants, inputs=tuple(inputs))
    np.testing.assert_array_equal(trial.reference(), run_tflite(trial))


@given(source=quantizations(1e-4, 2.0))
def test_sigmoid_of_every_byte(source: Quantization) -> None:
    case = OPERATORS.case(operator="sigmoid", in_h=16, in_w=16, in_c=1)
    assert_bit_exact(case, (EVERY_BYTE.reshape(1, 16, 16, 1),), (source,), PROBABILITY)


@given(source=quantizations(2e-3, 0.5), output=quantizations(5e-3, 0.5))
def test_hard_swish_of_every_byte(source: Quantization, output: Quantization) -> None:
    case = OPERATORS.case(operator="hard_swish", in_h=16, in_w=16, in_c=1)
    assert_bit_exact(case, (EVERY_BYTE.reshape(1, 16, 16, 1),), (source,), output)


@given(source=quantizations(1e-4, 100.0), channels=st.integers(1, 300), seed=st.integers(0, 2**32 - 1))
def test_softmax_of_any_spread(source: Quantization, channels: int, seed: int) -> None:
    case = OPERATORS.case(operator="softmax", in_h=2, in_w=2, in_c=channels)
    rng = np.random.default_rng(seed)
    values = rng.integers(-128, 128, (1, 2, 2, channels)) // rng.choice([1, 4, 100])
    assert_bit_exact(case, (values.astype(np.int8),), (source,), PROBABILITY)


@given(
    first=quantizations(1e-3, 1.0),
    second=quantizations(1e-3, 1.0),
    output=quantizations(1e-2, 1.0),
    seed=st.integers(0, 2**32 - 1),
)
@example(  # whose multiplier differs between float32, in which TFLite computes it, and float64
    first=Quantization(np.array([np.float32(0.42409664)], np.float64), 126),
    second=Quantization(np.array([0.015625]), -128),
    output=Quantization(np.array([np.float32(0.03590155)], np.float64), -1),
    seed=19348109,
)
def test_mul_of_any_scales(
    first: Quantization, second: Quantization, output: Quantization, seed: int
) -> None:
    case = OPERATORS.case(operator="mul", in_h=10, in_w=10, in_c=10)
    values = np.random.default_rng(seed).integers(-128, 128, (2, 1, 10, 10, 10)).astype(np.int8)
    assert_bit_exact(case, tuple(values), (first, second), output)


@given(
    source=quantizations(1e-2, 1.0),
    output=quantizations(1e-2, 1.0),
    height=st.integers(1, 40),
    width=st.integers(1, 40),
    seed=st.integers(0, 2**32 - 1),
)
def test_mean_of_any_scales(
    source: Quantization, output: Quantization, height: int, width: int, seed: int
) -> None:
    case = OPERATORS.case(operator="mean", in_h=height, in_w=width, in_c=20)
    values = np.random.default_rng(seed).integers(-128, 128, (1, height, width, 20)).astype(np.int8)
    assert_bit_exact(case, (values,), (source,), output)


@pytest.mark.parametrize(
    "operator", ["add", "mul", "mean", "hard_swish", "sigmoid", "softmax", "max_pool2d", "average_pool2d"]
)
@pytest.mark.parametrize("zero_point", [-128, 127])
@pytest.mark.parametrize("value", [-128, 127])
def test_nothing_but_extremes(operator: str, zero_point: int, value: int) -> None:
    case = OPERATORS.case(operator=operator, in_h=6, in_w=5, in_c=7)
    plain = Trial.of(case)
    tensors = plain.constants
    inputs = [np.full_like(values, value) for values in plain.inputs]
    sources = tuple(replace(each, zero_point=zero_point) for each in tensors.input_quantization)
    same = operator.endswith("pool2d")
    output = sources[0] if same else tensors.output_quantization
    assert_bit_exact(case, inputs, sources, output)
