"""Types of the constructors of cases: made by python -m tools.constructors --write."""

from collections.abc import Mapping

from hilbench.operators import Layer, Tuning

Size = int | str | tuple[int, ...]
Shape = str | tuple[int, ...]
Shapes = str | list[tuple[int, ...]] | tuple[tuple[int, ...], ...]

def add(
    *,
    input: Shape | None = None,
    inputs: Shapes | None = None,
    activation: str | None = None,
    dtype: str | None = None,
    variant: str | None = None,
    tuning: Tuning | Mapping[str, int] | None = None,
) -> Layer:
    """TFLite's ADD of two tensors."""

def average_pool2d(
    *,
    input: Shape | None = None,
    inputs: Shapes | None = None,
    kernel: Size | None = None,
    stride: Size | None = None,
    padding: str | tuple[int, int, int, int] | None = None,
    activation: str | None = None,
    dtype: str | None = None,
    variant: str | None = None,
    tuning: Tuning | Mapping[str, int] | None = None,
) -> Layer:
    """TFLite's AVERAGE_POOL_2D: int8 averages are rounded to nearest, ties away from zero."""

def concat(
    *,
    input: Shape | None = None,
    inputs: Shapes | None = None,
    axis: int | None = None,
    dtype: str | None = None,
    variant: str | None = None,
    tuning: Tuning | Mapping[str, int] | None = None,
) -> Layer:
    """TFLite's CONCATENATION of any number of inputs that have one quantization."""

def conv2d(
    *,
    input: Shape | None = None,
    inputs: Shapes | None = None,
    out_c: int | None = None,
    kernel: Size | None = None,
    stride: Size | None = None,
    padding: str | tuple[int, int, int, int] | None = None,
    dilation: Size | None = None,
    groups: int | None = None,
    activation: str | None = None,
    dtype: str | None = None,
    variant: str | None = None,
    tuning: Tuning | Mapping[str, int] | None = None,
) -> Layer:
    """TFLite's CONV_2D; the operator that all others are compared with."""

def depthwise_conv2d(
    *,
    input: Shape | None = None,
    inputs: Shapes | None = None,
    out_c: int | None = None,
    kernel: Size | None = None,
    stride: Size | None = None,
    padding: str | tuple[int, int, int, int] | None = None,
    dilation: Size | None = None,
    groups: int | None = None,
    activation: str | None = None,
    dtype: str | None = None,
    variant: str | None = None,
    tuning: Tuning | Mapping[str, int] | None = None,
) -> Layer:
    """TFLite's DEPTHWISE_CONV_2D; weights are (1, KH, KW, O)."""

def dequantize(
    *,
    input: Shape | None = None,
    inputs: Shapes | None = None,
    dtype: str | None = None,
    variant: str | None = None,
    tuning: Tuning | Mapping[str, int] | None = None,
) -> Layer:
    """TFLite's DEQUANTIZE of integers to float32."""

def fully_connected(
    *,
    input: Shape | None = None,
    inputs: Shapes | None = None,
    out_c: int | None = None,
    kernel: Size | None = None,
    stride: Size | None = None,
    padding: str | tuple[int, int, int, int] | None = None,
    dilation: Size | None = None,
    groups: int | None = None,
    activation: str | None = None,
    dtype: str | None = None,
    variant: str | None = None,
    tuning: Tuning | Mapping[str, int] | None = None,
) -> Layer:
    """TFLite's FULLY_CONNECTED; weights are (O, H * W * C)."""

def grouped_conv2d(
    *,
    input: Shape | None = None,
    inputs: Shapes | None = None,
    out_c: int | None = None,
    kernel: Size | None = None,
    stride: Size | None = None,
    padding: str | tuple[int, int, int, int] | None = None,
    dilation: Size | None = None,
    groups: int | None = None,
    activation: str | None = None,
    dtype: str | None = None,
    variant: str | None = None,
    tuning: Tuning | Mapping[str, int] | None = None,
) -> Layer:
    """TFLite's CONV_2D with fewer filter channels than input channels."""

