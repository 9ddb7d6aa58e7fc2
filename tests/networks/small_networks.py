"""Small networks as TFLite files."""

from __future__ import annotations

import numpy as np

from hilbench.tensors import Array
from tests.networks.tflite_file import TfliteFile


def small_network() -> bytes:
    """Two convolutions and a softmax."""
    file = TfliteFile()
    rng = np.random.default_rng(3)
    source, middle = file.tensor((1, 6, 6, 3), zero_point=3), file.tensor((1, 6, 6, 8), zero_point=-5)
    output = file.tensor((1, 6, 6, 4), zero_point=7)
    shares = file.tensor((1, 6, 6, 4), scale=1 / 256, zero_point=-128)
    _conv2d(file, source, middle, rng.integers(-127, 128, (8, 3, 3, 3), np.int8))
    _conv2d(file, middle, output, rng.integers(-127, 128, (4, 1, 1, 8), np.int8))
    file.operator("SOFTMAX", [output], [shares], "SoftmaxOptions", beta=1.0)
    return file.finish([source], [shares])


def wide_network() -> bytes:
    """A convolution of an image of 160,000 bytes."""
    file = TfliteFile()
    source, output = file.tensor((1, 200, 200, 4), zero_point=3), file.tensor((1, 200, 200, 1), zero_point=7)
    _conv2d(file, source, output, np.full((1, 1, 1, 4), 9, np.int8))
    return file.finish([source], [output])


def wide_chain(widths: tuple[int, ...], size: int = 24) -> bytes:
    """Convolutions 3x3 of so many channels, one behind the other, of a square image with 3 channels."""
    file = TfliteFile()
    rng = np.random.default_rng(5)
    source = last = file.tensor((1, size, size, 3), zero_point=3)
    depth = 3
    for width in widths:
        output = file.tensor((1, size, size, width), zero_point=-5)
        _conv2d(file, last, output, rng.integers(-127, 128, (width, 3, 3, depth), np.int8))
        last, depth = output, width
    return file.finish([source], [last])


def _conv2d(file: TfliteFile, source: int, output: int, weights: Array) -> None:
    """Add a convolution with a bias."""
    channels = weights.shape[0]
    bias = file.constant(np.arange(channels, dtype=np.int32) * 50)
    inputs = [source, file.constant(weights, [0.004] * channels), bias]
    file.operator("CONV_2D", inputs, [output], "Conv2DOptions", strideH=1, strideW=1)
