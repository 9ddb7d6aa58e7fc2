"""A case as a one-operator TFLite model, run by the interpreter with its reference kernels."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import flatbuffers
import numpy as np
from ai_edge_litert import schema_py_generated as schema
from ai_edge_litert.interpreter import Interpreter, OpResolverType

from hilbench.operators import OperatorCase
from hilbench.operators.base.convolution import packed
from hilbench.tensors import Activation, Array, DType, Padding, Quantization
from tests.trial import Trial

_ACTIVATIONS = {
    Activation.NONE: schema.ActivationFunctionType.NONE,
    Activation.RELU: schema.ActivationFunctionType.RELU,
    Activation.RELU6: schema.ActivationFunctionType.RELU6,
}
_TYPES = {
    np.dtype(np.int8): schema.TensorType.INT8,
    np.dtype(np.int16): schema.TensorType.INT16,
    np.dtype(np.int64): schema.TensorType.INT64,
    np.dtype(np.int32): schema.TensorType.INT32,
    np.dtype(np.float32): schema.TensorType.FLOAT32,
}
_OPERATORS = {
    "conv2d": ("CONV_2D", "Conv2DOptions"),
    "pointwise_conv2d": ("CONV_2D", "Conv2DOptions"),
    "grouped_conv2d": ("CONV_2D", "Conv2DOptions"),
    "depthwise_conv2d": ("DEPTHWISE_CONV_2D", "DepthwiseConv2DOptions"),
    "transpose_conv2d": ("TRANSPOSE_CONV", "TransposeConvOptions"),
    "fully_connected": ("FULLY_CONNECTED", "FullyConnectedOptions"),
    "concat": ("CONCATENATION", "ConcatenationOptions"),
    "split": ("SPLIT_V", "SplitVOptions"),
    "transpose": ("TRANSPOSE", "TransposeOptions"),
    "pad": ("PAD", "PadOptions"),
    "strided_slice": ("STRIDED_SLICE", "StridedSliceOptions"),
    "add": ("ADD", "AddOptions"),
    "sub": ("SUB", "SubOptions"),
    "mul": ("MUL", "MulOptions"),
    "mean": ("MEAN", "ReducerOptions"),
    "hard_swish": ("HARD_SWISH", "HardSwishOptions"),
    "sigmoid": ("LOGISTIC", None),
    "softmax": ("SOFTMAX", "SoftmaxOptions"),
    "max_pool2d": ("MAX_POOL_2D", "Pool2DOptions"),
    "average_pool2d": ("AVERAGE_POOL_2D", "Pool2DOptions"),
    "upsample_nearest": ("RESIZE_NEAREST_NEIGHBOR", "ResizeNearestNeighborOptions"),
}


@dataclass
class _Graph:
    """Tensors and buffers of the model under construction; buffer 0 is empty by convention."""

    buffers: list[Any] = field(default_factory=lambda: [schema.BufferT()])
    tensors: list[Any] = field(default_factory=list)

    def variable(self, shape: tuple[int, ...], dtype: type, quantization: Quantization) -> int:
        """Add a tensor that is an input or the output; its index."""
        tensor = schema.TensorT()
        tensor.shape = list(shape)
        tensor.type = _TYPES[np.dtype(dtype)]
        tensor.quantization = _quantization(quantization, 0)
        self.tensors.append(tensor)
        return len(self.tensors) - 1

    def constant(self, values: Array, quantization: Quantization, axis: int = 0) -> int:
        """Add a tensor with data, quantised along `axis` where it has several scales; its index."""
        index = self.variable(values.shape, values.dtype.type, quantization)
        buffer = schema.BufferT()
        buffer.data = np.frombuffer(values.tobytes(), np.uint8)
        self.tensors[index].buffer = len(self.buffers)
        self.tensors[index].quantization = _quantization(quantization, axis)
        self.buffers.append(buffer)
        return index


def run_tflite(trial: Trial) -> Array:
    """The output of TFLite's reference kernel."""
    case = trial.case
    interpreter = Interpreter(
        model_content=_model(trial),
        experimental_op_resolver_type=OpResolverType.BUILTIN_REF,
        num_threads=1,
    )
    interpreter.allocate_tensors()
    for detail, values in zip(interpreter.get_input_details(), trial.inputs, strict=True):
        interpreter.set_tensor(detail["index"], values.reshape(detail["shape"]))
    interpreter.invoke()
    outputs: list[Array] = [
        interpreter.get_tensor(each["index"]) for each in interpreter.get_output_details()
    ]
    if len(outputs) == 1:
        return outputs[0].reshape(case.outputs[0].shape)
    return np.concatenate([output.ravel() for output in outputs])


