"""Conversions of ONNX's operators, by their names."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping

import numpy as np

from hilbench.networks import attributes as options
from hilbench.networks.attributes import Attributes
from hilbench.networks.builder import Unsupported
from hilbench.networks.onnx import weighted
from hilbench.networks.onnx.operation import Operation
from hilbench.networks.onnx.values import Value
from hilbench.tensors import Quantization

_PROBABILITY = Quantization(np.array([2.0**-8]), -128)
"""Quantization of a softmax's output that the operator in integers has."""

_PLAIN_UPSAMPLING = {
    ("nearest", "half_pixel", "round_prefer_floor"),
    ("nearest", "half_pixel", "round_prefer_ceil"),
    ("nearest", "asymmetric", "floor"),
}
"""Ways to resize by whole numbers that repeat each pixel: mode, transformation of coordinates, rounding."""

Conversion = Callable[[Operation], None]


def _plain(operator: str) -> Conversion:
    return lambda operation: operation.computed(operator, [operation.value(0)], Attributes())


def _binary(operator: str) -> Conversion:
    def convert(operation: Operation) -> None:
        pair = [operation.value(0), operation.value(1)]
        operation.computed(operator, pair, options.ActivationAttributes())

    return convert


def _clip(operation: Operation) -> None:
    bounds = [operation.attributes.get(name) for name in ("min", "max")]
    given = [
        bound if operation.optional(place) is None else float(operation.real(operation.value(place)).data)  # type: ignore[arg-type]
        for place, bound in enumerate(bounds, 1)
    ]
    if given[0] != 0 or given[1] not in (None, 6.0):
        raise Unsupported(f"its bounds {given} are neither those of RELU nor of RELU6")
    operation.computed("relu6" if given[1] else "relu", [operation.value(0)], Attributes())


def _leaky_relu(operation: Operation) -> None:
    attributes = options.LeakyReluAttributes(float(operation.attributes.get("alpha", 0.01)))
    operation.computed("leaky_relu", [operation.value(0)], attributes)


def _prelu(operation: Operation) -> None:
    operation.computed("prelu", [operation.value(0), operation.value(1)], Attributes())


def _softmax(operation: Operation) -> None:
    rank = len(operation.value(0).tensor.shape)
    if operation.axis(int(operation.attributes.get("axis", -1)), rank) != rank - 1:
        raise Unsupported("its axis is not the last one")
    target = operation.target
    if target is not None and target.quantization.matches(_PROBABILITY):
        operation.computed("softmax", [operation.value(0)], options.SoftmaxAttributes())
    else:
        operation.moved("softmax", [_as_real(operation)], options.SoftmaxAttributes())


def _as_real(operation: Operation) -> Value:
    return Value(operation.real(operation.value(0)))


def _pool(operator: str) -> Conversion:
    def convert(operation: Operation) -> None:
        height, width = operation.integers("kernel_shape")
        window = weighted.window_of(operation, (height, width))
        padded = any(operation.integers("pads", default=(0,)))
        if operator == "average_pool2d" and padded and operation.attributes.get("count_include_pad", 0):
            raise Unsupported("it counts its padding")
        operation.moved(operator, [operation.value(0)], options.PoolAttributes(window), last=True)

    return convert


def _global_average(operation: Operation) -> None:
    _mean(operation, (2, 3), keep=True)


def _reduce_mean(operation: Operation) -> None:
    rank = len(operation.value(0).tensor.shape)
    listed = operation.integers("axes", 1, range(rank))
    _mean(operation, listed, bool(operation.attributes.get("keepdims", 1)))


def _mean(operation: Operation, listed: tuple[int, ...], keep: bool) -> None:
    rank = len(operation.value(0).tensor.shape)
    axes = tuple(sorted({operation.axis(axis, rank) for axis in listed}))
    images = keep and (rank, axes) == (4, (2, 3))
    attributes = options.ReductionAttributes((1, 2) if images else axes, keep)
    operation.computed("mean", [operation.value(0)], attributes, last=images)


def _concat(operation: Operation) -> None:
    sources = [operation.value(place) for place in range(len(operation.inputs))]
    axis = operation.axis(int(operation.attributes["axis"]), len(sources[0].tensor.shape))
    operation.moved("concat", sources, options.AxisAttributes(axis))


def _reshape(operation: Operation) -> None:
    source = operation.value(0).tensor
    wanted = [int(length) for length in operation.constant(1).ravel()]
    copied = [source.shape[axis] if length == 0 else length for axis, length in enumerate(wanted)]
    _reshaped(operation, copied)


