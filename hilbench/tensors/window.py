"""Sliding windows, as TensorFlow pads them or as a network states their padding."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Padding(StrEnum):
    """TensorFlow's padding schemes."""

    SAME = "same"
    VALID = "valid"


@dataclass(frozen=True)
class ExplicitPadding:
    """Padding in elements, side by side, as ONNX and PyTorch state it."""

    top: int
    left: int
    bottom: int
    right: int

    def __str__(self) -> str:
        return f"{self.top},{self.left},{self.bottom},{self.right}"


@dataclass(frozen=True)
class Window:
    """A sliding window along one axis; all lengths in elements.

    Source: TensorFlow, "Notes on padding" (tf.nn, section Convolution).

    Attributes:
        length: of what the window slides over.
        padding: a scheme, or the elements before and behind.
    """

    length: int
    kernel: int
    stride: int
    dilation: int
    padding: Padding | tuple[int, int]

    @property
    def extent(self) -> int:
        """Length that the dilated kernel covers."""
        return (self.kernel - 1) * self.dilation + 1

    @property
    def output(self) -> int:
        """Number of window positions; zero or less when the window does not fit."""
        if self.padding is Padding.SAME:
            return -(-self.length // self.stride)
        before, behind = (0, 0) if self.padding is Padding.VALID else self.padding
        return (before + self.length + behind - self.extent) // self.stride + 1

    @property
    def covered(self) -> int:
        """Length from the first to the last element any position touches, padding included."""
        return (self.output - 1) * self.stride + self.extent

    @property
    def pad_before(self) -> int:
        """Padding before the first element; of SAME the odd one goes behind, as in TensorFlow."""
        if self.padding is Padding.VALID:
            return 0
        if self.padding is Padding.SAME:
            return max(0, self.covered - self.length) // 2
        return self.padding[0]

    @property
    def pad_after(self) -> int:
        """Padding behind the last element that any position touches."""
        return max(0, self.covered - self.length - self.pad_before)


def single(length: int) -> Window:
    """The window of one element at a time over `length` elements."""
    return Window(length, 1, 1, 1, Padding.VALID)


@dataclass(frozen=True)
class Window2D:
    """A window that slides over an image; pairs are vertical, then horizontal."""

    kernel: tuple[int, int] = (1, 1)
    stride: tuple[int, int] = (1, 1)
    dilation: tuple[int, int] = (1, 1)
    padding: Padding | ExplicitPadding = Padding.SAME

    def vertical(self, height: int) -> Window:
        """The window along the rows of an image of this height."""
        return self._along(0, height)

    def horizontal(self, width: int) -> Window:
        """The window along the columns of an image of this width."""
        return self._along(1, width)

    def _along(self, axis: int, length: int) -> Window:
        padding = self.padding
        sides = (
            ((padding.top, padding.bottom), (padding.left, padding.right))[axis]
            if isinstance(padding, ExplicitPadding)
            else padding
        )
        return Window(length, self.kernel[axis], self.stride[axis], self.dilation[axis], sides)


POINT = Window2D()
"""The window of operators that have none: one element at a time."""
