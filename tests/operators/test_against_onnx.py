"""The float32 references agree with ONNX Runtime.

ONNX Runtime sums in an order of its own (vectorised, fused), so that each of its sums may differ from
ours by a few units in the last place of its largest partial sum; hence a tolerance relative to 1.0,
the scale of the products, where a missing or misplaced tap would show as 1e-2 and more.
"""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hilbench.tensors import DType
from tests.operators.case_strategies import CONVERSIONS, IMAGE_OPERATORS, cases
from tests.trial import Trial

pytest.importorskip("onnxruntime")
from tests.operators.onnx_model import run_onnx


@pytest.mark.parametrize("operator", [name for name in IMAGE_OPERATORS if name not in CONVERSIONS])
@given(data=st.data())
@settings(max_examples=25, deadline=None)
def test_reference_agrees(operator: str, data: st.DataObject) -> None:
    trial = Trial.of(data.draw(cases(operator, DType.FLOAT32)))
    reference = trial.reference()
    assert reference.dtype == np.float32
    np.testing.assert_allclose(reference, run_onnx(trial), rtol=1e-5, atol=1e-5)
