"""Fast kernels without weights, of nothing but extreme values and zero points."""

from __future__ import annotations

import importlib.util
import shutil
from collections.abc import Sequence
from dataclasses import replace
from itertools import product

import numpy as np
import pytest

from hilbench.image import find_toolchain
from hilbench.operators import OperatorCase
from hilbench.tensors import Activation, Quantization
from tests.operators.case_strategies import OPERATORS
from tests.operators.host_c import GCC, run_all
from tests.trial import Trial, layer_of

SHAPES: list[dict[str, object]] = [
    *({"operator": "add", "in_c": 3, "activation": kind} for kind in Activation),
    *({"operator": "mul", "in_c": 3, "activation": kind} for kind in Activation),
    {"operator": "max_pool2d", "in_c": 6, "kernel_h": 3, "kernel_w": 3, "activation": "relu6"},
    {"operator": "average_pool2d", "in_c": 6, "kernel_h": 3, "kernel_w": 4, "activation": "relu6"},
    {"operator": "average_pool2d", "in_c": 5, "kernel_h": 2, "kernel_w": 1, "stride": 1},
    {"operator": "average_pool2d", "in_h": 17, "in_w": 16, "in_c": 5, "kernel_h": 17, "kernel_w": 16},
    {"operator": "mean", "in_c": 6},
    {"operator": "mean", "in_w": 130, "in_c": 5},
    {"operator": "hard_swish", "in_c": 3},
    {"operator": "sigmoid", "in_c": 3},
    {"operator": "softmax", "in_c": 1},
    {"operator": "softmax", "in_c": 511},
    {"operator": "softmax", "in_c": 4095},
]

ENDS = (-128, -1, 0, 1, 127)


def extreme(case: OperatorCase, *, value: int, zero_point: int) -> Trial:
    """A trial with constant inputs and zero points at an end of the range."""
    plain = Trial.of(case)
    sources, output = plain.constants.input_quantization, plain.constants.output_quantization
    return plain.with_inputs(*(np.full_like(values, value) for values in plain.inputs)).with_constants(
        input_quantization=tuple(replace(each, zero_point=zero_point) for each in sources),
        output_quantization=replace(output, zero_point=-1 - zero_point),
    )


def assert_bit_exact(trials: Sequence[Trial]) -> None:
    for trial, output in zip(trials, run_all(trials), strict=True):
        np.testing.assert_array_equal(output, trial.reference(), err_msg=str(trial.case))


@pytest.fixture
def trials(value: int, zero_point: int) -> list[Trial]:
    """The extremes of every shape."""
    size: dict[str, object] = {"variant": "dsp", "in_h": 5, "in_w": 7}
    batch = [OPERATORS.case(**(size | shape)) for shape in SHAPES]
    return [extreme(case, value=value, zero_point=zero_point) for case in batch]


@pytest.mark.skipif(GCC is None, reason="needs gcc on PATH: apt install gcc")
@pytest.mark.parametrize("zero_point", [-128, 127])
@pytest.mark.parametrize("value", [-128, 127])
def test_extremes_are_bit_exact(trials: list[Trial]) -> None:
    assert_bit_exact(trials)


@pytest.mark.skipif(GCC is None, reason="needs gcc on PATH: apt install gcc")
@pytest.mark.parametrize("scale", [0.01, 1.0, 30.0, 1000.0])
def test_any_scale_is_bit_exact(scale: float) -> None:
    """Far from the scales of the inputs, so that factors are too large for the short form, or too small."""
    rng = np.random.default_rng(0)

    def quantization(largest: float) -> Quantization:
        scale = np.float32(largest * rng.uniform(0.3, 1.0))
        return Quantization(np.array([scale], float), int(rng.choice(ENDS)))

    trials = []
    for operator, activation in product(("add", "mul", "mean"), Activation):
        fused = {} if operator == "mean" else {"activation": activation}
        case = OPERATORS.case(operator=operator, variant="dsp", in_h=5, in_w=7, in_c=9, **fused)
        trials.append(
            Trial.of(case).with_constants(
                input_quantization=tuple(quantization(3.0) for _ in case.inputs),
                output_quantization=quantization(scale),
            )
        )
    assert_bit_exact(trials)


@pytest.mark.slow
@pytest.mark.skipif(importlib.util.find_spec("unicorn") is None, reason="needs unicorn")
@pytest.mark.skipif(shutil.which("arm-none-eabi-gcc") is None, reason="no gcc for Arm")
@pytest.mark.parametrize("core", ["cortex-m0+", "cortex-m4", "cortex-m33"])
@pytest.mark.parametrize("variant", ["reference", "dsp"])
def test_every_core_is_bit_exact(core: str, variant: str) -> None:
    from benchmarks.kernels import Bench

    bench = Bench(core, find_toolchain("gcc"), ["-O2"])
    size: dict[str, object] = {"variant": variant, "in_h": 6, "in_w": 5}
    batch = [OPERATORS.case(**(size | shape)) for shape in SHAPES]
    assert not [str(case) for case in batch if not bench.count(layer_of(case)).exact]


@pytest.mark.slow
@pytest.mark.skipif(importlib.util.find_spec("unicorn") is None, reason="needs unicorn")
@pytest.mark.skipif(shutil.which("arm-none-eabi-gcc") is None, reason="no gcc for Arm")
@pytest.mark.parametrize("core", ["cortex-m0+", "cortex-m7"])
@pytest.mark.parametrize(("value", "zero_point"), [(-128, 127), (127, -128)])
def test_extremes_on_an_emulated_core(trials: list[Trial], core: str) -> None:
    from benchmarks.kernels import Bench

    bench = Bench(core, find_toolchain("gcc"), ["-O2"])
    assert not [str(each.case) for each in trials if not bench.count(each.layer, each.inputs).exact]
