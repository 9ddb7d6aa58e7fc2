"""Public networks, imported and interpreted, against LiteRT's reference kernels."""

from __future__ import annotations

import numpy as np
import pytest

from hilbench.networks.interpreter import Interpreter
from hilbench.networks.tflite import read_tflite
from tests.networks.tflite_file import SHARED_MODELS, LiteRt, random_inputs

MLPERF_TINY = (
    "ad01_int8",
    "kws_ref_model",
    "pretrainedResnet_quant",
    "vww_96_int8",
    "zoo/str_ww_ref_model",
)


@pytest.mark.skipif(SHARED_MODELS is None, reason="no public networks beside the repository")
@pytest.mark.parametrize("name", MLPERF_TINY)
def test_mlperf_tiny_is_exact(name: str) -> None:
    assert SHARED_MODELS is not None
    path = SHARED_MODELS / f"{name}.tflite"
    graph = read_tflite(path)
    interpreter, reference = Interpreter(graph), LiteRt(path.read_bytes())
    rng = np.random.default_rng(1)
    for _ in range(2):
        inputs = list(random_inputs([graph.tensors[each].spec for each in graph.inputs], rng))
        for output, expected in zip(interpreter.run(*inputs), reference.run(*inputs), strict=True):
            np.testing.assert_array_equal(output, expected)
