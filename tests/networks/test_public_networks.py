"""Public networks, imported and interpreted, against LiteRT's reference kernels."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from hilbench.networks.interpreter import Interpreter
from hilbench.networks.tflite import read_tflite
from tests.networks.tflite_file import SHARED_MODELS, LiteRt, random_inputs

FILES = sorted((SHARED_MODELS or Path("nowhere")).rglob("*.tflite"))
OUT_OF_BOUNDS = {"keyword_scrambled_8bit"}
"""Networks whose int8 state of SVDF LiteRT takes for int16, beyond its end; TFLite Micro runs them."""
FLOAT_TOLERANCE = 1e-5
"""Largest difference relative to the largest output; float32 is summed in another order."""


@pytest.mark.parametrize("path", FILES, ids=[path.stem for path in FILES])
def test_a_public_network_is_exact(path: Path) -> None:
    graph = read_tflite(path)
    interpreter = Interpreter(graph)
    if path.stem in OUT_OF_BOUNDS:
        pytest.skip("LiteRT reads out of bounds")
    try:
        reference = LiteRt(path.read_bytes())
    except ValueError:
        pytest.skip("LiteRT refuses the file")
    integer = graph.nodes[0].operator == "quantize" or graph.tensors[graph.inputs[0]].dtype != "float32"
    rng = np.random.default_rng(1)
    for _ in range(2):
        inputs = list(random_inputs([graph.tensors[each].spec for each in graph.inputs], rng))
        for output, expected in zip(interpreter.run(*inputs), reference.run(*inputs), strict=True):
            tolerance = 0 if integer else FLOAT_TOLERANCE * float(np.abs(expected).max())
            np.testing.assert_allclose(output, expected, rtol=0, atol=tolerance)
