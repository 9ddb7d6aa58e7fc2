"""Fast kernels without weights, of nothing but extreme values and zero points."""

from __future__ import annotations

import importlib.util
import shutil
from dataclasses import replace
from itertools import product

import numpy as np
import pytest

from hilbench.image import find_toolchain
from hilbench.operators import OperatorCase, Tensors
from hilbench.tensors import Activation, Quantization
from tests.operators.case_strategies import OPERATORS
from tests.operators.host_c import GCC, run_all

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


def extreme(case: OperatorCase, *, value: int, zero_point: int) -> Tensors:
    """The case's tensors with constant inputs and zero points at an end of the range."""
    tensors = case.operator.tensors(case)
    return replace(
        tensors,
        inputs=tuple(np.full_like(values, value) for values in tensors.inputs),
        input_quantization=tuple(replace(each, zero_point=zero_point) for each in tensors.input_quantization),
        output_quantization=replace(tensors.output_quantization, zero_point=-1 - zero_point),
    )


@pytest.fixture
def by_case(monkeypatch: pytest.MonkeyPatch, value: int, zero_point: int) -> dict[OperatorCase, Tensors]:
    """The extremes of every shape, which stand for the cases' own data."""
    size: dict[str, object] = {"variant": "dsp", "in_h": 5, "in_w": 7}
    batch = [OPERATORS.case(**(size | shape)) for shape in SHAPES]
    extremes = {case: extreme(case, value=value, zero_point=zero_point) for case in batch}
    for operator in {case.operator for case in batch}:
        monkeypatch.setattr(operator, "tensors", extremes.__getitem__)
    return extremes


@pytest.mark.skipif(GCC is None, reason="needs gcc on PATH: apt install gcc")
@pytest.mark.parametrize("zero_point", [-128, 127])
@pytest.mark.parametrize("value", [-128, 127])
def test_extremes_are_bit_exact(by_case: dict[OperatorCase, Tensors]) -> None:
    outputs = run_all(list(by_case), list(by_case.values()))
    for (case, tensors), output in zip(by_case.items(), outputs, strict=True):
        np.testing.assert_array_equal(output, case.operator.reference(case, tensors), err_msg=str(case))


@pytest.mark.skipif(GCC is None, reason="needs gcc on PATH: apt install gcc")
@pytest.mark.parametrize("scale", [0.01, 1.0, 30.0, 1000.0])
def test_any_scale_is_bit_exact(monkeypatch: pytest.MonkeyPatch, scale: float) -> None:
    """Far from the scales of the inputs, so that factors are too large for the short form, or too small."""
    rng = np.random.default_rng(0)

    def quantization(largest: float) -> Quantization:
        scale = np.float32(largest * rng.uniform(0.3, 1.0))
        return Quantization(np.array([scale], float), int(rng.choice(ENDS)))

    by_case = {}
    for operator, activation in product(("add", "mul", "mean"), Activation):
        fused = {} if operator == "mean" else {"activation": activation}
        case = OPERATORS.case(operator=operator, variant="dsp", in_h=5, in_w=7, in_c=9, **fused)
        tensors = case.operator.tensors(case)
        by_case[case] = replace(
            tensors,
            input_quantization=tuple(quantization(3.0) for _ in tensors.input_quantization),
            output_quantization=quantization(scale),
        )
    for case in by_case:
        monkeypatch.setattr(case.operator, "tensors", by_case.__getitem__)
    outputs = run_all(list(by_case), list(by_case.values()))
    for (case, tensors), output in zip(by_case.items(), outputs, strict=True):
        np.testing.assert_array_equal(output, case.operator.reference(case, tensors), err_msg=str(case))


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
    assert not [str(case) for case in batch if not bench.count(case).exact]


@pytest.mark.slow
@pytest.mark.skipif(importlib.util.find_spec("unicorn") is None, reason="needs unicorn")
@pytest.mark.skipif(shutil.which("arm-none-eabi-gcc") is None, reason="no gcc for Arm")
@pytest.mark.parametrize("core", ["cortex-m0+", "cortex-m7"])
@pytest.mark.parametrize(("value", "zero_point"), [(-128, 127), (127, -128)])
def test_extremes_on_an_emulated_core(by_case: dict[OperatorCase, Tensors], core: str) -> None:
    from benchmarks.kernels import Bench

    bench = Bench(core, find_toolchain("gcc"), ["-O2"])
    assert not [str(case) for case in by_case if not bench.count(case).exact]
