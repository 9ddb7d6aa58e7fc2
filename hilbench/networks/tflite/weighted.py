"""TFLite's operators with weights: convolutions and fully connected layers, LSTM and SVDF."""

from __future__ import annotations

from dataclasses import replace

from hilbench.networks import attributes as options
from hilbench.networks.builder import Unsupported
from hilbench.networks.graph import Tensor
from hilbench.networks.tflite.operation import Operation
from hilbench.networks.types import BIAS_TYPES
from hilbench.quantization.fixed_exponential import MOST_INTEGER_BITS
from hilbench.quantization.recurrent import cell_exponent
from hilbench.tensors import ElementType, Padding, Window2D

_PADDINGS = {0: Padding.SAME, 1: Padding.VALID}
_LSTM_WEIGHTS = (1, 2, 3, 4, 5, 6, 7, 8, 12, 13, 14, 15)
"""Inputs of an LSTM without peepholes, projection and layer normalization: weights, then biases."""
_LSTM_ABSENT = (9, 10, 11, 16, 17, 20, 21, 22, 23)
_LSTM_STATES = (18, 19)
_TANH = 4


def padding_of(operation: Operation) -> Padding:
    """TensorFlow's padding scheme of an operator."""
    number = operation.option("padding")
    if number not in _PADDINGS:
        raise Unsupported(f"its padding (number {number} of the schema) is none")
    return _PADDINGS[number]


def window_of(operation: Operation, kernel: tuple[int, int]) -> Window2D:
    """The window of a convolution."""
    return Window2D(
        kernel,
        (operation.option("strideH"), operation.option("strideW")),
        (operation.option("dilationHFactor", 1), operation.option("dilationWFactor", 1)),
        padding_of(operation),
    )


def conv2d(operation: Operation) -> None:
    """CONV_2D, with as many groups as the weights leave."""
    source, weights, bias = _weighted(operation, 0, 1, 2, axis=0)
    channels, height, width, depth = _four(weights)
    groups = _four(source)[3] // max(depth, 1)
    window = window_of(operation, (height, width))
    attributes = options.ConvolutionAttributes(window, groups, operation.activation)
    operation.emit(
        "conv2d", (source, weights, bias or _bias(operation, source, weights, channels)), attributes
    )


def depthwise_conv2d(operation: Operation) -> None:
    """DEPTHWISE_CONV_2D; the channel multiplier follows from the weights."""
    source, weights, bias = _weighted(operation, 0, 1, 2, axis=3)
    _, height, width, channels = _four(weights)
    window = window_of(operation, (height, width))
    attributes = options.ConvolutionAttributes(window, _four(source)[3], operation.activation)
    bias = bias or _bias(operation, source, weights, channels)
    operation.emit("depthwise_conv2d", (source, weights, bias), attributes)


def transpose_conv2d(operation: Operation) -> None:
    """TRANSPOSE_CONV, where its output has the size that Keras gives it."""
    source, weights, bias = _weighted(operation, 2, 1, 3, axis=0)
    channels, height, width, _ = _four(weights)
    attributes = options.ConvolutionAttributes(window_of(operation, (height, width)), 1, operation.activation)
    bias = bias or _bias(operation, source, weights, channels)
    expected = operation.integers(0)
    operation.emit("transpose_conv2d", (source, weights, bias), attributes)
    if operation.builder.current(operation.output.name).shape != expected:
        raise Unsupported("its output has another size than stride and padding give it")


def fully_connected(operation: Operation) -> None:
    """FULLY_CONNECTED on the flattened input, or along its last axis."""
    source, weights, bias = _weighted(operation, 0, 1, 2, axis=0)
    if operation.option("weightsFormat", 0) != 0:
        raise Unsupported("its weights are shuffled")
    if len(weights.shape) != 2:
        raise Unsupported("its weights are no matrix")
    keep = bool(operation.option("keepNumDims", False))
    bias = bias or _bias(operation, source, weights, weights.shape[0])
    attributes = options.FullyConnectedAttributes(operation.activation, keep)
    operation.emit("fully_connected", (source, weights, bias), attributes)


def lstm(operation: Operation) -> None:
    """UNIDIRECTIONAL_SEQUENCE_LSTM without peepholes, projection and layer normalization."""
    extras = [place for place in _LSTM_ABSENT if operation.optional(place) is not None]
    if extras:
        raise Unsupported(f"it has peepholes, a projection or layer normalization (inputs {extras})")
    if operation.option("fusedActivationFunction", _TANH) != _TANH or operation.option("projClip", 0.0):
        raise Unsupported("its activation is not tanh, or it clips its projection")
    weights = [operation.operand(place) for place in _LSTM_WEIGHTS]
    for place in _LSTM_WEIGHTS:
        operation.constant(place)
    before = [operation.operand(place) for place in _LSTM_STATES]
    if operation.operand(0).dtype is ElementType.INT8:
        _check_integer_lstm(operation, *before)
    after = [operation.builder.following(state) for state in before]
    attributes = options.LstmAttributes(
        operation.real("cellClip", 0.0), bool(operation.option("timeMajor", False))
    )
    inputs = (operation.operand(0), *weights, *before)
    operation.emit("lstm", inputs, attributes, (operation.output, *after))


def _check_integer_lstm(operation: Operation, state: Tensor, cell: Tensor) -> None:
    """Require the quantizations that converters give an LSTM in integers."""
    if not state.quantization.matches(operation.output.quantization):
        raise Unsupported("its output and its state have different quantizations")
    exponent = cell_exponent(cell.quantization) if cell.quantization.scale.size else None
    if (
        cell.dtype is not ElementType.INT16
        or exponent is None
        or not -15 <= exponent < MOST_INTEGER_BITS - 15
    ):
        raise Unsupported("its cell state is no int16 whose scale is a power of two from 2^-15 to 2^-11")


def svdf(operation: Operation) -> None:
    """SVDF: a filter of each feature vector, then one along time over a state."""
    source, features, times = (operation.operand(place) for place in range(3))
    for place in (1, 2):
        operation.constant(place)
    rank = int(operation.option("rank"))
    if rank < 1 or features.shape[0] % rank:
        raise Unsupported(f"its rank {rank} does not divide its filters")
    units = features.shape[0] // rank
    bias = operation.optional(3) or _bias(operation, source, features, units)
    state = operation.operand(4)
    attributes = options.SvdfAttributes(rank, operation.activation)
    after = operation.builder.following(state)
    operation.emit("svdf", (source, features, times, bias, state), attributes, (operation.output, after))


def _weighted(
    operation: Operation, source: int, weights: int, bias: int, axis: int
) -> tuple[Tensor, Tensor, Tensor | None]:
    """Input, weights with their scales along `axis`, and bias, of types that go together."""
    image, filters, added = operation.operand(source), operation.operand(weights), operation.optional(bias)
    operation.constant(weights)
    if filters.quantization.zero_point:
        raise Unsupported("its weights have a zero point")
    if added is not None:
        operation.constant(bias)
    operation.builder.tensors[filters.name] = replace(filters, channel_axis=axis)
    return image, filters, added


def _bias(operation: Operation, source: Tensor, weights: Tensor, channels: int) -> Tensor:
    """A bias of zeros in place of one that is left out."""
    return operation.zeros(channels, BIAS_TYPES.get((source.dtype, weights.dtype), ElementType.INT32))


def _four(tensor: Tensor) -> tuple[int, int, int, int]:
    if len(tensor.shape) != 4:
        raise Unsupported(f"{tensor} has not four axes")
    first, second, third, fourth = tensor.shape
    return first, second, third, fourth
