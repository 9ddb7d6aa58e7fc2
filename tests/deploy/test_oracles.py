"""Two oracles of fully connected layers, LiteRT and TFLite Micro, and kernels that round as either."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from hilbench.deploy.comparison import ComparedRuntime, compared
from hilbench.deploy.deployer import Model
from hilbench.networks.graph import Graph
from hilbench.networks.oracles import OracleChoice, find_oracle
from hilbench.networks.rounding import RoundingChoice, with_rounding
from hilbench.networks.tflite.reader import import_tflite
from hilbench.runner.verify import Difference
from tests.deploy.c_library import needs_c_library
from tests.deploy.host_program import assert_bit_exact, program_of
from tests.deploy.test_deployers import bench, documents
from tests.networks.onnx_file import OnnxFile
from tests.networks.tflite_file import SHARED_MODELS, TfliteFile
from tests.operators.host_c import GCC

UNITS, DEPTH = 600, 24


def dense(seed: int = 0, dtype: str = "int8") -> bytes:
    """A fully connected layer with many outputs, some of which lie near a tie."""
    file = TfliteFile()
    rng = np.random.default_rng(seed)
    scale, weight_scale = 0.02, 0.01
    wide = dtype == "int16"
    source, output = (
        file.tensor((1, DEPTH), dtype, scale),
        file.tensor((1, UNITS), dtype, 0.1 if not wide else 1.0),
    )
    weights = file.constant(rng.integers(-127, 128, (UNITS, DEPTH), np.int8), weight_scale)
    bias = file.constant(rng.integers(-500, 500, UNITS, np.int64 if wide else np.int32), scale * weight_scale)
    file.operator("FULLY_CONNECTED", [source, weights, bias], [output], "FullyConnectedOptions")
    file.codes[-1].version = 7 if wide else 4
    return file.finish([source], [output])


def outputs(choice: OracleChoice, graph: Graph, data: bytes) -> list[bytes]:
    run = find_oracle(choice, graph, data).run
    rng = np.random.default_rng(1)
    spec = graph.tensors[graph.inputs[0]].spec
    limits = np.iinfo(spec.dtype)
    given = [rng.integers(limits.min, limits.max + 1, spec.shape, np.dtype(spec.dtype)) for _ in range(4)]
    return [run([values])[0].tobytes() for values in given]


@pytest.mark.parametrize("dtype", ["int8", "int16"])
def test_each_rounding_is_its_runtime_s(dtype: str) -> None:
    data = dense(dtype=dtype)
    graph = import_tflite(data, "dense.tflite")
    once, twice = (outputs(choice, graph, data) for choice in OracleChoice)
    assert once != twice, "rounding shows"
    for choice, expected in zip(RoundingChoice, (once, twice), strict=True):
        rounded = with_rounding(graph, choice)
        assert outputs(OracleChoice.LITERT, rounded, None) == expected  # type: ignore[arg-type]


@pytest.mark.skipif(GCC is None, reason="needs gcc on PATH: apt install gcc")
@pytest.mark.parametrize("variant", ["reference", "dsp"])
@pytest.mark.parametrize("dtype", ["int8", "int16"])
def test_kernels_round_as_tflite_micro(variant: str, dtype: str) -> None:
    graph = import_tflite(dense(2, dtype), "dense.tflite")
    assert_bit_exact(program_of(with_rounding(graph, RoundingChoice.TFLM), variant))


@needs_c_library
def test_rows_name_the_oracle_that_they_agree_with(tmp_path: Path, cache: Path) -> None:
    model = tmp_path / "dense.tflite"
    model.write_bytes(dense())
    named = ("hilbench", "bakenn")
    own, other = documents(bench(model, cache, *named, options=("--json", "--no-power")))
    assert own["oracle"].startswith("LiteRT ")
    assert own["verified"], own["cause"]
    assert (other["verified"], other["difference"]["largest"]) == (False, 1)
    own, other = documents(
        bench(model, cache, *named, options=("--json", "--no-power", "--rounding", "tflm"))
    )
    assert own["oracle"] == other["oracle"]
    assert own["oracle"].startswith("TFLM ")
    assert own["verified"], own["cause"]
    assert other["verified"], other["cause"]
    (mixed,) = documents(
        bench(model, cache, "hilbench", options=("--json", "--no-power", "--oracle", "tflm"))
    )
    assert mixed["status"] == "verify_failed"


def test_where_litert_cannot_decide_the_oracle_says_so() -> None:
    file = TfliteFile()
    source, output = file.tensor((1, 4), "float32", None), file.tensor((1, 4), "float32", None)
    file.operator("RELU", [source], [output])
    data = file.finish([source], [output])
    graph = import_tflite(data, "real.tflite")
    assert find_oracle(OracleChoice.LITERT, graph, data).name == "hilbench's reference (float32)"
    assert find_oracle(OracleChoice.LITERT, graph, None).name == "hilbench's reference (no TFLite file)"
    broken = import_tflite(dense(), "dense.tflite")
    assert "LiteRT refuses the model" in find_oracle(OracleChoice.LITERT, broken, b"\0" * 64).name


def test_other_runtimes_are_compared(tmp_path: Path, cache: Path) -> None:
    model = tmp_path / "dense.tflite"
    model.write_bytes(dense())
    options = ("--json", "--no-power", "--oracle", "tflm", "--rounding", "tflm")
    others = ("--compare", "litert", "--compare", "onnxruntime")
    (row,) = documents(bench(model, cache, "hilbench", options=(*options, *others)))
    litert = row["compared"]["litert"]
    assert 0 < litert["differing"] < litert["elements"] == 5 * UNITS
    assert (litert["largest"], litert["is_quantized"]) == (1, True)
    assert litert["share"] == litert["differing"] / litert["elements"]
    assert row["compared"]["onnxruntime"] == {"refusal": "ONNX Runtime takes no TFLite files."}


def test_onnx_runtime_is_compared_with(tmp_path: Path) -> None:
    path = tmp_path / "real.onnx"
    file = OnnxFile()
    path.write_bytes(file.finish(file.node("MaxPool", file.source((1, 3, 4, 4)), kernel_shape=[2, 2])))
    model = Model(path)
    program = program_of(model.graph)
    found = compared(model, program, [ComparedRuntime.ONNXRUNTIME, ComparedRuntime.XNNPACK])
    assert found["onnxruntime"] == Difference(0, 0, 5 * 27, is_quantized=False)
    assert found["xnnpack"] == "LiteRT takes TFLite files alone."


@pytest.mark.skipif(SHARED_MODELS is None, reason="needs the public networks beside the repository")
def test_a_network_beyond_whose_tensors_litert_would_write_has_another_oracle() -> None:
    model = Model((SHARED_MODELS or Path()) / "zoo" / "keyword_scrambled_8bit.tflite")
    oracle = model.oracle(OracleChoice.LITERT)
    assert oracle.name.startswith("hilbench's reference (LiteRT takes the int8 state of SVDF for int16")
    (scores,) = oracle.run(
        [np.zeros(model.graph.tensors[name].shape, np.int16) for name in model.graph.inputs]
    )
    assert scores.shape == (1, 2)
