"""Conversions of TFLite's operators, by their names."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from hilbench.networks import attributes as options
from hilbench.networks.attributes import Attributes
from hilbench.networks.builder import Unsupported
from hilbench.networks.tflite import shaped, weighted
from hilbench.networks.tflite.operation import Operation
from hilbench.tensors import ElementType, Window2D

Conversion = Callable[[Operation], None]


def _pool(operator: str) -> Conversion:
    def convert(operation: Operation) -> None:
        kernel = operation.option("filterHeight"), operation.option("filterWidth")
        strides = operation.option("strideH"), operation.option("strideW")
        window = Window2D(kernel, strides, padding=weighted.padding_of(operation))
        attributes = options.PoolAttributes(window, operation.activation)
        operation.emit(operator, (operation.operand(0),), attributes)

    return convert


def _elementwise(operator: str) -> Conversion:
    def convert(operation: Operation) -> None:
        attributes = options.ActivationAttributes(operation.activation)
        operation.emit(operator, operation.operands(), attributes)

    return convert


def _plain(operator: str) -> Conversion:
    def convert(operation: Operation) -> None:
        operation.emit(operator, operation.operands(), Attributes())

    return convert


def _reduction(operator: str) -> Conversion:
    def convert(operation: Operation) -> None:
        source = operation.operand(0)
        axes = {operation.axis(axis, len(source.shape)) for axis in operation.integers(1)}
        keep = bool(operation.option("keepDims", False))
        attributes = options.ReductionAttributes(tuple(sorted(axes)), keep)
        operation.emit(operator, (source,), attributes)

    return convert


def _arg_max(operation: Operation) -> None:
    source = operation.operand(0)
    axis = operation.axis(operation.integer(1), len(source.shape))
    operation.emit("arg_max", (source,), options.ReductionAttributes((axis,), keep_axes=False))


def _softmax(operation: Operation) -> None:
    attributes = options.SoftmaxAttributes(operation.real("beta", 1.0))
    operation.emit("softmax", (operation.operand(0),), attributes)


def _leaky_relu(operation: Operation) -> None:
    attributes = options.LeakyReluAttributes(operation.real("alpha"))
    operation.emit("leaky_relu", (operation.operand(0),), attributes)


def _dequantize(operation: Operation) -> None:
    """DEQUANTIZE; half floats were widened when they were read."""
    source = operation.operand(0)
    if source.dtype is ElementType.FLOAT32:
        if not source.is_constant:
            raise Unsupported("activations in half precision are not supported")
        operation.builder.aliases[operation.output.name] = source.name
        return
    operation.emit("dequantize", (source,), Attributes())


CONVERSIONS: Mapping[str, Conversion] = {
    "ADD": _elementwise("add"),
    "ARG_MAX": _arg_max,
    "AVERAGE_POOL_2D": _pool("average_pool2d"),
    "CAST": _plain("cast"),
    "CONCATENATION": shaped.concat,
    "CONV_2D": weighted.conv2d,
    "DENSIFY": shaped.densify,
    "DEPTHWISE_CONV_2D": weighted.depthwise_conv2d,
    "DEPTH_TO_SPACE": shaped.depth_to_space,
    "DEQUANTIZE": _dequantize,
    "DIV": _elementwise("div"),
    "EXPAND_DIMS": shaped.expand_dims,
    "FULLY_CONNECTED": weighted.fully_connected,
    "GATHER": shaped.gather,
    "HARD_SWISH": _plain("hard_swish"),
    "LEAKY_RELU": _leaky_relu,
    "LOGISTIC": _plain("sigmoid"),
    "LOG_SOFTMAX": _plain("log_softmax"),
    "MAXIMUM": _plain("maximum"),
    "MAX_POOL_2D": _pool("max_pool2d"),
    "MEAN": _reduction("mean"),
    "MINIMUM": _plain("minimum"),
    "MIRROR_PAD": shaped.mirror_pad,
    "MUL": _elementwise("mul"),
    "PACK": shaped.pack,
    "PAD": shaped.pad,
    "PADV2": shaped.pad,
    "PRELU": _plain("prelu"),
    "QUANTIZE": _plain("quantize"),
    "REDUCE_MAX": _reduction("reduce_max"),
    "RELU": _plain("relu"),
    "RELU6": _plain("relu6"),
    "RESHAPE": shaped.reshape,
    "RESIZE_BILINEAR": shaped.resize_bilinear,
    "RESIZE_NEAREST_NEIGHBOR": shaped.resize_nearest,
    "RSQRT": _plain("rsqrt"),
    "SHAPE": shaped.shape,
    "SLICE": shaped.slice_,
    "SOFTMAX": _softmax,
    "SPLIT": shaped.split,
    "SPLIT_V": shaped.split_v,
    "SQUARED_DIFFERENCE": _plain("squared_difference"),
    "SQUEEZE": shaped.squeeze,
    "STRIDED_SLICE": shaped.strided_slice,
    "SUB": _elementwise("sub"),
    "SVDF": weighted.svdf,
    "TANH": _plain("tanh"),
    "TILE": shaped.tile,
    "TRANSPOSE": shaped.transpose,
    "TRANSPOSE_CONV": weighted.transpose_conv2d,
    "UNIDIRECTIONAL_SEQUENCE_LSTM": weighted.lstm,
    "UNPACK": shaped.unpack,
}
"""Conversions by the names of the schema's BuiltinOperator; variables are handled with the subgraphs."""
