"""Small TFLite files become graphs that compute what LiteRT's reference kernels do."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from hilbench.errors import ModelError
from hilbench.networks import Graph
from hilbench.networks.interpreter import Interpreter
from hilbench.networks.tflite import import_tflite, read_tflite
from tests.networks.small_files import convolution, stateful
from tests.networks.tflite_file import LiteRt, TfliteFile, random_inputs

RNG = np.random.default_rng(7)


def assert_exact(data: bytes, runs: int = 2) -> Graph:
    """Require that graph and LiteRT agree on random inputs, run after run."""
    graph = import_tflite(data, "model.tflite")
    interpreter, reference = Interpreter(graph), LiteRt(data)
    for _ in range(runs):
        inputs = list(random_inputs([graph.tensors[each].spec for each in graph.inputs], RNG))
        for output, expected in zip(interpreter.run(*inputs), reference.run(*inputs), strict=True):
            assert output.dtype == expected.dtype
            np.testing.assert_array_equal(output, expected)
    return graph


def test_a_convolution() -> None:
    assert_exact(convolution())


def test_a_bias_that_is_left_out_is_zero() -> None:
    file = TfliteFile()
    source, output = file.tensor((2, 5), zero_point=3), file.tensor((2, 4), zero_point=-5)
    weights = file.constant(RNG.integers(-127, 128, (4, 5), np.int8), 0.01)
    file.operator("FULLY_CONNECTED", [source, weights, -1], [output], "FullyConnectedOptions")
    graph = assert_exact(file.finish([source], [output]))
    assert graph.nodes[0].inputs[2] == f"{graph.outputs[0]}_bias"


def test_a_shape_that_is_computed_from_a_dynamic_batch_is_folded() -> None:
    file = TfliteFile()
    source = file.tensor((1, 2, 6), shapeSignature=[-1, 2, 6])
    shape = file.tensor((3,), "int32", None)
    file.operator("SHAPE", [source], [shape], "ShapeOptions", outType=2)
    one = [file.constant(np.array([each], np.int32)) for each in (0, 1, 1)]
    batch = file.tensor((), "int32", None)
    file.operator("STRIDED_SLICE", [shape, *one], [batch], "StridedSliceOptions", shrinkAxisMask=1)
    packed = file.tensor((2,), "int32", None)
    rest = file.constant(np.array(12, np.int32))
    file.operator("PACK", [batch, rest], [packed], "PackOptions", valuesCount=2, axis=0)
    output = file.tensor((1, 12), shapeSignature=[-1, 12])
    file.operator("RESHAPE", [source, packed], [output], "ReshapeOptions")
    graph = assert_exact(file.finish([source], [output]))
    assert [node.operator for node in graph.nodes] == ["reshape"]


def test_all_unsupported_operators_are_named_at_once() -> None:
    file = TfliteFile()
    tensors = [file.tensor((1, 4)) for _ in range(3)]
    file.operator("COS", tensors[:1], tensors[1:2], None)
    file.operator("CUMSUM", tensors[1:2], tensors[2:3], None)
    with pytest.raises(ModelError, match=r"2 operators.*operator 0 COS \(1x4 int8.*operator 1 CUMSUM"):
        import_tflite(file.finish(tensors[:1], tensors[2:]), "model.tflite")


def test_state_variables_pass_from_run_to_run() -> None:
    graph = assert_exact(stateful(), runs=3)
    assert len(graph.states) == 1


@pytest.mark.parametrize("cut", [0, 3, 7, 40, 200])
def test_a_truncated_file_is_refused_in_one_sentence(cut: int, tmp_path: Path) -> None:
    path = tmp_path / "cut.tflite"
    path.write_bytes(convolution()[:cut])
    with pytest.raises(ModelError, match=r"^cut\.tflite is .*\.$"):
        read_tflite(path)


def test_a_file_that_is_not_there_is_refused() -> None:
    with pytest.raises(ModelError, match="cannot be read"):
        read_tflite(Path("nowhere.tflite"))
