"""ONNX files, imported and interpreted, against ONNX Runtime."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from onnxruntime.quantization import QuantFormat, QuantType, quantize_static

from hilbench.errors import ModelError
from hilbench.networks import Graph
from hilbench.networks.interpreter import Interpreter
from hilbench.networks.model_file import read_model
from hilbench.networks.onnx import import_onnx, read_onnx
from hilbench.networks.passes import simplify
from tests.networks.onnx_file import OnnxFile, run_onnx
from tests.networks.small_files import convolution
from tests.networks.test_damaged_files import damaged
from tests.networks.tflite_file import random_inputs

FLOAT_TOLERANCE = 1e-5
RNG = np.random.default_rng(3)


def network(quantized: bool) -> bytes:
    """A small residual network with the operators that exporters write, channels first."""
    file = OnnxFile()

    def cut(value: str, scale: float = 0.03, zero_point: int = -20) -> str:
        return file.quantized(value, scale, zero_point) if quantized else value

    def conv(value: str, shape: tuple[int, ...], relu: bool = True, **attributes: Any) -> str:
        bias = file.constant(file.rng.uniform(-0.5, 0.5, shape[0]).astype(np.float32))
        result = file.node("Conv", value, file.weights(shape, quantized), bias, **attributes)
        return cut(file.node("Relu", result), 0.03, -128) if relu else cut(result)

    image = cut(file.source((1, 3, 9, 8)), 0.0078, 0)
    value = conv(image, (6, 3, 3, 3), pads=[1, 1, 1, 1], strides=[2, 2])
    deep = conv(value, (6, 1, 3, 3), pads=[1, 1, 1, 1], group=6)
    deep = conv(deep, (6, 6, 1, 1), relu=False)
    value = cut(file.node("Relu", file.node("Add", deep, value)), 0.05, -128)
    value = cut(file.node("MaxPool", value, kernel_shape=[2, 2], strides=[2, 2]), 0.05, -128)
    value = cut(file.node("Sigmoid", value), 1 / 256, -128)
    value = cut(file.node("GlobalAveragePool", value), 1 / 256, -128)
    value = cut(file.node("Flatten", value), 1 / 256, -128)
    value = file.node("Gemm", value, file.weights((5, 6), quantized), transB=1)
    return file.finish(file.node("Softmax", cut(value), axis=1))


def compared(data: bytes, tolerance: float) -> Graph:
    """The simplified graph; its outputs differ by no more than `tolerance` from ONNX Runtime's."""
    graph = simplify(import_onnx(data, "model.onnx"))
    for _ in range(3):
        inputs = list(random_inputs([graph.tensors[name].spec for name in graph.inputs], RNG))
        for output, expected in zip(Interpreter(graph).run(*inputs), run_onnx(data, *inputs), strict=True):
            assert (output.shape, output.dtype) == (expected.shape, expected.dtype)
            np.testing.assert_allclose(output.astype(float), expected.astype(float), rtol=0, atol=tolerance)
    return graph


def test_a_network_in_float32() -> None:
    graph = compared(network(quantized=False), FLOAT_TOLERANCE)
    operators = [node.operator for node in graph.nodes]
    assert operators.count("transpose") == 1  # that of the input
    assert "relu" not in operators


def test_a_network_in_qdq_form_runs_in_integers() -> None:
    graph = compared(network(quantized=True), 0.02)
    types = {str(graph.tensors[node.inputs[0]].dtype) for node in graph.nodes if node.operator == "conv2d"}
    assert types == {"int8"}
    assert sum(node.operator == "dequantize" for node in graph.nodes) <= 1  # that of the softmax


class Samples:
    """Images for ONNX Runtime's quantizer."""

    def __init__(self) -> None:
        self._left = 8

    def get_next(self) -> dict[str, Any] | None:
        self._left -= 1
        return {"in0": RNG.uniform(-1, 1, (1, 3, 9, 8)).astype(np.float32)} if self._left else None


@pytest.mark.parametrize(("dtype", "per_channel"), [(QuantType.QUInt8, True), (QuantType.QInt8, False)])
def test_what_onnx_runtime_quantizes_runs_in_integers(
    tmp_path: Path, dtype: QuantType, per_channel: bool
) -> None:
    before, after = tmp_path / "float.onnx", tmp_path / "quantized.onnx"
    before.write_bytes(network(quantized=False))
    quantize_static(before, after, Samples(), QuantFormat.QDQ, activation_type=dtype, per_channel=per_channel)
    graph = compared(after.read_bytes(), 0.02)
    assert [node.operator for node in graph.nodes].count("conv2d") == 2
    assert sum(node.operator == "dequantize" for node in graph.nodes) == 2  # of the softmax and of the output


