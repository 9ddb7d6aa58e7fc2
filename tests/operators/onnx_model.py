"""A float32 case as an ONNX graph, run by ONNX Runtime."""

from __future__ import annotations

from typing import Any

import numpy as np
import onnxruntime
from onnx import TensorProto, helper, numpy_helper

from hilbench.operators import OperatorCase
from hilbench.operators.base.convolution import Convolution
from hilbench.tensors import Activation, Array
from tests.trial import Trial, layer_of

_OPSET = 17
_OPERATORS = {
    "conv2d": "Conv",
    "pointwise_conv2d": "Conv",
    "grouped_conv2d": "Conv",
    "depthwise_conv2d": "Conv",
    "transpose_conv2d": "ConvTranspose",
    "fully_connected": "Gemm",
    "add": "Add",
    "sub": "Sub",
    "mul": "Mul",
    "mean": "ReduceMean",
    "hard_swish": "HardSwish",
    "sigmoid": "Sigmoid",
    "softmax": "Softmax",
    "max_pool2d": "MaxPool",
    "average_pool2d": "AveragePool",
    "upsample_nearest": "Resize",
}


def run_onnx(trial: Trial) -> Array:
    """The output (1, H, W, C) of ONNX Runtime on the CPU."""
    case = trial.case
    names = [f"input{index}" for index in range(len(trial.inputs))]
    constants = _constants(trial)
    nodes = [
        helper.make_node(_OPERATORS[case.operator], [*names, *constants], ["sum"], **_attributes(case)),
        _activation(case.activation),
    ]
    flat = case.operator == "fully_connected"
    feeds = {
        name: values.reshape(1, -1) if flat else np.ascontiguousarray(values.transpose(0, 3, 1, 2))
        for name, values in zip(names, trial.inputs, strict=True)
    }
    graph = helper.make_graph(
        nodes,
        "case",
        [helper.make_tensor_value_info(name, TensorProto.FLOAT, feed.shape) for name, feed in feeds.items()],
        [helper.make_tensor_value_info("output", TensorProto.FLOAT, None)],
        [numpy_helper.from_array(values, name) for name, values in (_bounds() | constants).items() if name],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", _OPSET)], ir_version=8)
    session = onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    output: Array = session.run(["output"], feeds)[0]
    channels_first = output.reshape(1, case.out_c, case.out_h, case.out_w)
    return channels_first.transpose(0, 2, 3, 1)


def _constants(trial: Trial) -> dict[str, Array]:
    """The operator's constant inputs in ONNX's order and layout; an empty name stands for none."""
    case, tensors = trial.case, trial.constants
    if case.operator == "upsample_nearest":
        scales = np.array([1, 1, *case.window.stride], np.float32)
        return {"": np.empty(0), "scales": scales}
    if not tensors.weights.size:
        return {}
    axes = {"fully_connected": (0, 1), "depthwise_conv2d": (3, 0, 1, 2), "transpose_conv2d": (3, 0, 1, 2)}
    layout = axes.get(case.operator, (0, 3, 1, 2))
    return {"weights": np.ascontiguousarray(tensors.weights.transpose(layout)), "bias": tensors.bias}


def _attributes(case: OperatorCase) -> dict[str, Any]:
    match _OPERATORS[case.operator]:
        case "Conv":
            return _window(case) | {"group": case.groups, "dilations": list(case.window.dilation)}
        case "MaxPool":
            return _window(case)
        case "AveragePool":
            return _window(case) | {"count_include_pad": 0}
        case "ConvTranspose":
            return _transposed_window(case)
        case "Gemm":
            return {"transB": 1}
        case "ReduceMean":
            return {"axes": [2, 3]}
        case "Softmax":
            return {"axis": 1}
        case "Resize":
            return {
                "mode": "nearest",
                "coordinate_transformation_mode": "asymmetric",
                "nearest_mode": "floor",
            }
        case _:
            return {}


def _window(case: OperatorCase) -> dict[str, Any]:
    vertical, horizontal = case.windows
    pads = [vertical.pad_before, horizontal.pad_before, vertical.pad_after, horizontal.pad_after]
    return {
        "kernel_shape": [case.kernel_h, case.kernel_w],
        "strides": list(case.window.stride),
        "pads": pads,
    }


def _transposed_window(case: OperatorCase) -> dict[str, Any]:
    """Crops of the full transposed convolution; where it is too small, rows and columns are added."""
    operator = layer_of(case).operator
    assert isinstance(operator, Convolution)
    vertical, horizontal = operator.windows(case)
    surplus = [
        case.stride_h * (case.in_h - 1) + case.kernel_h - case.out_h,
        case.stride_w * (case.in_w - 1) + case.kernel_w - case.out_w,
    ]
    before = [vertical.pad_before, horizontal.pad_before]
    after = [max(0, total - first) for total, first in zip(surplus, before, strict=True)]
    return {
        "kernel_shape": [case.kernel_h, case.kernel_w],
        "strides": list(case.window.stride),
        "pads": before + after,
        "output_padding": [max(0, -total) for total in surplus],
    }


def _activation(activation: Activation) -> Any:
    match activation:
        case Activation.NONE:
            return helper.make_node("Identity", ["sum"], ["output"])
        case Activation.RELU:
            return helper.make_node("Relu", ["sum"], ["output"])
        case Activation.RELU6:
            return helper.make_node("Clip", ["sum", "zero", "six"], ["output"])


def _bounds() -> dict[str, Array]:
    return {"zero": np.array(0, np.float32), "six": np.array(6, np.float32)}
