"""Bands of an image widened to int16: what the `dsp` convolutions read instead of the input.

A band serves a rectangle of outputs. Its rows hold the padding too, and each group's channels lie
together, so that what a kernel's row sees of a group is one run of elements. Raw activations are
widened, with the zero point as padding: the bias takes care of the zero point.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from hilbench.operators.case import OperatorCase
from hilbench.operators.reuse import Indices, Reuse, reuse_by_stages
from hilbench.tensors import Window

INT16_BYTES = 2
KIB = 1024
MOST_ROW_BYTES = 24 * KIB
"""Bytes of a row of outputs that is not split."""
_WORD = 4
_WIDENED = (0, 2, 1, 3)
"""Order of four channels as SXTB16, and SXTB16 with a rotation, widen them."""
_COLORS = 3
"""Channels of a first layer."""


_Integer = TypeVar("_Integer", bound=np.integer)


@dataclass(frozen=True)
class Axis:
    """One direction of the band; lengths in pixels.

    Attributes:
        length: of the input.
        outputs: of the whole image.
        band: outputs served by one band.
        pick: every so many-th pixel is widened; more than 1 where a kernel of 1 skips pixels.
        stride: widened pixels from one output to the next.
        dilation: widened pixels from one tap to the next.
        kernel: taps.
        padding: pixels before the first of the input.
    """

    length: int
    outputs: int
    band: int
    pick: int
    stride: int
    dilation: int
    kernel: int
    padding: int

    @classmethod
    def along(cls, window: Window) -> Axis:
        """The axis of a window, all its outputs in one band."""
        pick = window.stride if window.kernel == 1 else 1
        stride = window.stride // pick
        return cls(
            window.length,
            window.output,
            window.output,
            pick,
            stride,
            window.dilation,
            window.kernel,
            window.pad_before,
        )

    @property
    def span(self) -> int:
        """Widened pixels that a band needs."""
        return (self.band - 1) * self.stride + (self.kernel - 1) * self.dilation + 1

    def split(self, bands: int, multiple: int = 1) -> Axis:
        """The axis in `bands` bands, or a few less, of equal size but the last."""
        even = -(-self.outputs // bands)
        return replace(self, band=min(self.outputs, -(-even // multiple) * multiple))

    @property
    def bands(self) -> tuple[Indices, Indices]:
        """End of each band's outputs, and the first pixel of the input that it reads, padding excepted."""
        firsts = np.arange(0, self.outputs, self.band)
        seen = firsts * self.stride * self.pick - self.padding
        return np.minimum(firsts + self.band, self.outputs), np.clip(seen, 0, self.length)

    @property
    def padded(self) -> bool:
        """Whether outputs see pixels outside the input."""
        return self.padding > 0 or replace(self.unpicked, band=self.outputs).span > self.length

    @property
    def unpicked(self) -> Axis:
        """The axis over all pixels of the input."""
        return replace(self, pick=1, stride=self.stride * self.pick)


