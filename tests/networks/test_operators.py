"""Each operator of TFLite, imported and interpreted, against LiteRT's reference kernels."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pytest

from hilbench.networks.interpreter import Interpreter
from hilbench.networks.tflite import import_tflite
from tests.networks.tflite_file import LiteRt, TfliteFile, random_inputs

RNG = np.random.default_rng(11)
FLOAT_TOLERANCE = 2e-6
"""Largest difference relative to the largest output; the C library's functions are not NumPy's."""

Model = Callable[[TfliteFile], tuple[Sequence[int], Sequence[int]]]


def assert_exact(model: Model, float_tolerance: float = 0.0) -> None:
    """Require equal outputs for random inputs."""
    file = TfliteFile()
    data = file.finish(*model(file))
    graph = import_tflite(data, "model.tflite")
    interpreter, reference = Interpreter(graph), LiteRt(data)
    for _ in range(3):
        inputs = list(random_inputs([graph.tensors[each].spec for each in graph.inputs], RNG))
        for output, expected in zip(interpreter.run(*inputs), reference.run(*inputs), strict=True):
            assert (output.dtype, output.shape) == (expected.dtype, expected.shape)
            bound = float_tolerance * float(np.abs(expected.astype(float)).max())
            np.testing.assert_allclose(output, expected, rtol=0, atol=bound)


def constant(file: TfliteFile, values: object) -> int:
    return file.constant(np.array(values, np.int32))


def random(file: TfliteFile, shape: Sequence[int], dtype: str, zero_point: int | None = None) -> int:
    """A tensor of a random scale and zero point."""
    if dtype in ("float32", "int32", "int64"):
        return file.tensor(shape, dtype, None)
    limits = np.iinfo(dtype)
    drawn = 0 if dtype == "int16" else int(RNG.integers(limits.min, limits.max + 1))
    scale = float(RNG.uniform(0.02, 0.1)) / (256 if dtype == "int16" else 1)
    return file.tensor(shape, dtype, scale, drawn if zero_point is None else zero_point)


def unary(
    name: str,
    shape: Sequence[int],
    options: str | None = None,
    output: Sequence[Sequence[int]] = (),
    **fields: Any,
) -> Callable[[str, TfliteFile], tuple[list[int], list[int]]]:
    """A model of one operator on one tensor; `operands` are further constant inputs."""
    operands = fields.pop("operands", ())
    alike = fields.pop("alike", False)
    before = fields.pop("before", False)

    def build(dtype: str, file: TfliteFile) -> tuple[list[int], list[int]]:
        source = random(file, shape, dtype)
        quantized = file.main.tensors[source].quantization
        outputs = [random(file, each, dtype) for each in output or [shape]]
        for each in outputs if alike else ():
            file.main.tensors[each].quantization = quantized
        constants = [constant(file, each) for each in operands]
        inputs = [*constants, source] if before else [source, *constants]
        file.operator(name, inputs, outputs, options, **fields)
        return [source], outputs

    return build


IMAGE = (1, 4, 6, 5)
BORDERS, WIDE_BORDERS = ((0, 0), (1, 2), (0, 1), (0, 0)), ((0, 0), (4, 0), (0, 1), (0, 0))
MOVEMENTS = {
    "transpose": unary("TRANSPOSE", IMAGE, None, [(1, 5, 4, 6)], operands=[(0, 3, 1, 2)], alike=True),
    "pad": unary("PAD", IMAGE, None, [(1, 7, 7, 5)], operands=[BORDERS], alike=True),
    "mirror_pad": unary(
        "MIRROR_PAD",
        IMAGE,
        "MirrorPadOptions",
        [(1, 7, 7, 5)],
        operands=[BORDERS],
        alike=True,
    ),
    "symmetric_pad": unary(
        "MIRROR_PAD",
        IMAGE,
        "MirrorPadOptions",
        [(1, 8, 7, 5)],
        operands=[WIDE_BORDERS],
        alike=True,
        mode=1,
    ),
    "split": unary(
        "SPLIT",
        IMAGE,
        "SplitOptions",
        [(1, 4, 2, 5)] * 3,
        operands=[2],
        before=True,
        alike=True,
        numSplits=3,
    ),
    "split_v": unary(
        "SPLIT_V",
        IMAGE,
        "SplitVOptions",
        [(1, 4, 1, 5), (1, 4, 5, 5)],
        operands=[(1, -1), 2],
        alike=True,
        numSplits=2,
    ),
    "unpack": unary("UNPACK", (3, 2, 4), "UnpackOptions", [(3, 4)] * 2, num=2, axis=1, alike=True),
    "tile": unary("TILE", (1, 2, 3, 2), None, [(1, 4, 3, 6)], operands=[(1, 2, 1, 3)], alike=True),
    "gather": unary(
        "GATHER", IMAGE, "GatherOptions", [(1, 3, 6, 5)], operands=[(3, 0, 2)], alike=True, axis=1
    ),
    "depth_to_space": unary(
        "DEPTH_TO_SPACE", (1, 2, 3, 8), "DepthToSpaceOptions", [(1, 4, 6, 2)], alike=True, blockSize=2
    ),
    "squeeze": unary("SQUEEZE", (1, 3, 1, 4), "SqueezeOptions", [(3, 1, 4)], alike=True, squeezeDims=[0]),
    "expand_dims": unary("EXPAND_DIMS", (3, 4), None, [(3, 4, 1)], operands=[-1], alike=True),
    "slice": unary("SLICE", IMAGE, None, [(1, 2, 6, 3)], operands=[(0, 1, 0, 1), (1, 2, -1, 3)], alike=True),
    "strided_slice": unary(
        "STRIDED_SLICE",
        IMAGE,
        "StridedSliceOptions",
        [(1, 2, 3, 2)],
        operands=[(0, 1, 0, 4), (1, 4, 6, 0), (1, 2, 2, -2)],
        beginMask=1,
        alike=True,
    ),
    "reversed_slice": unary(
        "STRIDED_SLICE",
        (3, 5),
        "StridedSliceOptions",
        [(5,)],
        operands=[(-2, 4), (9, 0), (1, -1)],
        endMask=2,
        shrinkAxisMask=1,
        alike=True,
    ),
    "resize_nearest": unary(
        "RESIZE_NEAREST_NEIGHBOR",
        IMAGE,
        "ResizeNearestNeighborOptions",
        [(1, 8, 9, 5)],
        operands=[(8, 9)],
        alike=True,
    ),
    "resize_nearest_corners": unary(
        "RESIZE_NEAREST_NEIGHBOR",
        IMAGE,
        "ResizeNearestNeighborOptions",
        [(1, 7, 3, 5)],
        operands=[(7, 3)],
        alignCorners=True,
        alike=True,
    ),
    "resize_nearest_centers": unary(
        "RESIZE_NEAREST_NEIGHBOR",
        IMAGE,
        "ResizeNearestNeighborOptions",
        [(1, 7, 3, 5)],
        operands=[(7, 3)],
        halfPixelCenters=True,
        alike=True,
    ),
    "reduce_max": unary(
        "REDUCE_MAX", IMAGE, "ReducerOptions", [(1, 6)], operands=[(1, 3)], keepDims=False, alike=True
    ),
}


@pytest.mark.parametrize("dtype", ["int8", "float32", "int16"])
@pytest.mark.parametrize("name", MOVEMENTS)
def test_movement(name: str, dtype: str) -> None:
    if dtype == "int16" and name in ("mirror_pad", "symmetric_pad", "depth_to_space"):
        pytest.skip("LiteRT does not have it")
    assert_exact(lambda file: MOVEMENTS[name](dtype, file))


BILINEAR: list[dict[str, Any]] = [
    {"operands": [(8, 9)], "output": [(1, 8, 9, 5)]},
    {"operands": [(3, 11)], "output": [(1, 3, 11, 5)], "halfPixelCenters": True},
    {"operands": [(7, 3)], "output": [(1, 7, 3, 5)], "alignCorners": True},
]
FUNCTIONS = {
    **{
        f"resize_bilinear{index}": unary(
            "RESIZE_BILINEAR", IMAGE, "ResizeBilinearOptions", alike=True, **fields
        )
        for index, fields in enumerate(BILINEAR)
    },
    **{
        f"mean{axes}{keep}": unary(
            "MEAN",
            shape,
            "ReducerOptions",
            [tuple(1 if a in axes else n for a, n in enumerate(shape) if keep or a not in axes)],
            operands=[axes],
            keepDims=keep,
        )
        for shape, axes, keep in (
            (IMAGE, (1, 2), True),
            (IMAGE, (1, 2), False),
            (IMAGE, (2, 3), False),
            (IMAGE, (1,), True),
            (IMAGE, (2,), False),
            (IMAGE, (3,), False),
            ((1, 7, 9), (2,), True),
        )
    },
    "relu": unary("RELU", IMAGE),
    "relu6": unary("RELU6", IMAGE),
    "leaky_relu": unary("LEAKY_RELU", IMAGE, "LeakyReluOptions", alpha=0.3),
    "tanh": unary("TANH", IMAGE),
    "hard_swish": unary("HARD_SWISH", IMAGE),
}


@pytest.mark.parametrize("dtype", ["int8", "float32"])
@pytest.mark.parametrize("name", FUNCTIONS)
def test_function(name: str, dtype: str) -> None:
    assert_exact(lambda file: FUNCTIONS[name](dtype, file), FLOAT_TOLERANCE * (dtype == "float32"))


def probability(name: str, dtype: str, output: str, options: str | None = None, **fields: Any) -> Model:
    """SOFTMAX or LOGISTIC, whose outputs have the one quantization that TFLite takes."""

    def build(file: TfliteFile) -> tuple[list[int], list[int]]:
        source = random(file, (2, 3, 7), dtype)
        scale, zero_point = {"int8": (1 / 256, -128), "int16": (1 / 65536, -32768), "float32": (None, 0)}[
            output
        ]
        result = file.tensor((2, 3, 7), output, scale, zero_point)
        file.operator(name, [source], [result], options, **fields)
        return [source], [result]

    return build


@pytest.mark.parametrize(
    "model",
    [
        probability("LOGISTIC", "int8", "int8"),
        probability("LOGISTIC", "float32", "float32"),
        probability("SOFTMAX", "int8", "int8", "SoftmaxOptions", beta=1.0),
        probability("SOFTMAX", "int8", "int8", "SoftmaxOptions", beta=2.5),
        probability("SOFTMAX", "int8", "int16", "SoftmaxOptions", beta=1.0),
        probability("SOFTMAX", "float32", "float32", "SoftmaxOptions", beta=0.7),
        probability("LOG_SOFTMAX", "float32", "float32"),
    ],
)
def test_probabilities(model: Model) -> None:
    assert_exact(model, FLOAT_TOLERANCE)


BROADCASTS = [
    ((1, 3, 4, 5), (1, 3, 4, 5)),
    ((1, 3, 4, 5), (1,)),
    ((1, 3, 4, 5), (5,)),
    ((1, 3, 4, 5), (1, 3, 4, 1)),
    ((1, 1, 1, 5), (1, 3, 4, 5)),
    ((3, 1, 5), (4, 1)),
]


@pytest.mark.parametrize("shapes", BROADCASTS)
@pytest.mark.parametrize("dtype", ["int8", "int16", "float32"])
@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("ADD", "AddOptions"),
        ("SUB", "SubOptions"),
        ("MUL", "MulOptions"),
        ("MAXIMUM", None),
        ("MINIMUM", None),
        ("SQUARED_DIFFERENCE", None),
        ("DIV", "DivOptions"),
    ],
)
def test_binary(
    name: str, options: str | None, dtype: str, shapes: tuple[tuple[int, ...], tuple[int, ...]]
) -> None:
    if (name == "DIV" and dtype != "float32") or (name == "SQUARED_DIFFERENCE" and dtype == "int16"):
        pytest.skip("it has no such type")

    def build(file: TfliteFile) -> tuple[list[int], list[int]]:
        inputs = [random(file, shape, dtype) for shape in shapes]
        output = random(file, np.broadcast_shapes(*shapes), dtype)
        if name in ("MAXIMUM", "MINIMUM"):
            for each in (inputs[1], output):
                file.main.tensors[each].quantization = file.main.tensors[inputs[0]].quantization
        fields: dict[str, Any] = {"fusedActivationFunction": 1} if options and dtype == "int8" else {}
        file.operator(name, inputs, [output], options, **fields)
        return inputs, [output]

    assert_exact(build)


def test_rsqrt() -> None:
    def build(file: TfliteFile) -> tuple[list[int], list[int]]:
        source, output = file.tensor((1, 300), "int8", 0.05, -128), file.tensor((1, 300), "int8", 0.01, -120)
        file.operator("RSQRT", [source], [output])
        return [source], [output]

    assert_exact(build)


def test_prelu() -> None:
    def build(file: TfliteFile) -> tuple[list[int], list[int]]:
        source, output = file.tensor(IMAGE, "float32", None), file.tensor(IMAGE, "float32", None)
        slopes = file.constant(RNG.uniform(-1, 1, (1, 1, 5)).astype(np.float32))
        file.operator("PRELU", [source, slopes], [output])
        return [source], [output]

    assert_exact(build)


@pytest.mark.parametrize(
    ("source", "output"),
    [
        ("uint8", "int8"),
        ("int8", "uint8"),
        ("int8", "int8"),
        ("uint8", "uint8"),
        ("float32", "int8"),
        ("float32", "uint8"),
        ("float32", "int16"),
        ("int16", "int8"),
        ("int8", "int16"),
        ("int16", "int32"),
    ],
)
def test_quantize(source: str, output: str) -> None:
    def build(file: TfliteFile) -> tuple[list[int], list[int]]:
        before = random(file, IMAGE, source)
        after = file.tensor(IMAGE, output, 0.0123) if output == "int32" else random(file, IMAGE, output)
        file.operator("QUANTIZE", [before], [after], "QuantizeOptions")
        return [before], [after]

    assert_exact(build)


def test_quantize_between_uint8_and_int8_of_one_scale() -> None:
    def build(file: TfliteFile) -> tuple[list[int], list[int]]:
        before, after = file.tensor(IMAGE, "uint8", 0.1, 130), file.tensor(IMAGE, "int8", 0.1, 2)
        file.operator("QUANTIZE", [before], [after], "QuantizeOptions")
        return [before], [after]

    assert_exact(build)


@pytest.mark.parametrize("dtype", ["int8", "uint8", "int16"])
def test_dequantize(dtype: str) -> None:
    def build(file: TfliteFile) -> tuple[list[int], list[int]]:
        before, after = random(file, IMAGE, dtype), file.tensor(IMAGE, "float32", None)
        file.operator("DEQUANTIZE", [before], [after])
        return [before], [after]

    assert_exact(build)


@pytest.mark.parametrize("output", ["int32", "int64"])
def test_arg_max(output: str) -> None:
    def build(file: TfliteFile) -> tuple[list[int], list[int]]:
        source, result = random(file, (2, 9), "int8"), file.tensor((2,), output, None)
        kind: dict[str, Any] = {"outputType": 4 if output == "int64" else 2}
        file.operator("ARG_MAX", [source, constant(file, -1)], [result], "ArgMaxOptions", **kind)
        return [source], [result]

    assert_exact(build)


def weighted(
    file: TfliteFile,
    name: str,
    dtype: str,
    image: Sequence[int],
    weights: Sequence[int],
    output: Sequence[int],
    **fields: Any,
) -> tuple[list[int], list[int]]:
    """A convolution or fully connected layer with random constants."""
    options = fields.pop("options")
    axis = 3 if name == "DEPTHWISE_CONV_2D" else 0
    channels = weights[axis]
    source, result = random(file, image, dtype), random(file, output, dtype)
    per_channel = name != "FULLY_CONNECTED"
    if dtype == "float32":
        filters = file.constant(RNG.uniform(-1, 1, weights).astype(np.float32))
        bias = file.constant(RNG.uniform(-1, 1, channels).astype(np.float32))
    else:
        scales = RNG.uniform(0.001, 0.01, (channels if per_channel else 1,)).astype(np.float32)
        filters = file.constant(RNG.integers(-127, 128, weights).astype(np.int8), scales.tolist(), axis=axis)
        scale = file.main.tensors[source].quantization.scale
        wide = np.int64 if dtype == "int16" else np.int32
        bias = file.constant(RNG.integers(-3000, 3000, channels).astype(wide), (scale * scales).tolist())
    operands = [source, filters, bias]
    if name == "TRANSPOSE_CONV":
        operands = [constant(file, output), filters, source, bias]
    file.operator(name, operands, [result], options, **fields)
    return [source], [result]


CONVOLUTIONS: dict[str, dict[str, Any]] = {
    "strides": {
        "name": "CONV_2D",
        "image": (1, 9, 8, 3),
        "weights": (4, 3, 3, 3),
        "output": (1, 5, 8, 4),
        "strideH": 2,
        "strideW": 1,
    },
    "dilation": {
        "name": "CONV_2D",
        "image": (1, 9, 8, 3),
        "weights": (4, 3, 2, 3),
        "output": (1, 7, 6, 4),
        "strideH": 1,
        "strideW": 1,
        "dilationHFactor": 1,
        "dilationWFactor": 2,
        "padding": 1,
    },
    "batch": {
        "name": "CONV_2D",
        "image": (2, 4, 4, 3),
        "weights": (4, 1, 1, 3),
        "output": (2, 4, 4, 4),
        "strideH": 1,
        "strideW": 1,
    },
    "groups": {
        "name": "CONV_2D",
        "image": (1, 4, 4, 6),
        "weights": (4, 3, 3, 3),
        "output": (1, 4, 4, 4),
        "strideH": 1,
        "strideW": 1,
    },
    "multiplier": {
        "name": "DEPTHWISE_CONV_2D",
        "image": (1, 9, 8, 2),
        "weights": (1, 3, 3, 16),
        "output": (1, 5, 4, 16),
        "strideH": 2,
        "strideW": 2,
        "depthMultiplier": 8,
        "fusedActivationFunction": 3,
    },
    "transposed": {
        "name": "TRANSPOSE_CONV",
        "image": (1, 4, 5, 3),
        "weights": (2, 3, 3, 3),
        "output": (1, 8, 10, 2),
        "strideH": 2,
        "strideW": 2,
    },
    "connected": {"name": "FULLY_CONNECTED", "image": (3, 2, 10), "weights": (4, 20), "output": (3, 4)},
    "kept_axes": {
        "name": "FULLY_CONNECTED",
        "image": (1, 3, 10),
        "weights": (4, 10),
        "output": (1, 3, 4),
        "keepNumDims": True,
        "fusedActivationFunction": 1,
    },
}
OPTIONS = {
    "CONV_2D": "Conv2DOptions",
    "DEPTHWISE_CONV_2D": "DepthwiseConv2DOptions",
    "TRANSPOSE_CONV": "TransposeConvOptions",
    "FULLY_CONNECTED": "FullyConnectedOptions",
}


@pytest.mark.parametrize("dtype", ["int8", "int16", "float32"])
@pytest.mark.parametrize("case", CONVOLUTIONS)
def test_weighted(case: str, dtype: str) -> None:
    fields = CONVOLUTIONS[case]
    if dtype == "int16" and fields["name"] == "TRANSPOSE_CONV":
        pytest.skip("no int16 here")
    options = OPTIONS[fields["name"]]
    assert_exact(
        lambda file: weighted(file, dtype=dtype, options=options, **fields),
        FLOAT_TOLERANCE * (dtype == "float32"),
    )
