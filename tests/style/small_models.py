"""Small int8 networks from a picture to a picture."""

from __future__ import annotations

import numpy as np

from tests.networks.tflite_file import TfliteFile

SIDE = 64


def swapped_colors(side: int = SIDE, channels: int = 3) -> bytes:
    """A 1x1 convolution that swaps red and blue: a picture whose right output anybody can compute."""
    file = TfliteFile()
    source, output = (
        file.tensor((1, side, side, depth), scale=1 / 255, zero_point=-128) for depth in (3, channels)
    )
    swap = np.zeros((channels, 1, 1, 3), np.int8)
    for index in range(channels):
        swap[index, 0, 0, 2 - index % 3] = 127
    weights = file.constant(swap, [1 / 127] * channels)
    bias = file.constant(np.zeros(channels, np.int32))
    file.operator("CONV_2D", [source, weights, bias], [output], "Conv2DOptions", strideH=1, strideW=1)
    return file.finish([source], [output])
