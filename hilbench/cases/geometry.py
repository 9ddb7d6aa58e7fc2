"""Sliding windows along one axis, as TensorFlow pads them, and the patches they cut out of an image."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from hilbench.cases.case import OperatorCase, Padding
from hilbench.cases.tensors import Array


@dataclass(frozen=True)
class Window:
    """A sliding window along one axis; all lengths in elements.

    Source: TensorFlow, "Notes on padding" (tf.nn, section Convolution).
    """

    length: int
    kernel: int
    stride: int
    dilation: int
    padding: Padding

    @property
    def extent(self) -> int:
        """Length that the dilated kernel covers."""
        return (self.kernel - 1) * self.dilation + 1

    @property
    def output(self) -> int:
        """Number of window positions; zero or less when the window does not fit."""
        if self.padding is Padding.SAME:
            return -(-self.length // self.stride)
        return (self.length - self.extent) // self.stride + 1

    @property
    def covered(self) -> int:
        """Length from the first to the last element any position touches, padding included."""
        return (self.output - 1) * self.stride + self.extent

    @property
    def pad_before(self) -> int:
        """Padding before the first element; the odd one goes behind, as in TensorFlow."""
        if self.padding is Padding.VALID:
            return 0
        return max(0, self.covered - self.length) // 2

    @property
    def pad_after(self) -> int:
        """Padding behind the last element."""
        return max(0, self.covered - self.length - self.pad_before)


def windows(case: OperatorCase) -> tuple[Window, Window]:
    """The vertical and the horizontal window of a case."""
    vertical = Window(case.in_h, case.kernel_h, case.stride, case.dilation, case.padding)
    horizontal = Window(case.in_w, case.kernel_w, case.stride, case.dilation, case.padding)
    return vertical, horizontal


def patches(image: Array, vertical: Window, horizontal: Window, fill: float) -> Array:
    """What each window position sees of `image` (H, W, C): (OH, OW, KH, KW, C), `fill` outside."""
    margins = (
        (vertical.pad_before, vertical.pad_after),
        (horizontal.pad_before, horizontal.pad_after),
        (0, 0),
    )
    padded = np.pad(image, margins, constant_values=fill)[: vertical.covered, : horizontal.covered]
    views = np.lib.stride_tricks.sliding_window_view(padded, (vertical.extent, horizontal.extent), (0, 1))
    strided = views[:: vertical.stride, :: horizontal.stride, :, :: vertical.dilation, :: horizontal.dilation]
    return strided.transpose(0, 1, 3, 4, 2)