def hard_swish(
    *,
    input: Shape | None = None,
    inputs: Shapes | None = None,
    dtype: str | None = None,
    variant: str | None = None,
    tuning: Tuning | Mapping[str, int] | None = None,
) -> Layer:
    """TFLite's HARD_SWISH; with int8 it computes in int16."""

def lookup(
    *,
    input: Shape | None = None,
    inputs: Shapes | None = None,
    dtype: str | None = None,
    variant: str | None = None,
    tuning: Tuning | Mapping[str, int] | None = None,
) -> Layer:
    """A function of each int8: rescaling, and every activation function that stands by itself."""

def lstm(
    *,
    input: Shape | None = None,
    inputs: Shapes | None = None,
    cell_clip: int | None = None,
    dtype: str | None = None,
    variant: str | None = None,
    tuning: Tuning | Mapping[str, int] | None = None,
) -> Layer:
    """TFLite's UNIDIRECTIONAL_SEQUENCE_LSTM in integers, of one sequence."""

def max_pool2d(
    *,
    input: Shape | None = None,
    inputs: Shapes | None = None,
    kernel: Size | None = None,
    stride: Size | None = None,
    padding: str | tuple[int, int, int, int] | None = None,
    activation: str | None = None,
    dtype: str | None = None,
    variant: str | None = None,
    tuning: Tuning | Mapping[str, int] | None = None,
) -> Layer:
    """TFLite's MAX_POOL_2D."""

def mean(
    *,
    input: Shape | None = None,
    inputs: Shapes | None = None,
    dtype: str | None = None,
    variant: str | None = None,
    tuning: Tuning | Mapping[str, int] | None = None,
) -> Layer:
    """TFLite's MEAN over height and width, which stay as axes of length 1."""

def mul(
    *,
    input: Shape | None = None,
    inputs: Shapes | None = None,
    activation: str | None = None,
    dtype: str | None = None,
    variant: str | None = None,
    tuning: Tuning | Mapping[str, int] | None = None,
) -> Layer:
    """TFLite's MUL of two tensors."""

def pad(
    *,
    input: Shape | None = None,
    inputs: Shapes | None = None,
    before: int | tuple[int, ...] | None = None,
    behind: int | tuple[int, ...] | None = None,
    dtype: str | None = None,
    variant: str | None = None,
    tuning: Tuning | Mapping[str, int] | None = None,
) -> Layer:
    """TFLite's PAD: real zeros before and behind each axis, `before` and `behind` of them."""

def pointwise_conv2d(
    *,
    input: Shape | None = None,
    inputs: Shapes | None = None,
    out_c: int | None = None,
    kernel: Size | None = None,
    stride: Size | None = None,
    padding: str | tuple[int, int, int, int] | None = None,
    dilation: Size | None = None,
    groups: int | None = None,
    activation: str | None = None,
    dtype: str | None = None,
    variant: str | None = None,
    tuning: Tuning | Mapping[str, int] | None = None,
) -> Layer:
    """TFLite's CONV_2D with a 1x1 kernel."""

def quantize(
    *,
    input: Shape | None = None,
    inputs: Shapes | None = None,
    bits: int | None = None,
    dtype: str | None = None,
    variant: str | None = None,
    tuning: Tuning | Mapping[str, int] | None = None,
) -> Layer:
    """TFLite's QUANTIZE of float32, or of int16 of another scale, to integers of `bits`."""

def sigmoid(
    *,
    input: Shape | None = None,
    inputs: Shapes | None = None,
    dtype: str | None = None,
    variant: str | None = None,
    tuning: Tuning | Mapping[str, int] | None = None,
) -> Layer:
    """TFLite's LOGISTIC; with int8 it is a table computed in float32."""

