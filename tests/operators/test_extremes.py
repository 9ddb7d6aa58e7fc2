"""Convolutions of extreme values and factors: the largest sums, padding and multipliers at their ends."""

from __future__ import annotations

import importlib.util
import shutil
from collections.abc import Sequence
from dataclasses import replace
from itertools import cycle
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from hilbench.image import find_toolchain
from hilbench.kernels.requantization import sum_range
from hilbench.operators import OperatorCase
from hilbench.operators.synthetic_data import requantization
from hilbench.tensors import Activation, Quantization
from tests.operators.case_strategies import OPERATORS
from tests.operators.host_c import GCC, run_all
from tests.trial import Trial, layer_of

SHAPES: list[dict[str, Any]] = [
    {"operator": "conv2d", "in_c": 20, "out_c": 5, "kernel_h": 3, "kernel_w": 3},
    {"operator": "conv2d", "in_c": 3, "out_c": 4, "kernel_h": 5, "kernel_w": 2, "stride": 2},
    {"operator": "conv2d", "in_c": 128, "out_c": 2, "kernel_h": 3, "kernel_w": 3, "variant": "winograd"},
    {"operator": "pointwise_conv2d", "in_c": 33, "out_c": 6},
    {"operator": "grouped_conv2d", "in_c": 12, "out_c": 8, "groups": 4, "kernel_h": 3, "kernel_w": 3},
    {"operator": "depthwise_conv2d", "in_c": 6, "out_c": 12, "kernel_h": 3, "kernel_w": 3},
    {"operator": "depthwise_conv2d", "in_c": 3, "kernel_h": 5, "kernel_w": 5, "stride": 2},
    {"operator": "fully_connected", "in_c": 9, "out_c": 7},
    {"operator": "fully_connected", "in_c": 34, "out_c": 1},
    {"operator": "conv2d", "in_c": 9, "out_c": 5, "kernel_h": 3, "kernel_w": 3, "variant": "scalar"},
    {
        "operator": "depthwise_conv2d",
        "in_c": 3,
        "out_c": 6,
        "kernel_h": 3,
        "kernel_w": 3,
        "variant": "scalar",
    },
    {"operator": "transpose_conv2d", "in_c": 6, "out_c": 5, "kernel_h": 3, "kernel_w": 3, "stride": 2},
    {"operator": "conv2d", "in_c": 20, "out_c": 5, "kernel_h": 3, "kernel_w": 3, "dtype": "int16x8"},
    {"operator": "conv2d", "in_c": 128, "out_c": 3, "kernel_h": 3, "kernel_w": 3, "dtype": "int16x8"},
    {"operator": "pointwise_conv2d", "in_c": 34, "out_c": 6, "dtype": "int16x8"},
    {"operator": "pointwise_conv2d", "in_c": 33, "out_c": 7, "dtype": "int16x8", "variant": "compact"},
    {"operator": "fully_connected", "in_c": 9, "out_c": 7, "dtype": "int16x8"},
    {"operator": "fully_connected", "in_c": 39, "out_c": 7, "dtype": "int16x8"},
    {"operator": "fully_connected", "in_h": 1, "in_w": 1, "in_c": 3, "out_c": 7, "dtype": "int16x8"},
    {"operator": "conv2d", "in_c": 20, "out_c": 5, "kernel_h": 3, "kernel_w": 3, "dtype": "int8x4"},
    {"operator": "pointwise_conv2d", "in_c": 33, "out_c": 6, "dtype": "int8x4"},
    {"operator": "fully_connected", "in_c": 9, "out_c": 7, "dtype": "int8x4"},
    {"operator": "depthwise_conv2d", "in_c": 3, "kernel_h": 5, "kernel_w": 5, "dtype": "int8x4"},
    {"operator": "depthwise_conv2d", "in_c": 3, "kernel_h": 5, "kernel_w": 5, "dtype": "int16x8"},
    {"operator": "conv2d", "in_c": 20, "out_c": 5, "kernel_h": 3, "kernel_w": 3, "variant": "compact"},
    {"operator": "conv2d", "in_c": 5, "out_c": 5, "kernel_h": 3, "kernel_w": 3, "variant": "lean"},
    {"operator": "pointwise_conv2d", "in_c": 36, "out_c": 7, "variant": "lean"},
    {"operator": "fully_connected", "in_c": 5, "out_c": 9},
]
FACTORS = {
    "short": [2.0**-9, 2.0**-12 * (2 - 2**-30), 2.0**-15],
    "half": [0.5, 0.5 * (1 - 2**-30), 0.25],
    "one": [1.0, 1 - 2.0**-31, 2.0**-20],
    "left": [3.7, 256.0 * (1 - 2**-30), 2.0**-8],
    "tiny": [2.0**-33, 2.0**-40, 2.0**-24],
}
"""Factors of sums, in turn for the channels: at the ends of what multipliers and shifts say."""


