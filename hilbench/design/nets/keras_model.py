"""Descriptions as Keras models, and these as int8 files of TensorFlow Lite (extra `networks`)."""

from __future__ import annotations

import logging
import os
import warnings
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from hilbench.console import quiet_stderr
from hilbench.design.nets.network import Function, Kind, LayerSpec, NetworkSpec
from hilbench.extras import require
from hilbench.networks.keras.quantizer import QUIET, frozen_converter, quantize
from hilbench.tensors import Activation, ExplicitPadding, Padding

_REPRESENTATIVE = 8
"""Random images by which ranges of activations are found."""

Tensor = Any
"""A symbolic tensor of Keras."""


def keras_model(network: NetworkSpec, seed: int = 0) -> Any:  # noqa: ANN401
    """The network as a Keras model with random weights; its trainable parameters are the network's.

    Raises:
        ConfigError: Keras or its backend is not installed.
    """
    keras = load_keras()
    with quiet_stderr():  # seeds TensorFlow, too, wherever it is installed
        keras.utils.set_random_seed(seed)
    made: dict[str, Tensor] = {}
    for layer in network.layers:
        made[layer.name] = _RULES[layer.kind](keras, layer, [made[name] for name in layer.inputs])
    outputs = [made[name] for name in network.outputs]
    return keras.Model(made[network.layers[0].name], outputs, name=network.name.replace(".", "_"))


def save_keras(network: NetworkSpec, path: Path, seed: int = 0) -> None:
    """Write the network as a .keras file with random weights.

    Raises:
        ConfigError: TensorFlow or Keras is not installed.
    """
    keras_model(network, seed).save(path)


def tflite_model(network: NetworkSpec, seed: int = 0) -> bytes:
    """The network with random weights, quantized to int8 with random images.

    Raises:
        ConfigError: TensorFlow or Keras is not installed.
    """
    tensorflow = _tensorflow()
    model = keras_model(network, seed)
    _spread_normalizations(model, seed)
    random = np.random.default_rng(seed)

    def images() -> Iterator[list[np.ndarray[Any, Any]]]:
        for _ in range(_REPRESENTATIVE):
            yield [random.random((1, *network.input), np.float32)]

    with quiet_stderr(), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return quantize(tensorflow, frozen_converter(tensorflow, model, network.input), images)