@pytest.mark.parametrize("dtype", [np.uint8, np.int8])
def test_quantized_inputs_and_outputs(dtype: type) -> None:
    file, name = OnnxFile(), np.dtype(dtype).name
    parameters = file.constant(np.array(0.02, np.float32)), file.constant(np.array(7, dtype))
    source = file.node("DequantizeLinear", file.source((1, 4), name), *parameters)
    value = file.node("MatMul", source, file.weights((4, 3), True, axis=1))
    data = file.finish(file.node("QuantizeLinear", value, *parameters), dtype=name)
    compared(data, 1)


MOVEMENTS: dict[str, Callable[[OnnxFile, str], str]] = {
    "concat": lambda file, value: file.node("Concat", value, value, axis=1),
    "clip": lambda file, value: file.node(
        "Clip", value, file.constant(np.array(0, np.float32)), file.constant(np.array(6, np.float32))
    ),
    "reduce_mean": lambda file, value: file.node("ReduceMean", value, axes=[2, 3], keepdims=0),
    "pad": lambda file, value: file.node("Pad", value, file.constant(np.array([0, 0, 1, 0, 0, 0, 0, 2]))),
    "resize": lambda file, value: file.node(
        "Resize",
        value,
        "",
        file.constant(np.array([1, 1, 2, 3], np.float32)),
        coordinate_transformation_mode="asymmetric",
        nearest_mode="floor",
    ),
    "average": lambda file, value: file.node("AveragePool", value, kernel_shape=[2, 3], pads=[1, 1, 0, 1]),
    "reshape": lambda file, value: file.node("Reshape", value, file.constant(np.array([0, -1]))),
    "squeeze": lambda file, value: file.node("Squeeze", value, file.constant(np.array([0]))),
    "unsqueeze": lambda file, value: file.node("Unsqueeze", value, file.constant(np.array([2, -1]))),
    "transpose": lambda file, value: file.node("Transpose", value, perm=[0, 2, 1, 3]),
    "leaky_relu": lambda file, value: file.node("LeakyRelu", value, alpha=0.2),
    "hard_swish": lambda file, value: file.node("HardSwish", value),
    "tanh": lambda file, value: file.node("Tanh", value),
    "div": lambda file, value: file.node("Div", value, file.constant(np.array(3, np.float32))),
    "sub": lambda file, value: file.node("Sub", file.constant(np.ones((4, 1, 1), np.float32)), value),
}


@pytest.mark.parametrize("name", MOVEMENTS)
def test_operators(name: str) -> None:
    file = OnnxFile()
    compared(file.finish(MOVEMENTS[name](file, file.source((1, 4, 6, 5)))), FLOAT_TOLERANCE)


def test_all_unsupported_operators_are_named_at_once() -> None:
    file = OnnxFile()
    value = file.node("Cos", file.source((1, 4)))
    data = file.finish(file.node("Erf", file.node("Relu", value)))
    with pytest.raises(ModelError, match=r"3 operators.*operator 0 Cos.*operator 2 Erf"):
        import_onnx(data, "model.onnx")


def test_an_input_of_free_height_is_refused() -> None:
    file = OnnxFile()
    data = file.finish(file.node("Relu", file.source((1, 3, "height", 4))))
    with pytest.raises(ModelError, match="no fixed length in axis 2"):
        import_onnx(data, "model.onnx")


def test_a_file_that_is_not_there_is_refused() -> None:
    with pytest.raises(ModelError, match="cannot be read"):
        read_onnx(Path("nowhere.onnx"))


def survive(data: bytes) -> None:
    try:
        import_onnx(data, "model.onnx")
    except ModelError as error:
        sentence = str(error)
    else:
        return
    assert sentence.endswith(".")
    assert "\n" not in sentence


@pytest.mark.parametrize("quantized", [False, True])
def test_damage(quantized: bool) -> None:
    data, chance = network(quantized), random.Random(1)
    for _ in range(100):
        survive(damaged(data, chance))


@pytest.mark.slow
@pytest.mark.parametrize("quantized", [False, True])
def test_much_damage(quantized: bool) -> None:
    data, chance = network(quantized), random.Random(2)
    for _ in range(2500):
        survive(damaged(data, chance))


@pytest.mark.parametrize(("name", "data"), [("a.onnx", network(True)), ("b.tflite", convolution())])
def test_a_model_file_is_read_by_the_end_of_its_name(name: str, data: bytes, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(data)
    assert read_model(tmp_path / name).name == Path(name).stem
    with pytest.raises(ModelError, match=r"give a \.tflite, an \.onnx or a \.keras file"):
        read_model(tmp_path / "c.h5")