def factors_of(case: OperatorCase, names: Sequence[str]) -> list[float]:
    """Factors for a type; for sums of int16, which are 256 times as large, in proportion.

    Larger ones of int16 exceed what TFLite's own arithmetic takes.
    """
    factors = [factor for name in names for factor in FACTORS[name]]
    return [min(factor, 4.0) / 256 for factor in factors] if case.dtype.bytes == 2 else factors


def ends(bits: int) -> tuple[int, ...]:
    """The extreme values of signed integers, and those around zero."""
    high = 2 ** (bits - 1) - 1
    return (-high - 1, -high, -1, 0, 1, high - 1, high)


def end(value: int, bits: int) -> int:
    """The end of the range, of which the int8 `value` is one."""
    return ends(bits)[-1 if value > 0 else 0]


def variants(first: Activation = Activation.NONE) -> list[OperatorCase]:
    """Each shape with one activation, beginning with `first`."""
    activations = list(Activation)
    begin = activations.index(first)
    return [
        OPERATORS.case(**({"variant": "dsp", "in_h": 5, "in_w": 7, "activation": activation} | shape))
        for shape, activation in zip(SHAPES, cycle(activations[begin:] + activations[:begin]), strict=False)
    ]


def scaled(trial: Trial, factors: Sequence[float], zero_point: int) -> Trial:
    """The trial with these factors from sums to outputs, in turn, and zero points at both ends.

    The zero points of int16 are 0.
    """
    symmetric = trial.case.dtype.bytes == 2
    one = Quantization(np.ones(1), 0 if symmetric else zero_point)
    return trial.with_constants(
        input_quantization=(one,),
        weight_quantization=Quantization(np.resize(factors, trial.constants.bias.size)),
        output_quantization=one if symmetric else replace(one, zero_point=-1 - zero_point),
    )


