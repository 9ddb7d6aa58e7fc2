"""Hypothesis strategies for cases: every operator, small shapes, all that its rules allow."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from hilbench.cases import Activation, DType, OperatorCase, Padding, load_operators

OPERATORS = load_operators()
WINDOWED = {"conv2d", "depthwise_conv2d", "grouped_conv2d", "max_pool2d", "average_pool2d"}
TYPED = [(name, dtype) for name in OPERATORS for dtype in DType if dtype in OPERATORS[name].dtypes]
"""Every operator with every type that it takes."""
POOLINGS = {"max_pool2d", "average_pool2d"}
WINDOWLESS = {"add", "mul", "mean", "hard_swish", "sigmoid", "softmax"}
UNFUSED = {"mean", "hard_swish", "sigmoid", "softmax", "upsample_nearest"}
WEIGHTLESS = WINDOWLESS | POOLINGS | {"upsample_nearest"}

_SIZES = st.integers(1, 9)
_CHANNELS = st.integers(1, 9)
_STRIDES = st.sampled_from([1, 2, 3])
_KERNELS = st.sampled_from([1, 2, 3, 4, 5, 7])


@st.composite
def cases(
    draw: st.DrawFn, operator: str, dtype: DType, channels: st.SearchStrategy[int] = _CHANNELS
) -> OperatorCase:
    """Legal cases of `operator`, variant reference; `channels` counts those of one group."""
    parameters: dict[str, Any] = {"operator": operator, "dtype": dtype, "in_c": draw(channels)}
    parameters["in_h"], parameters["in_w"] = draw(_SIZES), draw(_SIZES)
    if operator not in UNFUSED:
        parameters["activation"] = draw(st.sampled_from(Activation))
    if operator not in {"fully_connected", *WINDOWLESS}:
        parameters["stride"] = draw(_STRIDES)
    if operator in WINDOWED or operator == "transpose_conv2d":
        parameters |= draw(_kernels(operator, parameters))
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
def _kernels(draw: st.DrawFn, operator: str, parameters: dict[str, Any]) -> dict[str, Any]:
    """Kernel, padding and dilation; the input grows where a valid window would not fit into it."""
    kernel_h, kernel_w = draw(_KERNELS), draw(_KERNELS)
    padding = draw(st.sampled_from(Padding))
    undilated = operator == "transpose_conv2d" or operator in POOLINGS
    dilation = 1 if undilated else draw(st.sampled_from([1, 1, 2, 3]))
    fitting = {}
    if padding is Padding.VALID and operator in WINDOWED:
        fitting = {
            "in_h": max(parameters["in_h"], (kernel_h - 1) * dilation + 1),
            "in_w": max(parameters["in_w"], (kernel_w - 1) * dilation + 1),
        }
    return fitting | {
        "kernel_h": kernel_h,
        "kernel_w": kernel_w,
        "padding": padding,
        "dilation": dilation,
    }
