"""Hypothesis strategies for cases: every operator, small shapes, all that its rules allow."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from hilbench.operators import OperatorCase, load_operators
from hilbench.operators.base.movement import Movement
from hilbench.operators.base.recurrent import Recurrent
from hilbench.tensors import Activation, DType, Padding

OPERATORS = load_operators()
WINDOWED = {"conv2d", "depthwise_conv2d", "grouped_conv2d", "max_pool2d", "average_pool2d"}
IMAGE_OPERATORS = [name for name in OPERATORS if not isinstance(OPERATORS[name], Movement | Recurrent)]
"""Operators that take images; what only moves elements, and what has states, has strategies of its own."""
TYPED = [(name, dtype) for name in IMAGE_OPERATORS for dtype in DType if dtype in OPERATORS[name].dtypes]
"""Each of those operators with every type that it takes."""
POOLINGS = {"max_pool2d", "average_pool2d"}
CONVERSIONS = {"lookup", "quantize", "dequantize"}
"""Operators between types or quantizations; tests/deploy holds them against the interpreter of networks."""
RECURRENT = {"lstm", "svdf"}
"""Operators with states, which tests/networks holds against LiteRT."""
WINDOWLESS = {"add", "sub", "mul", "mean", "hard_swish", "sigmoid", "softmax"} | CONVERSIONS
UNFUSED = {"mean", "hard_swish", "sigmoid", "softmax", "upsample_nearest"} | CONVERSIONS
WEIGHTLESS = WINDOWLESS | POOLINGS | {"upsample_nearest"}

_SIZES = st.integers(1, 9)
_CHANNELS = st.integers(1, 9)
_STRIDES = st.sampled_from([1, 2, 3, "1x2", "2x1", "3x2"])
_KERNELS = st.sampled_from([1, 2, 3, 4, 5, 7])
_DILATIONS = [(1, 1), (1, 1), (1, 1), (2, 2), (3, 3), (1, 2), (3, 1)]


@st.composite
def cases(
    draw: st.DrawFn,
    operator: str,
    dtype: DType,
    channels: st.SearchStrategy[int] = _CHANNELS,
    *,
    explicit_padding: bool = True,
) -> OperatorCase:
    """Legal cases of `operator`, variant reference; `channels` counts those of one group."""
    parameters: dict[str, Any] = {"operator": operator, "dtype": dtype, "in_c": draw(channels)}
    parameters["in_h"], parameters["in_w"] = draw(_SIZES), draw(_SIZES)
    if operator not in UNFUSED:
        parameters["activation"] = draw(st.sampled_from(Activation))
    if operator not in {"fully_connected", *WINDOWLESS}:
        parameters["stride"] = draw(_STRIDES)
    if operator in WINDOWED or operator == "transpose_conv2d":
        parameters |= draw(_kernels(operator, parameters, explicit_padding=explicit_padding))
    if operator == "grouped_conv2d":
        parameters["groups"] = draw(st.integers(2, 4))
        parameters["in_c"] *= parameters["groups"]
    if operator not in WEIGHTLESS:
        parameters["out_c"] = draw(channels)
    if operator == "grouped_conv2d":
        parameters["out_c"] *= parameters["groups"]
    if operator == "depthwise_conv2d":
        parameters["out_c"] = parameters["in_c"] * draw(st.integers(1, 3))
    return OPERATORS.case(**parameters)


@st.composite
def _kernels(
    draw: st.DrawFn, operator: str, parameters: dict[str, Any], *, explicit_padding: bool
) -> dict[str, Any]:
    """Kernel, padding and dilation; the input grows where a window would not fit into it."""
    kernel_h, kernel_w = draw(_KERNELS), draw(_KERNELS)
    undilated = operator == "transpose_conv2d" or operator in POOLINGS
    dilation_h, dilation_w = (1, 1) if undilated else draw(st.sampled_from(_DILATIONS))
    extents = (kernel_h - 1) * dilation_h + 1, (kernel_w - 1) * dilation_w + 1
    paddings: list[str] = list(Padding)
    if explicit_padding and operator in WINDOWED:
        sides = [draw(st.integers(0, extent - 1)) for extent in (*extents, *extents)]
        paddings.append(",".join(map(str, sides)))
    padding = draw(st.sampled_from(paddings))
    fitting = {}
    if padding is not Padding.SAME and operator in WINDOWED:
        fitting = {
            "in_h": max(parameters["in_h"], extents[0]),
            "in_w": max(parameters["in_w"], extents[1]),
        }
    return fitting | {
        "kernel_h": kernel_h,
        "kernel_w": kernel_w,
        "padding": padding,
        "dilation": f"{dilation_h}x{dilation_w}",
    }
