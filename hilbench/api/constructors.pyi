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
) -> Layer: ...
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
) -> Layer: ...
def concat(
    *,
    input: Shape | None = None,
    inputs: Shapes | None = None,
    axis: int | None = None,
    dtype: str | None = None,
    variant: str | None = None,
    tuning: Tuning | Mapping[str, int] | None = None,
) -> Layer: ...
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
) -> Layer: ...
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
) -> Layer: ...
def dequantize(
    *,
    input: Shape | None = None,
    inputs: Shapes | None = None,
    dtype: str | None = None,
    variant: str | None = None,
    tuning: Tuning | Mapping[str, int] | None = None,
) -> Layer: ...
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
) -> Layer: ...
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
) -> Layer: ...
def hard_swish(
    *,
    input: Shape | None = None,
    inputs: Shapes | None = None,
    dtype: str | None = None,
    variant: str | None = None,
    tuning: Tuning | Mapping[str, int] | None = None,
) -> Layer: ...
def lookup(
    *,
    input: Shape | None = None,
    inputs: Shapes | None = None,
    dtype: str | None = None,
    variant: str | None = None,
    tuning: Tuning | Mapping[str, int] | None = None,
) -> Layer: ...
def lstm(
    *,
    input: Shape | None = None,
    inputs: Shapes | None = None,
    cell_clip: int | None = None,
    dtype: str | None = None,
    variant: str | None = None,
    tuning: Tuning | Mapping[str, int] | None = None,
) -> Layer: ...
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
) -> Layer: ...
def mean(
    *,
    input: Shape | None = None,
    inputs: Shapes | None = None,
    dtype: str | None = None,
    variant: str | None = None,
    tuning: Tuning | Mapping[str, int] | None = None,
) -> Layer: ...
def mul(
    *,
    input: Shape | None = None,
    inputs: Shapes | None = None,
    activation: str | None = None,
    dtype: str | None = None,
    variant: str | None = None,
    tuning: Tuning | Mapping[str, int] | None = None,
) -> Layer: ...
def pad(
    *,
    input: Shape | None = None,
    inputs: Shapes | None = None,
    before: int | tuple[int, ...] | None = None,
    behind: int | tuple[int, ...] | None = None,
    dtype: str | None = None,
    variant: str | None = None,
    tuning: Tuning | Mapping[str, int] | None = None,
) -> Layer: ...
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
) -> Layer: ...
def quantize(
    *,
    input: Shape | None = None,
    inputs: Shapes | None = None,
    bits: int | None = None,
    dtype: str | None = None,
    variant: str | None = None,
    tuning: Tuning | Mapping[str, int] | None = None,
) -> Layer: ...
def sigmoid(
    *,
    input: Shape | None = None,
    inputs: Shapes | None = None,
    dtype: str | None = None,
    variant: str | None = None,
    tuning: Tuning | Mapping[str, int] | None = None,
) -> Layer: ...
def softmax(
    *,
    input: Shape | None = None,
    inputs: Shapes | None = None,
    bits: int | tuple[int, ...] | None = None,
    dtype: str | None = None,
    variant: str | None = None,
    tuning: Tuning | Mapping[str, int] | None = None,
) -> Layer: ...
def split(
    *,
    input: Shape | None = None,
    inputs: Shapes | None = None,
    axis: int | None = None,
    sizes: int | tuple[int, ...] | None = None,
    dtype: str | None = None,
    variant: str | None = None,
    tuning: Tuning | Mapping[str, int] | None = None,
) -> Layer: ...
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
) -> Layer: ...
def sub(
    *,
    input: Shape | None = None,
    inputs: Shapes | None = None,
    activation: str | None = None,
    dtype: str | None = None,
    variant: str | None = None,
    tuning: Tuning | Mapping[str, int] | None = None,
) -> Layer: ...
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
) -> Layer: ...
def transpose(
    *,
    input: Shape | None = None,
    inputs: Shapes | None = None,
    perm: int | tuple[int, ...] | None = None,
    dtype: str | None = None,
    variant: str | None = None,
    tuning: Tuning | Mapping[str, int] | None = None,
) -> Layer: ...
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
) -> Layer: ...
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
) -> Layer: ...

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
