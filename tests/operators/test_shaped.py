"""Operators on tensors of any shape: TFLite's outputs bit for bit, and C that computes them."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from hilbench.errors import CaseError
from hilbench.operators import OperatorCase
from hilbench.tensors import DType
from tests.operators.case_strategies import OPERATORS
from tests.operators.host_c import GCC, run_all
from tests.operators.shaped_strategies import SHAPED, shaped_cases
from tests.trial import Trial

pytest.importorskip("ai_edge_litert")
from tests.operators.tflite_model import run_tflite


@pytest.mark.parametrize(("operator", "dtype"), SHAPED)
@given(data=st.data())
@settings(max_examples=30, deadline=None)
def test_reference_is_tflite_s(operator: str, dtype: DType, data: st.DataObject) -> None:
    trial = Trial.of(data.draw(shaped_cases(operator, dtype)))
    np.testing.assert_array_equal(trial.reference(), run_tflite(trial))


@pytest.mark.skipif(GCC is None, reason="needs gcc on PATH: apt install gcc")
@pytest.mark.parametrize(("operator", "dtype"), SHAPED)
@given(data=st.data())
@settings(max_examples=2, deadline=None, phases=(Phase.explicit, Phase.reuse, Phase.generate))
def test_the_c_computes_the_reference(operator: str, dtype: DType, data: st.DataObject) -> None:
    batch: list[OperatorCase] = data.draw(st.lists(shaped_cases(operator, dtype), min_size=8, max_size=8))
    trials = [Trial.of(case) for case in batch]
    for trial, output in zip(trials, run_all(trials), strict=True):
        np.testing.assert_array_equal(output, trial.reference(), err_msg=str(trial.case))


@pytest.mark.parametrize(("operator", "dtype"), SHAPED)
@given(data=st.data())
@settings(max_examples=20, deadline=None)
def test_parameters_make_the_same_case(operator: str, dtype: DType, data: st.DataObject) -> None:
    case = data.draw(shaped_cases(operator, dtype))
    again = OPERATORS.case(**case.parameters())
    assert (again, again.digest) == (case, case.digest)


@pytest.mark.parametrize(
    ("parameters", "rule"),
    [
        ({"operator": "concat", "inputs": "2x3,2x3x1"}, "inputs must be alike but for axis"),
        ({"operator": "concat", "inputs": "2x3,4x4", "axis": 1}, "inputs must be alike but for axis 1"),
        ({"operator": "concat", "inputs": "2x3", "axis": 2}, "axis 2 is none of 2"),
        ({"operator": "split", "inputs": "2x8", "sizes": "4,5"}, "sizes must be positive and add up to 8"),
        ({"operator": "split", "inputs": "2x8", "sizes": "8,0"}, "sizes must be positive"),
        ({"operator": "split", "inputs": "2x8"}, "sizes must be positive"),
        ({"operator": "split", "inputs": "8,8", "sizes": 8}, "it takes one input"),
        (
            {"operator": "transpose", "inputs": "2x3x4", "perm": "0,2"},
            "perm must name each axis from 0 to 2",
        ),
        ({"operator": "transpose", "inputs": "2x3x4", "perm": "0,1,1"}, "perm must name each axis"),
        (
            {"operator": "pad", "inputs": "2x3", "before": "1", "behind": "0,1"},
            "before and behind need 2 numbers",
        ),
        ({"operator": "pad", "inputs": "2x3", "before": "1,-1", "behind": "0,1"}, "numbers of 0 or more"),
        ({"operator": "strided_slice", "inputs": "4", "begin": 3, "end": 3}, "nothing lies between"),
        ({"operator": "strided_slice", "inputs": "4", "begin": 0, "end": 3, "step": 0}, "other than 0"),
        (
            {"operator": "strided_slice", "inputs": "4x4", "begin": 0, "end": 3},
            "begin and end need 2",
        ),
        ({"operator": "add", "inputs": "2x3,2x4"}, "do not broadcast"),
        ({"operator": "add", "inputs": "2x3,2x3,2x3"}, "it takes 2 inputs"),
        ({"operator": "concat", "input": "2x2x3", "out_c": 5}, "out_c must be 6; leave it out"),
        (
            {"operator": "pad", "input": "2x2x3", "before": "0,0,0,0", "behind": "0,0,0,0", "kernel": 3},
            "kernel",
        ),
        ({"operator": "concat", "input": "2x2x3", "activation": "relu"}, "activation must be none"),
        ({"operator": "concat", "inputs": "1x1x1x1x1,1x1x1x1x1"}, "4 axes at most"),
        ({"operator": "concat", "inputs": ",".join(["2"] * 9)}, "kernels take 8 inputs at most"),
        ({"operator": "conv2d", "inputs": "2x4x4x3", "out_c": 2}, "inputs must be images"),
    ],
)
def test_impossible_shapes_are_named(parameters: dict[str, object], rule: str) -> None:
    with pytest.raises(CaseError, match=rule):
        OPERATORS.case(**parameters)