def largest_biases(case: OperatorCase, factors: Sequence[float]) -> NDArray[np.int64]:
    """Largest bias of each channel such that TFLite's own arithmetic does not overflow."""
    products = layer_of(case).macs // (case.out_h * case.out_w * case.out_c)
    if case.dtype.bytes == 2:
        limit = 2**30 if case.operator == "depthwise_conv2d" else 2**46  # its sums are never wide
        most = np.minimum(limit, 2**30 / np.resize(factors, case.out_c)).astype(np.int64)
        return np.maximum(most - products * 2**22, 0)
    lifted = np.maximum(np.resize(factors, case.out_c) * 2, 1)
    largest: NDArray[np.int64] = ((2**31 - 256) // lifted).astype(np.int64) - 255 * 128 * products
    return np.maximum(largest, 0)


def constant(case: OperatorCase, value: int, weight: int, zero_point: int, factors: str) -> Trial:
    """Constant inputs and weights; the bias drives the sum away from zero as far as it can."""
    plain = Trial.of(case)
    signs = np.resize([1, -1], case.out_c)
    multipliers = factors_of(case, [factors])
    biases = signs * largest_biases(case, multipliers) * (factors == "tiny")
    trial = plain.with_inputs(np.full_like(plain.inputs[0], end(value, 8 * case.dtype.bytes))).with_constants(
        weights=np.full_like(plain.constants.weights, end(weight, case.dtype.weight_bits)),
        bias=biases.astype(plain.constants.bias.dtype),
    )
    return scaled(trial, multipliers, zero_point)


def mixed(case: OperatorCase, seed: int) -> Trial:
    """Inputs and weights drawn from the extremes, factors from those and from all between."""
    rng = np.random.default_rng(seed)
    plain = Trial.of(case)
    between = 2.0 ** rng.uniform(-40, -6 if case.dtype.bytes == 2 else 8, case.out_c)
    ends_of = rng.choice(factors_of(case, list(FACTORS)), case.out_c)
    factors: list[float] = np.where(rng.random(case.out_c) < 0.5, between, ends_of).tolist()
    biases = largest_biases(case, factors)
    inputs = rng.choice(ends(8 * case.dtype.bytes), plain.inputs[0].shape)
    weights = rng.choice(ends(case.dtype.weight_bits), plain.constants.weights.shape).astype(np.int8)
    bias = (biases * rng.choice([-1, 0, 1], case.out_c)).astype(plain.constants.bias.dtype)
    trial = plain.with_inputs(inputs.astype(case.dtype.element)).with_constants(weights=weights, bias=bias)
    return scaled(trial, factors, int(rng.choice([-128, 127])))


def overflows(trial: Trial) -> bool:
    """Whether TFLite's own arithmetic overflows: a sum that it shifts to the left beyond an int32."""
    if trial.case.dtype.bytes == 2:
        return False
    sums = np.maximum(*map(np.abs, sum_range(trial.layer)))
    left = np.maximum(requantization(trial.constants).shift.astype(np.int64), 0)
    return bool((sums << left).max() >= 2**31)


def assert_bit_exact(drawn: Sequence[Trial]) -> None:
    trials = [trial for trial in drawn if not overflows(trial)]
    assert trials
    for trial, output in zip(trials, run_all(trials), strict=True):
        np.testing.assert_array_equal(output, trial.reference(), err_msg=str(trial.case))


@pytest.mark.skipif(GCC is None, reason="needs gcc on PATH: apt install gcc")
@pytest.mark.parametrize("factors", FACTORS)
@pytest.mark.parametrize(
    ("value", "weight", "zero_point"), [(127, 127, -128), (127, -128, -128), (-128, 127, 127)]
)
def test_constant_extremes(
    factors: str,
    value: int,
    weight: int,
    zero_point: int,
) -> None:
    first = list(Activation)[list(FACTORS).index(factors) % 3]
    assert_bit_exact([constant(case, value, weight, zero_point, factors) for case in variants(first)])


@pytest.mark.skipif(GCC is None, reason="needs gcc on PATH: apt install gcc")
@pytest.mark.parametrize("seed", range(3))
def test_mixed_extremes(seed: int) -> None:
    assert_bit_exact([mixed(case, seed) for case in variants(list(Activation)[seed])])


@pytest.mark.slow
@pytest.mark.skipif(importlib.util.find_spec("unicorn") is None, reason="needs unicorn")
@pytest.mark.parametrize("core", ["cortex-m0+", "cortex-m4", "cortex-m7", "cortex-m33"])
@pytest.mark.parametrize(
    "toolchain",
    [
        pytest.param("gcc", marks=pytest.mark.skipif(not shutil.which("arm-none-eabi-gcc"), reason="no gcc")),
        pytest.param(
            "clang", marks=pytest.mark.skipif(not importlib.util.find_spec("ziglang"), reason="no clang")
        ),
    ],
)
def test_extremes_on_an_emulated_core(core: str, toolchain: str) -> None:
    from benchmarks.kernels import Bench

    bench = Bench(core, find_toolchain(toolchain), ["-O2"])
    trials = [mixed(case, seed) for seed, first in enumerate(Activation) for case in variants(first)]
    trials += [constant(case, 127, -128, -128, "short") for case in variants(Activation.RELU6)]
    wrong = [str(each.case) for each in trials if not bench.count(each.layer, each.inputs).exact]
    assert not wrong