def _model(trial: Trial) -> bytes:
    case, constants = trial.case, trial.constants
    graph = _Graph()
    dtype = np.dtype(case.dtype.element).type
    flat = case.operator == "fully_connected"
    quantizations = constants.input_quantization or (Quantization(),) * len(trial.inputs)
    inputs = [
        graph.variable((1, values.size) if flat else values.shape, dtype, quantization)
        for values, quantization in zip(trial.inputs, quantizations, strict=True)
    ]
    outputs = [
        graph.variable((1, case.out_c) if flat else spec.shape, dtype, constants.output_quantization)
        for spec in case.outputs
    ]

    operator = schema.OperatorT()
    operator.inputs = _operands(trial, graph, inputs)
    operator.outputs = outputs
    builtin, options = _OPERATORS[case.operator]
    if options is not None:
        operator.builtinOptionsType = getattr(schema.BuiltinOptions, options)
        operator.builtinOptions = _options(case, options)

    subgraph = schema.SubGraphT()
    subgraph.tensors, subgraph.operators = graph.tensors, [operator]
    subgraph.inputs, subgraph.outputs = inputs, outputs
    code = schema.OperatorCodeT()
    code.builtinCode = code.deprecatedBuiltinCode = getattr(schema.BuiltinOperator, builtin)
    code.version = 1  # that of the schema; what the kernels do follows from types and options
    model = schema.ModelT()
    model.version, model.operatorCodes, model.subgraphs, model.buffers = 3, [code], [subgraph], graph.buffers
    builder = flatbuffers.Builder()
    builder.Finish(model.Pack(builder), b"TFL3")
    return bytes(builder.Output())


def _operands(trial: Trial, graph: _Graph, inputs: list[int]) -> list[int]:
    """Indices of the operator's inputs in TFLite's order, weights and bias added to the graph."""
    case, constants = trial.case, trial.constants
    if case.operator == "upsample_nearest":
        return [*inputs, graph.constant(np.array([case.out_h, case.out_w], np.int32), Quantization())]
    if case.operator == "mean":
        return [*inputs, graph.constant(np.array([1, 2], np.int32), Quantization())]
    if case.operator in _SHAPE_OPERANDS:
        return _shape_operands(case, graph, inputs)
    if not constants.weights.size:
        return inputs
    axis = 3 if case.operator == "depthwise_conv2d" else 0
    weights = graph.constant(constants.weights, constants.weight_quantization, axis)
    if case.dtype is DType.INT8X4:
        graph.tensors[weights].type = schema.TensorType.INT4
        graph.buffers[-1].data = packed(constants.weights)
    bias_quantization = Quantization()
    if constants.input_quantization:
        bias_quantization = Quantization(
            constants.input_quantization[0].scale * constants.weight_quantization.scale
        )
    bias = graph.constant(constants.bias, bias_quantization)
    if case.operator == "transpose_conv2d":
        shape = np.array([1, case.out_h, case.out_w, case.out_c], np.int32)
        return [graph.constant(shape, Quantization()), weights, *inputs, bias]
    return [*inputs, weights, bias]


_SHAPE_OPERANDS = {"split", "transpose", "pad", "strided_slice"}


def _shape_operands(case: OperatorCase, graph: _Graph, inputs: list[int]) -> list[int]:
    """The input and the constants that say what is done to its shape."""

    def constant(values: object) -> int:
        return graph.constant(np.array(values, np.int32), Quantization())

    rank = len(case.inputs[0].shape)
    match case.operator:
        case "split":
            return [*inputs, constant(case.integers("sizes")), constant(case.integer("axis"))]
        case "transpose":
            return [*inputs, constant(case.integers("perm"))]
        case "pad":
            return [
                *inputs,
                constant(list(zip(case.integers("before"), case.integers("behind"), strict=True))),
            ]
    steps = case.integers("step") or (1,) * rank
    return [*inputs, constant(case.integers("begin")), constant(case.integers("end")), constant(steps)]


def _options(case: OperatorCase, name: str) -> object:
    """The operator's options; those that a kind of options does not have are left alone."""
    options = getattr(schema, f"{name}T")()
    values = {
        "padding": schema.Padding.SAME if case.window.padding is Padding.SAME else schema.Padding.VALID,
        "strideH": case.stride_h,
        "strideW": case.stride_w,
        "dilationHFactor": case.window.dilation[0],
        "dilationWFactor": case.window.dilation[1],
        "filterHeight": case.kernel_h,
        "filterWidth": case.kernel_w,
        "depthMultiplier": case.out_c // case.in_c,
        "fusedActivationFunction": _ACTIVATIONS[case.activation],
        "keepDims": True,
        "axis": dict(case.attributes).get("axis", 0),
        "numSplits": len(case.outputs),
        "beta": 1.0,
    }
    for key, value in values.items():
        if hasattr(options, key):
            setattr(options, key, value)
    return options


def _quantization(quantization: Quantization, axis: int) -> object:
    packed = schema.QuantizationParametersT()
    if quantization.scale.size:
        packed.scale = quantization.scale.astype(np.float32)
        packed.zeroPoint = np.full(quantization.scale.size, quantization.zero_point, np.int64)
        packed.quantizedDimension = axis
    return packed
