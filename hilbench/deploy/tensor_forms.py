"""Forms of a network's inputs and outputs in code that another tool made, and conversions on the host."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from hilbench.errors import ConfigError
from hilbench.networks.graph import Tensor
from hilbench.quantization import conversion
from hilbench.tensors import Array, ElementType, Quantization, TensorSpec

_SIGN = 0x80
_BYTES = frozenset({ElementType.INT8, ElementType.UINT8})


class Layout(StrEnum):
    """Order of an image's axes in memory."""

    NHWC = "nhwc"
    NCHW = "nchw"


@dataclass(frozen=True)
class TensorForm:
    """Form in which code takes an input or gives an output of the model.

    Attributes:
        layout: of images; tensors of fewer axes have the model's.
        dtype: type of an element; None for the model's. int8 and uint8 stand for the same steps, 128 apart;
            float32 stands for what the model's steps are.
        place: C expression of the address at which the code itself keeps the tensor, known once it is
            prepared; empty where the code is handed an address.
    """

    layout: Layout = Layout.NHWC
    dtype: ElementType | None = None
    place: str = ""

    def is_reordered(self, tensor: Tensor) -> bool:
        """Whether the axes are not in the model's order."""
        return self.layout is Layout.NCHW and len(tensor.shape) == 4


def spec_in_form(tensor: Tensor, form: TensorForm) -> TensorSpec:
    """Shape and type of a tensor of the model in a form.

    Raises:
        ConfigError: the model's elements have no such form.
    """
    dtype = form.dtype or tensor.dtype
    between = {dtype, tensor.dtype}
    is_known = (
        len(between) == 1 or between == _BYTES or (ElementType.FLOAT32 in between and _has_steps(tensor))
    )
    if not is_known:
        raise ConfigError(f"{tensor} has no form of {dtype}; name {tensor.dtype} or float32.")
    shape = tensor.shape
    if form.is_reordered(tensor):
        batch, height, width, channels = shape
        shape = (batch, channels, height, width)
    return TensorSpec(shape, dtype)


def to_model(values: Array, tensor: Tensor, form: TensorForm) -> Array:
    """Elements of the model's tensor that `values` in a form stand for."""
    ordered = values.transpose(0, 2, 3, 1) if form.is_reordered(tensor) else values
    return _converted(np.ascontiguousarray(ordered), tensor.dtype, tensor.quantization)


def from_model(values: Array, tensor: Tensor, form: TensorForm) -> Array:
    """Elements of the model's tensor in a form."""
    ordered = values.transpose(0, 3, 1, 2) if form.is_reordered(tensor) else values
    return _converted(np.ascontiguousarray(ordered), form.dtype or tensor.dtype, tensor.quantization)


def _converted(values: Array, dtype: ElementType, quantization: Quantization) -> Array:
    if values.dtype == dtype:
        return values
    if dtype is ElementType.FLOAT32:
        return conversion.dequantize(values, quantization)
    if values.dtype == ElementType.FLOAT32:
        return conversion.quantize(values, quantization, dtype)
    flipped: Array = (values.view(np.uint8) ^ np.uint8(_SIGN)).view(dtype)
    return flipped


def _has_steps(tensor: Tensor) -> bool:
    return tensor.dtype is not ElementType.FLOAT32 and tensor.quantization.scale.size == 1
