"""A transposed convolution as dense ones: outputs that lie a stride apart see the same taps.

An output `y` takes tap `k` of input `(y + padding - k) / stride` where that is whole. So outputs of one
phase, `(y + padding) % stride`, form a convolution of stride 1 with every so many-th tap, backwards.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from hilbench.kernels.input_buffer import KIB, MOST_ROW_BYTES, Axis, Strip, fewest_bands
from hilbench.kernels.tap_schedule import Traversal, most_pixels, plan_traversal
from hilbench.operators.case import OperatorCase
from hilbench.tensors import Array, Window


@dataclass(frozen=True)
class Phase:
    """One phase along one axis.

    Attributes:
        number: index of its first tap.
        begin: its first output.
        outputs: how many it has.
        taps: that its outputs see; of a kernel that is padded to the stride at least.
        first: input that the first output sees first; negative in the padding.
    """

    number: int
    begin: int
    outputs: int
    taps: int
    first: int


def phases_along(window: Window) -> list[Phase]:
    """The phases of the convolution that has this window from output to input."""
    stride, padding = window.stride, window.pad_before
    kernel = max(window.kernel, stride)
    found = []
    for number in range(stride):
        begin = (number - padding) % stride
        taps = -(-(kernel - number) // stride)
        first = (begin + padding) // stride - taps + 1
        found.append(Phase(number, begin, -(-(window.length - begin) // stride), taps, first))
    return [phase for phase in found if phase.outputs]


@dataclass(frozen=True)
class Phases:
    """Both axes' phases over one strip.

    Attributes:
        pixels: of a tile.
        straight_steps: the most that are not in a loop.
    """

    strip: Strip
    vertical: list[Phase]
    horizontal: list[Phase]
    pixels: int
    straight_steps: int

    @property
    def shapes(self) -> list[tuple[int, int]]:
        """Kernels that occur, rows and columns of taps."""
        return sorted({(rows.taps, columns.taps) for rows, columns in self})

    def __iter__(self) -> Iterator[tuple[Phase, Phase]]:
        """All pairs of a vertical and a horizontal phase."""
        return iter([(rows, columns) for rows in self.vertical for columns in self.horizontal])

    def first(self, rows: Phase, columns: Phase) -> int:
        """Element of the strip that the first output of a pair sees first."""
        down, right = self.strip.vertical.padding + rows.first, self.strip.horizontal.padding + columns.first
        return down * self.strip.row + right * self.strip.channels

    def traversal(self, rows: int, columns: int) -> Traversal:
        """The way of a kernel of so many taps over the strip."""
        vertical = replace(self.strip.vertical, kernel=rows)
        horizontal = replace(self.strip.horizontal, kernel=columns)
        view = _View(vertical, horizontal, 1, self.strip.channels, whole_row=self.strip.row)
        return plan_traversal(view, self.pixels, self.straight_steps)


@dataclass(frozen=True)
class _View(Strip):
    """Strip as a smaller kernel sees it."""

    whole_row: int = 0

    @property
    def row(self) -> int:
        """Elements from one row of the strip itself to the next."""
        return self.whole_row


def plan_phases(case: OperatorCase, windows: tuple[Window, Window], wanted: int) -> Phases:
    """The strip that serves all phases; its bands count outputs of one phase.

    Args:
        case: a transposed convolution.
        windows: of the convolution that it transposes, from output to input.
        wanted: pixels of a tile.
    """
    vertical, horizontal = map(phases_along, windows)
    whole = Strip(_axis(case.in_h, vertical), _axis(case.in_w, horizontal), 1, case.in_c)
    strip = fewest_bands(whole, wanted, case.tuning.band_kib * KIB, MOST_ROW_BYTES)
    return Phases(strip, vertical, horizontal, most_pixels(strip, wanted), case.tuning.straight_steps)


def phase_weights(weights: Array, stride: tuple[int, int], rows: Phase, columns: Phase) -> Array:
    """Taps of one pair of phases (O, rows, columns, I), in the order in which inputs are seen."""
    rows_missing, columns_missing = (
        max(0, step - size) for step, size in zip(stride, weights.shape[1:3], strict=True)
    )
    missing = [(0, 0), (0, rows_missing), (0, columns_missing), (0, 0)]
    taps = np.pad(weights, missing)[:, rows.number :: stride[0], columns.number :: stride[1]]
    return np.ascontiguousarray(taps[:, ::-1, ::-1])


def _axis(length: int, phases: list[Phase]) -> Axis:
    """Axis from the first input that any phase sees to the last."""
    first = min(phase.first for phase in phases)
    outputs = max(phase.outputs for phase in phases)
    kernel = max(phase.first + phase.taps for phase in phases) - first
    return Axis(length, outputs, outputs, 1, 1, 1, kernel, -first)