def _spread_normalizations(model: Any, seed: int) -> None:  # noqa: ANN401
    """Give all normalizations the statistics of random images, without which activations fade away."""
    for layer in model.layers:
        if hasattr(layer, "moving_mean"):
            layer.momentum = 0.0
    random = np.random.default_rng(seed)
    model(random.random((_REPRESENTATIVE // 4, *model.input_shape[1:]), np.float32), training=True)


def load_keras() -> Any:  # noqa: ANN401
    """Keras with the user's backend, imported without its greetings.

    Raises:
        ConfigError: it is not installed.
    """
    os.environ.update({name: value for name, value in QUIET.items() if name not in os.environ})
    require("keras")
    with quiet_stderr():
        import keras

    return keras


def _tensorflow() -> Any:  # noqa: ANN401
    """TensorFlow, imported without its greetings.

    Raises:
        ExtraMissing: it is not installed.
    """
    os.environ.update({name: value for name, value in QUIET.items() if name not in os.environ})
    require("tensorflow")
    with quiet_stderr():
        import tensorflow

    tensorflow.get_logger().setLevel(logging.ERROR)
    return tensorflow


def _input(keras: Any, layer: LayerSpec, _: list[Tensor]) -> Tensor:  # noqa: ANN401
    return keras.Input(layer.shape, name=layer.name)


def _convolution(keras: Any, layer: LayerSpec, sources: list[Tensor]) -> Tensor:  # noqa: ANN401
    (source,) = sources
    window, layers = layer.window, keras.layers
    padding = window.padding
    if isinstance(padding, ExplicitPadding):
        source = layers.ZeroPadding2D(((padding.top, padding.bottom), (padding.left, padding.right)))(source)
        padding = Padding.VALID
    fused = layer.activation if not layer.norm else Activation.NONE
    chosen = {
        "kernel_size": window.kernel,
        "strides": window.stride,
        "padding": str(padding),
        "use_bias": layer.bias,
        "name": layer.name,
        "activation": None if fused is Activation.NONE else str(fused),
    }
    if layer.kind is Kind.DEPTHWISE:
        made = layers.DepthwiseConv2D(**chosen)(source)
    else:
        made = layers.Conv2D(layer.shape[2], groups=layer.groups, **chosen)(source)
    if not layer.norm:
        return made
    normalized = layers.BatchNormalization(name=f"{layer.name}_norm")(made)
    return _activated(keras, layer, normalized)


def _activated(keras: Any, layer: LayerSpec, source: Tensor) -> Tensor:  # noqa: ANN401
    if layer.activation is Activation.NONE:
        return source
    return keras.layers.Activation(str(layer.activation))(source)


def _dense(keras: Any, layer: LayerSpec, sources: list[Tensor]) -> Tensor:  # noqa: ANN401
    dense = keras.layers.Dense(layer.shape[2], name=layer.name)
    return _activated(keras, layer, dense(keras.layers.Flatten()(sources[0])))


def _pool(keras: Any, layer: LayerSpec, sources: list[Tensor]) -> Tensor:  # noqa: ANN401
    layers, window = keras.layers, layer.window
    kind = layers.MaxPooling2D if layer.kind is Kind.MAX_POOL else layers.AveragePooling2D
    return kind(window.kernel, window.stride, str(window.padding))(sources[0])


def _global_pool(keras: Any, layer: LayerSpec, sources: list[Tensor]) -> Tensor:  # noqa: ANN401
    return keras.layers.GlobalAveragePooling2D(keepdims=True, name=layer.name)(sources[0])


def _upsample(keras: Any, layer: LayerSpec, sources: list[Tensor]) -> Tensor:  # noqa: ANN401
    return keras.layers.UpSampling2D(layer.window.stride, name=layer.name)(sources[0])


def _add(keras: Any, layer: LayerSpec, sources: list[Tensor]) -> Tensor:  # noqa: ANN401
    return _activated(keras, layer, keras.layers.Add(name=layer.name)(sources))


def _multiply(keras: Any, layer: LayerSpec, sources: list[Tensor]) -> Tensor:  # noqa: ANN401
    return keras.layers.Multiply(name=layer.name)(sources)


def _concat(keras: Any, layer: LayerSpec, sources: list[Tensor]) -> Tensor:  # noqa: ANN401
    return keras.layers.Concatenate(name=layer.name)(sources)


def _shuffle(keras: Any, layer: LayerSpec, sources: list[Tensor]) -> Tensor:  # noqa: ANN401
    height, width, channels = layer.shape
    apart = keras.layers.Reshape((height * width, layer.groups, channels // layer.groups))(sources[0])
    return keras.layers.Reshape(layer.shape)(keras.layers.Permute((1, 3, 2))(apart))


def _function(keras: Any, layer: LayerSpec, sources: list[Tensor]) -> Tensor:  # noqa: ANN401
    names = {Function.HARD_SWISH: "hard_silu"}
    name = names.get(layer.function, str(layer.function)) if layer.function else None
    return keras.layers.Activation(name, name=layer.name)(sources[0])


_RULES: Mapping[Kind, Callable[[Any, LayerSpec, list[Tensor]], Tensor]] = {
    Kind.INPUT: _input,
    Kind.CONV: _convolution,
    Kind.DEPTHWISE: _convolution,
    Kind.DENSE: _dense,
    Kind.MAX_POOL: _pool,
    Kind.AVERAGE_POOL: _pool,
    Kind.GLOBAL_POOL: _global_pool,
    Kind.UPSAMPLE: _upsample,
    Kind.ADD: _add,
    Kind.MULTIPLY: _multiply,
    Kind.CONCAT: _concat,
    Kind.SHUFFLE: _shuffle,
    Kind.FUNCTION: _function,
}
