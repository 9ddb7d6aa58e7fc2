"""Descriptions as ONNX models in float32 with random weights (extra `networks`)."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from hilbench.design.nets.network import Function, Kind, LayerSpec, NetworkSpec
from hilbench.extras import require
from hilbench.tensors import Activation, Window

_OPSET = 17
_IR_VERSION = 8
"""Version of the file format that goes with the operator set."""


def onnx_model(network: NetworkSpec, seed: int = 0) -> bytes:
    """The network with random weights; its input is an image as ONNX has them, channels first.

    Raises:
        ExtraMissing: the package `onnx` is not installed.
    """
    require("onnx")
    import onnx

    writer = _Writer(onnx, seed)
    for layer in network.layers[1:]:
        _RULES[layer.kind](writer, layer)
    helper, kind = onnx.helper, onnx.TensorProto.FLOAT
    ends = [
        helper.make_tensor_value_info(layer.name, kind, [1, layer.shape[2], *layer.shape[:2]])
        for layer in (network.layers[0], *(network.by_name[name] for name in network.outputs))
    ]
    graph = helper.make_graph(writer.nodes, network.name, ends[:1], ends[1:], writer.constants)
    model = helper.make_model(
        graph,
        opset_imports=[helper.make_opsetid("", _OPSET)],
        ir_version=_IR_VERSION,
        producer_name="hilbench",
    )
    onnx.checker.check_model(model, full_check=True)
    written: bytes = model.SerializeToString()
    return written


class _Writer:
    """Nodes and constants so far.

    Args:
        onnx: the package.
        seed: of the weights.
    """

    def __init__(self, onnx: Any, seed: int) -> None:  # noqa: ANN401
        self._onnx = onnx
        self._random = np.random.default_rng(seed)
        self.nodes: list[Any] = []
        self.constants: list[Any] = []

    def node(self, operator: str, inputs: list[str], output: str, **attributes: Any) -> str:  # noqa: ANN401
        """Add a node; the name of its output."""
        self.nodes.append(self._onnx.helper.make_node(operator, inputs, [output], name=output, **attributes))
        return output

    def constant(self, name: str, data: Any) -> str:  # noqa: ANN401
        """Add a constant; its name."""
        self.constants.append(self._onnx.numpy_helper.from_array(np.asarray(data), name))
        return name

    def convolution(self, layer: LayerSpec) -> None:
        """A convolution; its normalization is in weights and bias, as deployed networks have it."""
        depthwise = layer.kind is Kind.DEPTHWISE
        taps = 1 if depthwise else layer.source[2] // layer.groups
        weights = self._weights(layer, (layer.shape[2], taps, *layer.window.kernel))
        self._activated(
            layer,
            "Conv",
            [layer.inputs[0], *weights],
            kernel_shape=layer.window.kernel,
            strides=layer.window.stride,
            group=layer.groups,
            pads=self._pads(layer),
        )

    def _weights(self, layer: LayerSpec, shape: tuple[int, ...]) -> list[str]:
        spread = 1 / math.sqrt(math.prod(shape[1:]))
        data = self._random.normal(0, spread, shape).astype(np.float32)
        names = [self.constant(f"{layer.name}_weights", data)]
        if layer.bias or layer.norm:
            bias = self._random.normal(0, 0.1, shape[0]).astype(np.float32)
            names.append(self.constant(f"{layer.name}_bias", bias))
        return names

    def _pads(self, layer: LayerSpec) -> list[int]:
        """Elements before each axis of the image, then behind each, by the shape of what the layer reads."""
        windows = [self._window(layer, axis) for axis in (0, 1)]
        return [window.pad_before for window in windows] + [window.pad_after for window in windows]

    def _window(self, layer: LayerSpec, axis: int) -> Window:
        window, length = layer.window, layer.source[axis]
        return window.horizontal(length) if axis else window.vertical(length)

    def _activated(
        self,
        layer: LayerSpec,
        operator: str,
        inputs: list[str],
        **attributes: Any,  # noqa: ANN401
    ) -> None:
        """Add a node, and behind it the activation that the layer fuses."""
        if layer.activation is Activation.NONE:
            self.node(operator, inputs, layer.name, **attributes)
            return
        raw = self.node(operator, inputs, f"{layer.name}_raw", **attributes)
        if layer.activation is Activation.RELU:
            self.node("Relu", [raw], layer.name)
            return
        limits = [
            self.constant(f"{layer.name}_{name}", np.float32(value))
            for name, value in (("least", 0), ("most", 6))
        ]
        self.node("Clip", [raw, *limits], layer.name)

    def dense(self, layer: LayerSpec) -> None:
        """A fully connected layer, as the 1x1 convolution that it is."""
        height, width, channels = layer.source
        weights = self._weights(layer, (layer.shape[2], channels, height, width))
        self._activated(layer, "Conv", [layer.inputs[0], *weights], kernel_shape=(height, width))

    def pool(self, layer: LayerSpec) -> None:
        """A pooling of windows."""
        operator = "MaxPool" if layer.kind is Kind.MAX_POOL else "AveragePool"
        window = layer.window
        self.node(operator, list(layer.inputs), layer.name, kernel_shape=window.kernel, strides=window.stride)

    def global_pool(self, layer: LayerSpec) -> None:
        """The mean of each channel."""
        self.node("GlobalAveragePool", list(layer.inputs), layer.name)

    def upsample(self, layer: LayerSpec) -> None:
        """Each pixel repeated."""
        factors = np.array([1, 1, *layer.window.stride], np.float32)
        scales = self.constant(f"{layer.name}_scales", factors)
        modes = {"mode": "nearest", "nearest_mode": "floor", "coordinate_transformation_mode": "asymmetric"}
        self.node("Resize", [layer.inputs[0], "", scales], layer.name, **modes)

    def elementwise(self, layer: LayerSpec) -> None:
        """A sum or product."""
        self._activated(layer, "Add" if layer.kind is Kind.ADD else "Mul", list(layer.inputs))

    def concat(self, layer: LayerSpec) -> None:
        """Channels one behind the other."""
        self.node("Concat", list(layer.inputs), layer.name, axis=1)

    def shuffle(self, layer: LayerSpec) -> None:
        """Channels of groups interleaved."""
        height, width, channels = layer.shape
        shapes = ([1, layer.groups, channels // layer.groups, height * width], [1, channels, height, width])
        first, last = (
            self.constant(f"{layer.name}_shape{index}", np.array(shape, np.int64))
            for index, shape in enumerate(shapes)
        )
        apart = self.node("Reshape", [layer.inputs[0], first], f"{layer.name}_apart")
        turned = self.node("Transpose", [apart], f"{layer.name}_turned", perm=[0, 2, 1, 3])
        self.node("Reshape", [turned, last], layer.name)

    def function(self, layer: LayerSpec) -> None:
        """A function of each element."""
        if layer.function is Function.SILU:
            share = self.node("Sigmoid", list(layer.inputs), f"{layer.name}_sigmoid")
            self.node("Mul", [layer.inputs[0], share], layer.name)
        elif layer.function is Function.SOFTMAX:
            self.node("Softmax", list(layer.inputs), layer.name, axis=1)
        else:
            operator = "Sigmoid" if layer.function is Function.SIGMOID else "HardSwish"
            self.node(operator, list(layer.inputs), layer.name)


_RULES: Mapping[Kind, Callable[[_Writer, LayerSpec], None]] = {
    Kind.CONV: _Writer.convolution,
    Kind.DEPTHWISE: _Writer.convolution,
    Kind.DENSE: _Writer.dense,
    Kind.MAX_POOL: _Writer.pool,
    Kind.AVERAGE_POOL: _Writer.pool,
    Kind.GLOBAL_POOL: _Writer.global_pool,
    Kind.UPSAMPLE: _Writer.upsample,
    Kind.ADD: _Writer.elementwise,
    Kind.MULTIPLY: _Writer.elementwise,
    Kind.CONCAT: _Writer.concat,
    Kind.SHUFFLE: _Writer.shuffle,
    Kind.FUNCTION: _Writer.function,
}
