"""Patches that sliding windows cut out of an image."""

from __future__ import annotations

import numpy as np

from hilbench.tensors import Array, Window


def patches(image: Array, vertical: Window, horizontal: Window, fill: float) -> Array:
    """Elements of `image` (H, W, C) under each window position: (OH, OW, KH, KW, C), `fill` outside."""
    margins = (
        (vertical.pad_before, vertical.pad_after),
        (horizontal.pad_before, horizontal.pad_after),
        (0, 0),
    )
    padded = np.pad(image, margins, constant_values=fill)[: vertical.covered, : horizontal.covered]
    views = np.lib.stride_tricks.sliding_window_view(padded, (vertical.extent, horizontal.extent), (0, 1))
    strided = views[:: vertical.stride, :: horizontal.stride, :, :: vertical.dilation, :: horizontal.dilation]
    return strided.transpose(0, 1, 3, 4, 2)
