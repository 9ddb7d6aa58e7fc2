"""LSTM and SVDF of any size in C: what they compute is the reference's, which LiteRT's decides."""

from __future__ import annotations

import ctypes
import subprocess
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from hilbench.errors import CaseError
from hilbench.operators import OperatorCase
from hilbench.quantization.fixed_exponential import logistic, tanh
from hilbench.tensors import Quantization
from tests.operators.case_strategies import OPERATORS, RECURRENT
from tests.operators.host_c import GCC, STRICT, run_all
from tests.trial import Trial

needs_gcc = pytest.mark.skipif(GCC is None, reason="needs gcc on PATH: apt install gcc")
PHASES = (Phase.explicit, Phase.reuse, Phase.generate)
"""No shrinking: each step of it would be a compilation."""
SIZES = st.integers(1, 13)


@st.composite
def recurrent_cases(draw: st.DrawFn, operator: str) -> OperatorCase:
    """Legal cases of an operator with states, variant reference."""
    features = draw(SIZES)
    if operator == "lstm":
        steps, units = draw(st.integers(1, 4)), draw(SIZES)
        inputs = f"1x{steps}x{features},1x{units},1x{units}"
        return OPERATORS.case(
            operator=operator, inputs=inputs, cell_clip=draw(st.sampled_from([0, 1, 9000, 32767]))
        )
    rank = draw(st.integers(1, 3))
    filters, memory = rank * draw(SIZES), draw(st.integers(1, 9))
    own: dict[str, Any] = {"filters": filters, "rank": rank, "state_bits": draw(st.sampled_from([8, 16]))}
    return OPERATORS.case(operator=operator, inputs=f"1x{features},1x{filters * memory}", **own)


@needs_gcc
@pytest.mark.parametrize("operator", sorted(RECURRENT))
@given(data=st.data())
@settings(max_examples=2, deadline=None, phases=PHASES)
def test_the_c_computes_the_reference(operator: str, data: st.DataObject) -> None:
    cases = data.draw(st.lists(recurrent_cases(operator), min_size=8, max_size=8))
    batch = [
        OPERATORS.case(**(case.parameters() | {"variant": variant}))
        for case in cases
        for variant in OPERATORS[operator].variants
    ]
    trials = [Trial.of(case) for case in batch]
    for trial, output in zip(trials, run_all(trials), strict=True):
        np.testing.assert_array_equal(output, trial.reference(), err_msg=str(trial.case))


@needs_gcc
@pytest.mark.parametrize("exponent", range(-15, -10))
@pytest.mark.parametrize("extreme", [-1, 1])
def test_an_lstm_at_the_ends_of_its_numbers(exponent: int, extreme: int) -> None:
    trials = []
    for variant in ("reference", "dsp"):
        trial = Trial.of(
            OPERATORS.case(operator="lstm", inputs="1x2x7,1x5,1x5", variant=variant, cell_clip=30000)
        )
        source, state, _ = trial.constants.input_quantization
        cell = Quantization(np.array([2.0**exponent]))
        trial = trial.with_constants(input_quantization=(source, state, cell))
        limits = [np.iinfo(each.dtype) for each in trial.inputs]
        ends = [limit.max if extreme > 0 else limit.min for limit in limits]
        trials.append(
            trial.with_inputs(*(np.full_like(x, end) for x, end in zip(trial.inputs, ends, strict=True)))
        )
    for trial, output in zip(trials, run_all(trials), strict=True):
        np.testing.assert_array_equal(output, trial.reference())


@needs_gcc
def test_functions_of_gates_for_every_number(tmp_path: Path) -> None:
    lines = [
        '#include "gates.h"',
        "void all(int16_t *out) { for (int32_t value = INT16_MIN; value <= INT16_MAX; ++value) {",
        "*out++ = (int16_t)hb_logistic16(value);",
        "for (int bits = 0; bits < 5; ++bits) *out++ = (int16_t)hb_tanh16(value, bits); } }",
    ]
    source, library = tmp_path / "all.c", tmp_path / "all.so"
    source.write_text("\n".join(lines))
    assert GCC is not None
    subprocess.run([GCC, *STRICT, "-O1", "-shared", "-fPIC", "-o", library, source], check=True)
    values = np.arange(-(2**15), 2**15)
    found = np.zeros((len(values), 6), np.int16)
    ctypes.CDLL(str(library)).all(ctypes.c_void_p(found.ctypes.data))
    expected = np.stack([logistic(values, 3), *(tanh(values, bits) for bits in range(5))], axis=1)
    np.testing.assert_array_equal(found, expected)


@pytest.mark.parametrize("operator", sorted(RECURRENT))
@given(data=st.data())
@settings(max_examples=20, deadline=None)
def test_parameters_make_the_same_case(operator: str, data: st.DataObject) -> None:
    case = data.draw(recurrent_cases(operator))
    again = OPERATORS.case(**case.parameters())
    assert (again, again.digest) == (case, case.digest)


@pytest.mark.parametrize(
    ("parameters", "rule"),
    [
        ({"operator": "lstm", "inputs": "2x3x4,1x5,1x5"}, "it takes one sequence"),
        ({"operator": "lstm", "inputs": "1x3x4,1x5,1x6"}, "both states must be vectors of the same length"),
        ({"operator": "lstm", "inputs": "1x3x4,1x5"}, "it takes 3 inputs"),
        ({"operator": "svdf", "inputs": "1x3,1x8", "filters": 4, "rank": 3}, "rank must divide filters"),
        ({"operator": "svdf", "inputs": "1x3,1x9", "filters": 4}, "rank must divide filters"),
        ({"operator": "svdf", "inputs": "1x3,1x8", "filters": 4, "state_bits": 9}, "state_bits must be"),
    ],
)
def test_what_is_impossible_is_refused(parameters: dict[str, object], rule: str) -> None:
    with pytest.raises(CaseError, match=rule):
        OPERATORS.case(**parameters)
