"""Descriptions as graphs in int8 with random weights: what a converter makes of a Keras model, without it.

Weights and scales are such that each layer's results spread over the range of int8, so that no channel dies.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping

import numpy as np

from hilbench.design.nets.network import Function, Kind, LayerSpec, NetworkSpec
from hilbench.networks import Graph, Tensor
from hilbench.networks import attributes as options
from hilbench.networks.builder import GraphBuilder
from hilbench.networks.verification import verify
from hilbench.tensors import Activation, Array, ElementType, Quantization, TensorSpec

_SIGNED = Quantization(np.array([float(np.float32(0.05))]))
"""Quantization of tensors that have numbers of both signs."""
_POSITIVE = Quantization(np.array([float(np.float32(6 / 255))]), -128)
"""Quantization of what is never negative, up to 6."""
_UNIT = Quantization(np.array([2.0**-8]), -128)
"""Quantization from 0 to 1, which the operators that give probabilities ask for."""
_SPREAD = 40.0
"""Standard deviation of what a layer with weights gives, steps."""
_UNIFORM = 74.0
"""Standard deviation of numbers spread evenly over int8."""


def quantized(network: NetworkSpec, seed: int = 0) -> Graph:
    """The network in int8 with random weights.

    Args:
        network: what is described; batch normalizations are in weights and biases.
        seed: of weights and biases.
    """
    return verify(_Quantizer(network, seed).graph())


class _Quantizer:
    """The graph so far, and the tensor that each layer gives."""

    def __init__(self, network: NetworkSpec, seed: int) -> None:
        self._network = network
        self._random = np.random.default_rng(seed)
        self._builder = GraphBuilder(network.name)
        self._made: dict[str, Tensor] = {}

    def graph(self) -> Graph:
        """The graph of all layers."""
        source, *others = self._network.layers
        self._made[source.name] = self._builder.add(_tensor(source.name, source.shape, _SIGNED))
        for index, layer in enumerate(others):
            _RULES[layer.kind](self, layer, index)
        outputs = [self._made[name].name for name in self._network.outputs]
        return self._builder.graph([self._made[source.name].name], outputs)

    def _emit(
        self,
        layer: LayerSpec,
        index: int,
        operator: str,
        attributes: options.Attributes,
        quantization: Quantization,
        constants: tuple[Tensor, ...] = (),
    ) -> None:
        read = [self._made[name] for name in layer.inputs]
        output = self._builder.add(_tensor(layer.name, layer.shape, quantization))
        self._builder.emit(operator, [*read, *constants], [output], attributes, index)
        self._made[layer.name] = output

    def convolution(self, layer: LayerSpec, index: int) -> None:
        """A convolution, depthwise or not."""
        height, width = layer.window.kernel
        depthwise = layer.kind is Kind.DEPTHWISE
        taps = 1 if depthwise else layer.source[2] // layer.groups
        shape = (1, height, width, layer.shape[2]) if depthwise else (layer.shape[2], height, width, taps)
        chosen = options.ConvolutionAttributes(layer.window, layer.groups, layer.activation)
        operator = "depthwise_conv2d" if depthwise else "conv2d"
        quantization = _SIGNED if layer.activation is Activation.NONE else _POSITIVE
        weights = self._weights(layer, shape, height * width * taps, quantization, 3 if depthwise else 0)
        self._emit(layer, index, operator, chosen, quantization, weights)

    def dense(self, layer: LayerSpec, index: int) -> None:
        """A fully connected layer over all elements of its input."""
        source, depth = self._made[layer.inputs[0]], math.prod(layer.source)
        flat = self._builder.intermediate(source, f"{layer.name}_flat", (1, depth))
        self._builder.emit("reshape", [source], [flat], options.ReshapeAttributes((1, depth)), index)
        units = layer.shape[2]
        output = self._builder.add(Tensor(layer.name, TensorSpec((1, units), ElementType.INT8), _SIGNED))
        weights = self._weights(layer, (units, depth), depth, _SIGNED, 0)
        chosen = options.FullyConnectedAttributes(layer.activation)
        self._builder.emit("fully_connected", [flat, *weights], [output], chosen, index)
        self._made[layer.name] = output

    def _weights(
        self, layer: LayerSpec, shape: tuple[int, ...], taps: int, output: Quantization, axis: int
    ) -> tuple[Tensor, Tensor]:
        """Weights whose scales spread the results, and a bias."""
        source = self._made[layer.inputs[0]].quantization
        units = layer.shape[2]
        data: Array = self._random.integers(-127, 128, shape, np.int8)
        multiplier = _SPREAD / (math.sqrt(taps) * _UNIFORM * _UNIFORM)
        ratio = multiplier * output.scale[0] / source.scale[0]
        scale = (ratio * self._random.uniform(0.5, 1.0, units)).astype(np.float32).astype(float)
        steps = self._random.uniform(-20, 20, units) * output.scale[0]
        bias = np.rint(steps / (source.scale[0] * scale)).astype(np.int32)
        weights = self._builder.constant(f"{layer.name}_weights", data, Quantization(scale), axis)
        biases = Quantization(source.scale[0] * scale)
        return weights, self._builder.constant(f"{layer.name}_bias", bias, biases)

    def pool(self, layer: LayerSpec, index: int) -> None:
        """A pooling of windows."""
        operator = "max_pool2d" if layer.kind is Kind.MAX_POOL else "average_pool2d"
        self._keep(layer, index, operator, options.PoolAttributes(layer.window))

    def global_pool(self, layer: LayerSpec, index: int) -> None:
        """The mean of each channel."""
        self._keep(layer, index, "mean", options.ReductionAttributes((1, 2), keep_axes=True))

    def upsample(self, layer: LayerSpec, index: int) -> None:
        """Each pixel repeated."""
        self._keep(layer, index, "resize_nearest", options.ResizeAttributes(layer.shape[:2]))

    def _keep(self, layer: LayerSpec, index: int, operator: str, attributes: options.Attributes) -> None:
        """A layer whose results are quantized as what it reads."""
        self._emit(layer, index, operator, attributes, self._made[layer.inputs[0]].quantization)

    def elementwise(self, layer: LayerSpec, index: int) -> None:
        """A sum or product."""
        operator = "add" if layer.kind is Kind.ADD else "mul"
        quantization = _SIGNED if layer.activation is Activation.NONE else _POSITIVE
        self._emit(layer, index, operator, options.ActivationAttributes(layer.activation), quantization)

    def concat(self, layer: LayerSpec, index: int) -> None:
        """Channels one behind the other; inputs of another quantization are rescaled before."""
        quantization = self._made[layer.inputs[0]].quantization
        for name in layer.inputs[1:]:
            source = self._made[name]
            if not source.quantization.matches(quantization):
                rescaled = self._builder.add(_tensor(f"{name}_rescaled", source.shape[1:], quantization))
                self._builder.emit("quantize", [source], [rescaled], options.Attributes(), index)
                self._made[name] = rescaled
        self._emit(layer, index, "concat", options.AxisAttributes(3), quantization)

    def shuffle(self, layer: LayerSpec, index: int) -> None:
        """Channels of groups interleaved, as a transpose of their axes."""
        height, width, channels = layer.shape
        apart = (1, height * width, layer.groups, channels // layer.groups)
        source = self._made[layer.inputs[0]]
        grouped = self._builder.intermediate(source, f"{layer.name}_apart", apart)
        self._builder.emit("reshape", [source], [grouped], options.ReshapeAttributes(apart), index)
        turned = self._builder.intermediate(source, f"{layer.name}_turned", (*apart[:2], *apart[:1:-1]))
        order = options.TransposeAttributes((0, 1, 3, 2))
        self._builder.emit("transpose", [grouped], [turned], order, index)
        joined = self._builder.intermediate(source, layer.name, (1, *layer.shape))
        self._builder.emit("reshape", [turned], [joined], options.ReshapeAttributes(joined.shape), index)
        self._made[layer.name] = joined

    def function(self, layer: LayerSpec, index: int) -> None:
        """A function of each element; SiLU as its product with its sigmoid, as converters write it."""
        if layer.function is Function.SIGMOID:
            self._emit(layer, index, "sigmoid", options.Attributes(), _UNIT)
        elif layer.function is Function.HARD_SWISH:
            self._emit(layer, index, "hard_swish", options.Attributes(), _SIGNED)
        elif layer.function is Function.SOFTMAX:
            self._emit(layer, index, "softmax", options.SoftmaxAttributes(), _UNIT)
        else:
            source = self._made[layer.inputs[0]]
            share = self._builder.add(_tensor(f"{layer.name}_sigmoid", layer.shape, _UNIT))
            self._builder.emit("sigmoid", [source], [share], options.Attributes(), index)
            self._emit(layer, index, "mul", options.ActivationAttributes(), _SIGNED, (share,))


def _tensor(name: str, shape: tuple[int, ...], quantization: Quantization) -> Tensor:
    return Tensor(name, TensorSpec((1, *shape), ElementType.INT8), quantization)


_RULES: Mapping[Kind, Callable[[_Quantizer, LayerSpec, int], None]] = {
    Kind.CONV: _Quantizer.convolution,
    Kind.DEPTHWISE: _Quantizer.convolution,
    Kind.DENSE: _Quantizer.dense,
    Kind.MAX_POOL: _Quantizer.pool,
    Kind.AVERAGE_POOL: _Quantizer.pool,
    Kind.GLOBAL_POOL: _Quantizer.global_pool,
    Kind.UPSAMPLE: _Quantizer.upsample,
    Kind.ADD: _Quantizer.elementwise,
    Kind.MULTIPLY: _Quantizer.elementwise,
    Kind.CONCAT: _Quantizer.concat,
    Kind.SHUFFLE: _Quantizer.shuffle,
    Kind.FUNCTION: _Quantizer.function,
}
