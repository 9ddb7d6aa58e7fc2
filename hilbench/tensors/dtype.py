"""Data types of an operator: of its activations and its weights."""

from __future__ import annotations

from enum import StrEnum

from hilbench.tensors.element import ElementType


class DType(StrEnum):
    """Data types of activations and weights, named as TFLite names them."""

    INT8 = "int8"
    FLOAT32 = "float32"
    INT16X8 = "int16x8"
    """int16 activations and int8 weights."""
    INT8X4 = "int8x4"
    """int8 activations and int4 weights, two to a byte."""

    @property
    def quantized(self) -> bool:
        """Whether integers stand for real numbers."""
        return self is not DType.FLOAT32

    @property
    def element(self) -> ElementType:
        """Type of inputs and outputs."""
        return {DType.INT16X8: ElementType.INT16, DType.FLOAT32: ElementType.FLOAT32}.get(
            self, ElementType.INT8
        )

    @property
    def bytes(self) -> int:
        """Size of one element of inputs and outputs."""
        return self.element.bits // 8

    @property
    def weight_bits(self) -> int:
        """Size of one weight."""
        return {DType.INT8X4: 4, DType.FLOAT32: 32}.get(self, 8)
