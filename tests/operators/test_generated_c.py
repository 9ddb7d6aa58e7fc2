"""The generated C computes what the reference says, without a warning and within its buffers."""

from __future__ import annotations

import importlib.util
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import Phase, assume, given, settings
from hypothesis import strategies as st

from hilbench.grids import load_grid
from hilbench.operators import OperatorCase, Tuning, render
from hilbench.tensors import DType
from tests.operators.case_strategies import OPERATORS, TYPED, cases
from tests.operators.host_c import GCC, STRICT, run_all
from tests.trial import Trial

needs_gcc = pytest.mark.skipif(GCC is None, reason="needs gcc on PATH: apt install gcc")
_PHASES = (Phase.explicit, Phase.reuse, Phase.generate)
"""No shrinking: each step of it would be a compilation."""


def assert_bit_exact(batch: Sequence[OperatorCase]) -> None:
    """For float32 too: the reference sums in the order of the C."""
    trials = [Trial.of(case) for case in batch]
    for trial, output in zip(trials, run_all(trials), strict=True):
        np.testing.assert_array_equal(output, trial.reference(), err_msg=str(trial.case))


@needs_gcc
@pytest.mark.parametrize(("operator", "dtype"), TYPED)
@given(data=st.data())
@settings(max_examples=2, deadline=None, phases=_PHASES)
def test_reference_variant(operator: str, dtype: DType, data: st.DataObject) -> None:
    assert_bit_exact(data.draw(st.lists(cases(operator, dtype), min_size=6, max_size=6)))


@needs_gcc
@pytest.mark.parametrize(
    ("operator", "dtype"),
    [(name, dtype) for name, dtype in TYPED if dtype.quantized and "dsp" in OPERATORS[name].variants],
)
@given(data=st.data())
@settings(max_examples=2, deadline=None, phases=_PHASES)
def test_dsp_variants(operator: str, dtype: DType, data: st.DataObject) -> None:
    """`compact`, `lean` and `scalar`, too, where there is one."""
    channels = st.sampled_from([1, 2, 3, 4, 5, 8, 12, 20, 35])
    drawn = data.draw(st.lists(cases(operator, dtype, channels), min_size=8, max_size=8))
    batch = [
        OPERATORS.case(**(case.parameters() | {"variant": variant}))
        for case in drawn
        for variant in ("dsp", "compact", "lean", "scalar")
        if OPERATORS[operator].supports(case, variant)
    ]
    assume(batch)
    assert_bit_exact(batch)


@needs_gcc
def test_lean_with_outputs_that_see_much() -> None:
    """Bands of one output, and of few; a row has even and odd numbers of them."""
    shape = {"operator": "conv2d", "in_h": 4, "out_c": 3, "kernel_h": 3, "kernel_w": 3, "variant": "lean"}
    assert_bit_exact(
        [OPERATORS.case(**shape, in_w=width, in_c=channels) for width in (5, 8) for channels in (140, 300)]
    )


@needs_gcc
@pytest.mark.parametrize("operator", ["conv2d", "grouped_conv2d", "depthwise_conv2d"])
@given(data=st.data())
@settings(max_examples=2, deadline=None, phases=_PHASES)
def test_every_tuning_computes_the_same(operator: str, data: st.DataObject) -> None:
    channels = st.sampled_from([1, 3, 8, 20])
    drawn = data.draw(st.lists(cases(operator, DType.INT8, channels), min_size=6, max_size=6))
    able = OPERATORS[operator].kernel("dsp")
    plain = [replace(case, variant="dsp") for case in drawn if able.supports(case)]
    batch = []
    for case in plain:
        tries = {name: st.sampled_from(values) for name, values in able.search_space(case).items()}
        batch.append(replace(case, tuning=Tuning.of(data.draw(st.fixed_dictionaries({}, optional=tries)))))
    assert_bit_exact(batch)


@needs_gcc
@given(data=st.data())
@settings(max_examples=3, deadline=None, phases=_PHASES)
def test_winograd_variant(data: st.DataObject) -> None:
    evens = st.sampled_from([2, 4, 6, 16, 50])
    drawn = data.draw(st.lists(cases("conv2d", DType.INT8, evens), min_size=8, max_size=8))
    paddings = st.sampled_from(["same", "valid", "1,1,1,1", "2,0,1,2"])
    fitting = {"kernel_h": 3, "kernel_w": 3, "stride": 1, "dilation": 1, "variant": "winograd"}
    grown = [{"in_h": case.in_h + 2, "in_w": case.in_w + 2, "padding": data.draw(paddings)} for case in drawn]
    assert_bit_exact(
        [
            OPERATORS.case(**(case.parameters() | fitting | own))
            for case, own in zip(drawn, grown, strict=True)
        ]
    )


@needs_gcc
@pytest.mark.slow
@pytest.mark.parametrize("grid", ["quick", "efficiency"])
def test_every_grid_case(grid: str) -> None:
    batch = [layer.case for layer in load_grid(grid, OPERATORS)]
    for start in range(0, len(batch), 25):
        assert_bit_exact(batch[start : start + 25])


def _compilers() -> dict[str, list[str]]:
    """Cross compilers found here, each for a core with and without the DSP extension."""
    found = {}
    if gcc := shutil.which("arm-none-eabi-gcc"):
        found["gcc-m0plus"] = [gcc, "-mcpu=cortex-m0plus", "-mthumb"]
        found["gcc-m7"] = [gcc, "-mcpu=cortex-m7", "-mthumb"]
    if importlib.util.find_spec("ziglang"):
        zig = [sys.executable, "-m", "ziglang", "cc", "-target", "thumb-freestanding-eabihf"]
        found["clang-m7"] = [*zig, "-mcpu=cortex_m7"]
    return found


@pytest.mark.slow
@pytest.mark.parametrize("compiler", _compilers().values(), ids=list(_compilers()))
def test_cross_compiles_without_warnings(compiler: list[str], tmp_path: Path) -> None:
    quick = load_grid("quick", OPERATORS)
    fast = [layer.with_kernel("dsp") for layer in quick if "dsp" in layer.variants]
    for index, layer in enumerate((*quick, *fast)):
        source = tmp_path / f"layer_{index}.c"
        source.write_text(render(layer, "kernel"))
        subprocess.run([*compiler, *STRICT, "-O2", "-c", source, "-o", source.with_suffix(".o")], check=True)