def _reshaped(operation: Operation, shape: list[int]) -> None:
    """Hand elements through in a shape in which -1 stands for what is left."""
    elements, known = operation.value(0).tensor.spec.elements, math.prod(n for n in shape if n != -1)
    if known < 1 or shape.count(-1) > 1 or elements % known:
        raise Unsupported(f"{elements} elements have no shape {'x'.join(map(str, shape))}")
    target = tuple(elements // known if length == -1 else length for length in shape)
    operation.moved("reshape", [operation.value(0)], options.ReshapeAttributes(target))


def _flatten(operation: Operation) -> None:
    shape = operation.value(0).tensor.shape
    axis = int(operation.attributes.get("axis", 1)) % (len(shape) + 1)
    _reshaped(operation, [math.prod(shape[:axis]), math.prod(shape[axis:])])


def _squeeze(operation: Operation) -> None:
    shape = operation.value(0).tensor.shape
    axes = {operation.axis(axis, len(shape)) for axis in operation.integers("axes", 1)}
    dropped = axes or {axis for axis, length in enumerate(shape) if length == 1}
    _reshaped(operation, [length for axis, length in enumerate(shape) if axis not in dropped])


def _unsqueeze(operation: Operation) -> None:
    shape = list(operation.value(0).tensor.shape)
    axes = operation.integers("axes", 1)
    for axis in sorted(operation.axis(axis, len(shape) + len(axes)) for axis in axes):
        shape.insert(axis, 1)
    _reshaped(operation, shape)


def _transpose(operation: Operation) -> None:
    rank = len(operation.value(0).tensor.shape)
    order = operation.integers("perm", default=tuple(reversed(range(rank))))
    operation.moved("transpose", [operation.value(0)], options.TransposeAttributes(order))


def _pad(operation: Operation) -> None:
    if operation.attributes.get("mode", b"constant") != b"constant":
        raise Unsupported("it mirrors its input")
    if operation.optional(2) is not None and np.any(operation.constant(2)):
        raise Unsupported("it pads with something else than zeros")
    numbers = operation.integers("pads", 1)
    half = len(numbers) // 2
    attributes = options.PadAttributes(numbers[:half], numbers[half:])
    operation.moved("pad", [operation.value(0)], attributes)


def _resize(operation: Operation) -> None:
    """Resize to a whole multiple by the nearest pixel."""
    defaults = {"mode": b"nearest", "coordinate_transformation_mode": b"half_pixel"}
    defaults["nearest_mode"] = b"round_prefer_floor"
    way = tuple(operation.attributes.get(name, default).decode() for name, default in defaults.items())
    shape = operation.value(0).tensor.shape
    if operation.optional(3) is not None:
        target = tuple(int(length) for length in operation.constant(3).ravel())
    else:
        scales = operation.constant(2 if operation.optional(2) is not None else 1).ravel()
        target = tuple(int(length * scale) for length, scale in zip(shape, scales, strict=True))
    whole = len(shape) == 4 and all(long % short == 0 for long, short in zip(target, shape, strict=True))
    if way not in _PLAIN_UPSAMPLING or not whole or target[:2] != shape[:2]:
        raise Unsupported("it is no nearest upsampling by whole numbers")
    attributes = options.ResizeAttributes((target[2], target[3]))
    operation.moved("resize_nearest", [operation.value(0)], attributes, last=True)


def _identity(operation: Operation) -> None:
    operation.results[operation.outputs[0]] = operation.value(0)


def _constant(operation: Operation) -> None:
    data = operation.attributes.get("value")
    if not isinstance(data, np.ndarray):
        raise Unsupported("its value is no tensor")
    operation.results[operation.outputs[0]] = Value(operation.builder.constant(operation.outputs[0], data))


CONVERSIONS: Mapping[str, Conversion] = {
    "Add": _binary("add"),
    "AveragePool": _pool("average_pool2d"),
    "Clip": _clip,
    "Concat": _concat,
    "Constant": _constant,
    "Conv": weighted.conv,
    "Div": _binary("div"),
    "Dropout": _identity,
    "Flatten": _flatten,
    "Gemm": weighted.gemm,
    "GlobalAveragePool": _global_average,
    "HardSwish": _plain("hard_swish"),
    "Identity": _identity,
    "LeakyRelu": _leaky_relu,
    "MatMul": weighted.matmul,
    "MaxPool": _pool("max_pool2d"),
    "Mul": _binary("mul"),
    "PRelu": _prelu,
    "Pad": _pad,
    "ReduceMean": _reduce_mean,
    "Relu": _plain("relu"),
    "Reshape": _reshape,
    "Resize": _resize,
    "Sigmoid": _plain("sigmoid"),
    "Softmax": _softmax,
    "Squeeze": _squeeze,
    "Sub": _binary("sub"),
    "Tanh": _plain("tanh"),
    "Transpose": _transpose,
    "Unsqueeze": _unsqueeze,
}
"""Conversions by ONNX's names; QuantizeLinear and DequantizeLinear are handled by the reader."""
