"""Layers in bands of rows: what a band reads, and the layer that computes it alone."""

from __future__ import annotations

from dataclasses import dataclass, replace

from hilbench.operators import Layer
from hilbench.tensors import MOST_AXES, POINT, ExplicitPadding, Padding, TensorSpec, Window, Window2D


@dataclass(frozen=True)
class Rows:
    """Rows of an image, from `first` to the one before `end`."""

    first: int
    end: int

    def __len__(self) -> int:
        return max(0, self.end - self.first)


class BandedLayer:
    """A layer whose output can be computed row by row.

    Args:
        layer: of one or more images of one height to one image, as `is_banded` says.
    """

    def __init__(self, layer: Layer) -> None:
        self.layer = layer
        window = layer.operator.row_window(layer.case)
        if window is None:
            raise ValueError(f"{layer} needs its whole input for every row")
        self.window: Window = window
        self.height = layer.outputs[0].shape[1]
        self._bands: dict[tuple[int, int, int], Layer] = {}

    def read(self, rows: Rows) -> Rows:
        """Rows of the inputs that rows of the output are computed from, padding excepted."""
        first = rows.first * self.window.stride - self.window.pad_before
        end = (rows.end - 1) * self.window.stride - self.window.pad_before + self.window.extent
        return Rows(min(max(first, 0), self.window.length), min(end, self.window.length))

    def band(self, rows: Rows) -> Layer:
        """The layer that computes only these rows of the output, of those rows of the inputs that they need.

        Raises:
            CaseError: its kernel cannot do so.
        """
        seen = self.read(rows)
        above = max(0, self.window.pad_before - rows.first * self.window.stride)
        key = above, len(seen), len(rows)
        if key not in self._bands:
            below = above + len(seen)
            needed = (len(rows) - 1) * self.window.stride + self.window.extent
            self._bands[key] = self._cut(len(seen), above, max(0, needed - below))
        return self._bands[key]

    def _cut(self, height: int, above: int, below: int) -> Layer:
        case = self.layer.case
        inputs = tuple(TensorSpec((1, height, *spec.shape[2:]), spec.dtype) for spec in case.inputs)
        window = case.window if case.window == POINT else _padded(case.window, case.in_w, above, below)
        banded = self.layer.operator.complete(replace(case, inputs=inputs, window=window))
        return replace(self.layer, case=banded, own_constants=self.layer.constants)


def is_banded(layer: Layer) -> bool:
    """Whether a layer's output can be computed row by row: images of one height to one image."""
    specs = (*layer.inputs, *layer.outputs)
    if not all(len(spec.shape) == MOST_AXES and spec.shape[0] == 1 for spec in specs):
        return False
    alike = len(layer.outputs) == 1 and len({spec.shape[1] for spec in layer.inputs}) == 1
    return alike and layer.operator.row_window(layer.case) is not None


def _padded(window: Window2D, width: int, above: int, below: int) -> Window2D:
    """The window with its padding at the sides, and so many rows above and below."""
    horizontal = window.horizontal(width)
    sides = ExplicitPadding(above, horizontal.pad_before, below, horizontal.pad_after)
    none = sides == ExplicitPadding(0, 0, 0, 0)
    return replace(window, padding=Padding.VALID if none else sides)
