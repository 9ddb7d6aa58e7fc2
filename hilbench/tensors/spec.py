"""The shape and element type of a tensor."""

from __future__ import annotations

import math
from dataclasses import dataclass

from hilbench.tensors.element import ElementType

MOST_AXES = 4
"""Axes that a tensor may have."""


@dataclass(frozen=True)
class TensorSpec:
    """Shape and element type; images are NHWC.

    Attributes:
        shape: lengths of the axes, the slowest first; one to four, each at least 1.
        dtype: type of an element.
    """

    shape: tuple[int, ...]
    dtype: ElementType = ElementType.INT8

    @classmethod
    def image(cls, height: int, width: int, channels: int, dtype: ElementType) -> TensorSpec:
        """The specification (1, height, width, channels) of one image."""
        return cls((1, height, width, channels), dtype)

    @property
    def elements(self) -> int:
        """Number of elements."""
        return math.prod(self.shape)

    @property
    def bytes(self) -> int:
        """Size in memory; two int4 share a byte."""
        return -(-self.elements * self.dtype.bits // 8)

    @property
    def padded_shape(self) -> tuple[int, int, int, int]:
        """The shape as four axes, with axes of length 1 before those that there are."""
        batch, height, width, channels = (1,) * (MOST_AXES - len(self.shape)) + self.shape
        return batch, height, width, channels

    def __str__(self) -> str:
        return f"{'x'.join(map(str, self.shape))} {self.dtype}"
