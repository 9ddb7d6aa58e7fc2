"""Reuse of an input's memory: where a kernel may write its output over an input that it consumes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from hilbench.tensors import Window

if TYPE_CHECKING:
    from hilbench.operators.case import OperatorCase

Indices = NDArray[np.int64]


@dataclass(frozen=True)
class Reuse:
    """Condition under which an output may lie over an input; apart from each other they always may lie.

    Attributes:
        distance: bytes from the output's first to the input's first, at least; negative where the output may
            begin within the input.
        multiple: bytes of which the distance must be a multiple.
    """

    distance: int
    multiple: int = 1


IN_PLACE = Reuse(0)
"""Reuse by loops that read each element before they write the one at the same place, and then never again."""


def reuse_by_stages(ends: Indices, begins: Indices, input_bytes: int, *, buffered: bool) -> Reuse:
    """Reuse by a kernel that works in stages: no byte may be written that a later stage reads.

    Args:
        ends: end of what is written up to each stage and in it, bytes of the output.
        begins: first byte of the input that each stage reads.
        input_bytes: size of the input.
        buffered: whether a stage has read all its input before it writes.
    """
    needed = np.minimum.accumulate(np.append(begins, input_bytes)[::-1])[::-1]
    return Reuse(int((ends - (needed[1:] if buffered else needed[:-1])).max()))


def reuse_by_pixels(case: OperatorCase, first_rows: Indices, first_columns: Indices) -> Reuse:
    """Reuse by loops over the output's rows and columns, which read the input anew for each channel.

    Args:
        case: an operator on one image.
        first_rows: the input's row that each row of the output sees first, clipped to the input.
        first_columns: the same of columns.
    """
    in_pixel, out_pixel = case.in_c * case.dtype.bytes, case.out_c * case.dtype.bytes
    begins = (first_rows[:, np.newaxis] * case.in_w + first_columns).ravel() * in_pixel
    ends = np.arange(1, case.out_h * case.out_w + 1) * out_pixel
    return reuse_by_stages(ends, begins, case.inputs[0].bytes, buffered=False)


def first_seen(window: Window) -> Indices:
    """Index of the first element that each position of a window sees, clipped to what it slides over."""
    return np.clip(np.arange(window.output) * window.stride - window.pad_before, 0, window.length)