@dataclass(frozen=True)
class Strip:
    """The widened band in memory: rows of planes of pixels, a plane for each group of channels."""

    vertical: Axis
    horizontal: Axis
    groups: int
    channels: int
    """Channels of one group; a fourth may be stored with three."""
    direct: bool = False
    """Whether it is a part of the input itself, so that it takes no memory."""
    element_bytes: int = INT16_BYTES
    """Bytes of an element: 1 where the inner loop widens."""
    as_widened: bool = False
    """Whether of each four channels the second and the third change places, as SXTB16 widens them."""

    @property
    def plane(self) -> int:
        """Elements of one group in one row."""
        return self.horizontal.span * self.channels

    @property
    def row(self) -> int:
        """Elements from one row to the next: whole words, so that rows begin at words."""
        if self.direct:
            return self.horizontal.length * self.channels
        word = _WORD // self.element_bytes
        return -(-self.groups * self.plane // word) * word

    @property
    def size(self) -> int:
        """Bytes of the band."""
        return 0 if self.direct else self.vertical.span * self.row * self.element_bytes

    def in_order(self, weights: NDArray[_Integer]) -> NDArray[_Integer]:
        """Weights in the order of the strip's channels; they are the last axis."""
        if not self.as_widened:
            return weights
        fours = weights.reshape(*weights.shape[:-1], -1, len(_WIDENED))[..., _WIDENED]
        return fours.reshape(weights.shape)

    def input_reuse(self, case: OperatorCase, *, buffered: bool = True) -> Reuse:
        """Reuse band by band, of an operator whose outputs are the bands'.

        Args:
            case: an operator on one image.
            buffered: whether a band is read before its first output is written.
        """
        outputs = self.vertical.outputs, self.horizontal.outputs
        return self.spread_reuse(case, outputs, (1, 1), buffered=buffered)

    def spread_reuse(
        self, case: OperatorCase, outputs: tuple[int, int], step: tuple[int, int], *, buffered: bool = True
    ) -> Reuse:
        """Reuse band by band, where an output of a band stands for `step` rows and columns of `outputs`."""
        (row_ends, rows), (column_ends, columns) = self.vertical.bands, self.horizontal.bands
        last_rows = np.minimum(row_ends * step[0], outputs[0]) - 1
        ends = last_rows[:, np.newaxis] * outputs[1] + np.minimum(column_ends * step[1], outputs[1])
        begins = rows[:, np.newaxis] * self.horizontal.length + columns
        return reuse_by_stages(
            ends.ravel() * case.out_c * case.dtype.bytes,
            begins.ravel() * case.in_c * case.dtype.bytes,
            case.inputs[0].bytes,
            buffered=buffered,
        )

    def over_input(self) -> Strip | None:
        """The strip over an input of its type, where rows have no padding and begin at words; else None."""
        if self.groups > 1 or self.vertical.padded or self.horizontal.padded:
            return None
        vertical, horizontal = self.vertical.unpicked, self.horizontal.unpicked
        strip = replace(self, vertical=vertical, horizontal=horizontal, direct=True)
        return None if strip.row * self.element_bytes % _WORD else strip


AnyStrip = TypeVar("AnyStrip", bound=Strip)


def plan_strip(case: OperatorCase, multiple: int) -> Strip:
    """The largest bands, of whole rows if they can be, that take no more memory than the case's tuning wants.

    Args:
        case: a convolution.
        multiple: of outputs, that a band which ends within a row must be wide.
    """
    return fewest_bands(whole_strip(case), multiple, case.tuning.band_kib * KIB, MOST_ROW_BYTES)


def plan_aligned_strip(case: OperatorCase, multiple: int) -> Strip:
    """Bands as `plan_strip` makes them, of pixels that begin at words."""
    whole = with_fourth_channel(whole_strip(case))
    return fewest_bands(whole, multiple, case.tuning.band_kib * KIB, MOST_ROW_BYTES)


def with_fourth_channel(strip: Strip) -> Strip:
    """The strip with a channel more that meets weights of zero, where three leave pixels off words.

    A load that is not aligned takes longer than the products of zeros.
    """
    pixel = strip.channels * strip.horizontal.stride * strip.element_bytes
    padded = strip.channels == _COLORS and strip.groups == 1 and pixel % _WORD > 0
    return replace(strip, channels=_COLORS + 1) if padded else strip


def whole_strip(case: OperatorCase) -> Strip:
    """The whole input of a convolution in one band; of a 1x1 kernel of stride 1 it is one row."""
    vertical, horizontal = map(Axis.along, case.windows)
    if (case.window.kernel, case.window.stride) == ((1, 1), (1, 1)):  # rows do not matter
        pixels = case.in_h * case.in_w
        vertical = replace(vertical, length=1, outputs=1, band=1)
        horizontal = replace(horizontal, length=pixels, outputs=pixels, band=pixels)
    channels = case.in_c // case.groups
    return Strip(vertical, horizontal, case.groups, channels, as_widened=comes_in_fours(case, channels))


def comes_in_fours(case: OperatorCase, channels: int) -> bool:
    """Whether the case has int8 that is widened four channels at a time."""
    return case.dtype.bytes == 1 and channels % len(_WIDENED) == 0


def fewest_bands(whole: AnyStrip, multiple: int, wanted: int, most: int) -> AnyStrip:
    """The whole strip in bands of `wanted` bytes, or of whole rows of `most`; `multiple` as in `plan_strip`.

    12 KiB are enough for a band's weights to be read seldom, and fit a data cache of 16 KiB. Columns are
    split only where a single row of outputs takes too much, as their bands overlap.
    """
    vertical, horizontal = whole.vertical, whole.horizontal
    row = replace(whole, vertical=vertical.split(vertical.outputs))
    most = max(wanted, most) if vertical.outputs > 1 else wanted
    narrowed = row
    for bands in range(1, horizontal.outputs + 1):
        narrowed = replace(row, horizontal=horizontal.split(bands, multiple))
        if narrowed.size <= most:
            break
    for bands in range(1, vertical.outputs + 1):
        strip = replace(narrowed, vertical=vertical.split(bands))
        if strip.size <= wanted:
            return strip
    return narrowed
