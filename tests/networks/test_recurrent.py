"""LSTM and SVDF against LiteRT's reference kernels, run after run with their states."""

from __future__ import annotations

import numpy as np
import pytest

from hilbench.errors import ModelError
from hilbench.networks.interpreter import Interpreter
from hilbench.networks.tflite import import_tflite
from tests.networks.small_files import lstm, svdf
from tests.networks.tflite_file import LiteRt, random_inputs

RNG = np.random.default_rng(23)
FLOAT_TOLERANCE = 1e-5


def assert_exact(data: bytes, float_tolerance: float = 0.0, runs: int = 4) -> None:
    graph = import_tflite(data, "model.tflite")
    interpreter, reference = Interpreter(graph), LiteRt(data)
    for _ in range(runs):
        inputs = list(random_inputs([graph.tensors[each].spec for each in graph.inputs], RNG))
        for output, expected in zip(interpreter.run(*inputs), reference.run(*inputs), strict=True):
            np.testing.assert_allclose(output, expected, rtol=0, atol=float_tolerance)


@pytest.mark.parametrize("time_major", [False, True])
def test_an_lstm_in_integers(time_major: bool) -> None:
    assert_exact(lstm("int8", time_major))


def test_an_lstm_in_float32() -> None:
    assert_exact(lstm("float32"), FLOAT_TOLERANCE)


def test_an_lstm_with_peepholes_is_refused() -> None:
    with pytest.raises(ModelError, match="peepholes"):
        import_tflite(lstm("float32", peephole=True), "model.tflite")


@pytest.mark.parametrize("scale", [0.0003, 2.0**-9])
def test_an_lstm_whose_cell_state_has_another_scale_is_refused(scale: float) -> None:
    with pytest.raises(ModelError, match="power of two"):
        import_tflite(lstm("int8", cell_scale=scale), "model.tflite")


@pytest.mark.parametrize("dtype", ["int8", "float32"])
def test_svdf(dtype: str) -> None:
    assert_exact(svdf(dtype), FLOAT_TOLERANCE * (dtype == "float32"), runs=8)
