"""Preprocessing of real values and pixels, up to the elements that a network takes."""

from __future__ import annotations

from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from hilbench.errors import ConfigError
from hilbench.networks import Tensor
from hilbench.quantization.conversion import quantize
from hilbench.tensors import Array, ElementType

_LARGEST_PIXEL = 255.0
_MEAN, _DEVIATION = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)
"""Statistics of ImageNet's red, green and blue, pixels being 0 to 1; those of torchvision's models."""


class Preprocessing(StrEnum):
    """Real values that a network is trained on, made of pixels or other numbers v."""

    NONE = "none"
    """v as it is: pixels are 0 to 255."""
    UNIT = "0..1"
    """v / 255."""
    SIGNED = "-1..1"
    """v / 127.5 - 1."""
    IMAGENET = "imagenet"
    """v / 255, less ImageNet's mean of the channel, divided by its standard deviation; red, green, blue."""

    def real(self, values: Array, channel_axis: int) -> NDArray[np.float32]:
        """Real values of `values`.

        Raises:
            ConfigError: there are not three channels where each has a mean of its own.
        """
        numbers = np.asarray(values, np.float32)
        match self:
            case Preprocessing.NONE:
                return numbers
            case Preprocessing.UNIT:
                return numbers / np.float32(_LARGEST_PIXEL)
            case Preprocessing.SIGNED:
                return numbers / np.float32(_LARGEST_PIXEL / 2) - np.float32(1)
            case Preprocessing.IMAGENET:
                return _standardized(numbers / np.float32(_LARGEST_PIXEL), channel_axis)


def elements(values: Array, tensor: Tensor, preprocessing: Preprocessing, channel_axis: int) -> Array:
    """Elements of an input tensor, in its shape.

    Args:
        values: real numbers or pixels; of the tensor's own integer type, they are its elements already.
        tensor: the input.
        preprocessing: of real numbers and pixels.
        channel_axis: of `values`.

    Raises:
        ConfigError: the shapes differ, or the preprocessing does not suit them.
    """
    if values.size != tensor.spec.elements:
        shape = "x".join(map(str, values.shape))
        raise ConfigError(f"An array of {shape} elements is not the input {tensor}.")
    shaped = values.reshape(tensor.shape) if values.ndim != len(tensor.shape) else values
    if shaped.dtype == tensor.dtype and tensor.dtype is not ElementType.FLOAT32 and tensor.dtype.quantized:
        return shaped.reshape(tensor.shape)
    real = preprocessing.real(shaped, channel_axis).reshape(tensor.shape)
    if tensor.dtype is ElementType.FLOAT32 or not tensor.quantization.scale.size:
        return real.astype(tensor.dtype)
    return quantize(real, tensor.quantization, tensor.dtype)


def _standardized(unit: NDArray[np.float32], channel_axis: int) -> NDArray[np.float32]:
    if unit.shape[channel_axis] != len(_MEAN):
        raise ConfigError(
            f"--preprocess imagenet is for three channels, and the input has {unit.shape[channel_axis]}."
        )
    shape = [1] * unit.ndim
    shape[channel_axis] = len(_MEAN)
    mean, deviation = (np.array(each, np.float32).reshape(shape) for each in (_MEAN, _DEVIATION))
    standardized: NDArray[np.float32] = (unit - mean) / deviation
    return standardized