def softmax(
    *,
    input: Shape | None = None,
    inputs: Shapes | None = None,
    bits: int | tuple[int, ...] | None = None,
    dtype: str | None = None,
    variant: str | None = None,
    tuning: Tuning | Mapping[str, int] | None = None,
) -> Layer:
    """TFLite's SOFTMAX of each pixel's channels, with beta = 1; shares of int8 may be int16."""

def split(
    *,
    input: Shape | None = None,
    inputs: Shapes | None = None,
    axis: int | None = None,
    sizes: int | tuple[int, ...] | None = None,
    dtype: str | None = None,
    variant: str | None = None,
    tuning: Tuning | Mapping[str, int] | None = None,
) -> Layer:
    """TFLite's SPLIT and SPLIT_V: an output for each of `sizes`, one behind the other."""

def strided_slice(
    *,
    input: Shape | None = None,
    inputs: Shapes | None = None,
    begin: int | tuple[int, ...] | None = None,
    end: int | tuple[int, ...] | None = None,
    step: int | tuple[int, ...] | None = None,
    dtype: str | None = None,
    variant: str | None = None,
    tuning: Tuning | Mapping[str, int] | None = None,
) -> Layer:
    """TFLite's STRIDED_SLICE without its masks: `begin`, `end` and `step` as Python's slices have them."""

def sub(
    *,
    input: Shape | None = None,
    inputs: Shapes | None = None,
    activation: str | None = None,
    dtype: str | None = None,
    variant: str | None = None,
    tuning: Tuning | Mapping[str, int] | None = None,
) -> Layer:
    """TFLite's SUB of two tensors."""

def svdf(
    *,
    input: Shape | None = None,
    inputs: Shapes | None = None,
    filters: int | None = None,
    rank: int | None = None,
    state_bits: int | None = None,
    dtype: str | None = None,
    variant: str | None = None,
    tuning: Tuning | Mapping[str, int] | None = None,
) -> Layer:
    """TFLite's SVDF in integers, of one vector; with an int8 state TensorFlow Lite for Microcontrollers'."""

def transpose(
    *,
    input: Shape | None = None,
    inputs: Shapes | None = None,
    perm: int | tuple[int, ...] | None = None,
    dtype: str | None = None,
    variant: str | None = None,
    tuning: Tuning | Mapping[str, int] | None = None,
) -> Layer:
    """TFLite's TRANSPOSE: axis i of the output is axis `perm[i]` of the input."""

def transpose_conv2d(
    *,
    input: Shape | None = None,
    inputs: Shapes | None = None,
    out_c: int | None = None,
    kernel: Size | None = None,
    stride: Size | None = None,
    padding: str | tuple[int, int, int, int] | None = None,
    dilation: Size | None = None,
    groups: int | None = None,
    activation: str | None = None,
    dtype: str | None = None,
    variant: str | None = None,
    tuning: Tuning | Mapping[str, int] | None = None,
) -> Layer:
    """TFLite's TRANSPOSE_CONV with the output size that Keras gives it; weights are (O, KH, KW, I)."""

def upsample_nearest(
    *,
    input: Shape | None = None,
    inputs: Shapes | None = None,
    kernel: Size | None = None,
    stride: Size | None = None,
    padding: str | tuple[int, int, int, int] | None = None,
    activation: str | None = None,
    dtype: str | None = None,
    variant: str | None = None,
    tuning: Tuning | Mapping[str, int] | None = None,
) -> Layer:
    """TFLite's RESIZE_NEAREST_NEIGHBOR to `stride` times the height and width."""

__all__ = [
    "add",
    "average_pool2d",
    "concat",
    "conv2d",
    "depthwise_conv2d",
    "dequantize",
    "fully_connected",
    "grouped_conv2d",
    "hard_swish",
    "lookup",
    "lstm",
    "max_pool2d",
    "mean",
    "mul",
    "pad",
    "pointwise_conv2d",
    "quantize",
    "sigmoid",
    "softmax",
    "split",
    "strided_slice",
    "sub",
    "svdf",
    "transpose",
    "transpose_conv2d",
    "upsample_nearest",
]
