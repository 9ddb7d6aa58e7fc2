"""A quantity by shape: operator and kernel down, input channels across in powers of two."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from markupsafe import Markup

from hilbench.report.numbers import significant
from hilbench.report.plots.axis import Axis
from hilbench.report.plots.canvas import Canvas, Panel
from hilbench.report.plots.palette import Ink, Ramp, shade
from hilbench.report.selection import spoken

_ROW_HEIGHT = 27
_FIRST_OCTAVE, _LAST_OCTAVE = 2, 10
"""Columns: up to 4 channels, to 8, … to 512, and more."""
_DARK_FROM = 0.6
"""Shades beyond this fraction of a ramp carry text in the paper's colour."""


@dataclass(frozen=True)
class Scale:
    """Logarithmic scale from `low` to `high`, shared by the panels of one quantity."""

    ramp: Ramp
    low: float
    high: float

    @classmethod
    def over(cls, ramp: Ramp, values: pd.Series) -> Scale:
        """The scale that just holds the positive ones of `values`."""
        positive = values[values > 0]
        return cls(ramp, float(positive.min()), float(positive.max()))

    def fraction(self, value: float) -> float:
        """Place of `value` on the scale, 0 to 1."""
        if self.high <= self.low:
            return 0.5
        return float(np.clip(np.log(value / self.low) / np.log(self.high / self.low), 0, 1))


def heatmap(panel: Panel, frame: pd.DataFrame, column: str, scale: Scale) -> Markup:
    """Median of `column` in each cell, written in it where there is room."""
    table = _table(frame, column)
    rows, columns = table.shape
    names = [_octave(int(exponent)) for exponent in table.columns]
    x = Axis(-0.5, columns - 0.5, [*enumerate(names)], "input channels, up to", grid=False, line=False)
    y = Axis(rows - 0.5, -0.5, [*enumerate(map(str, table.index))], grid=False, line=False)
    canvas = Canvas(replace(panel, height=78 + _ROW_HEIGHT * rows), x, y)
    for (row, place), value in np.ndenumerate(table.to_numpy(dtype=np.float64)):
        if np.isfinite(value) and value > 0:
            _cell(canvas, place, row, value, scale)
    return canvas.svg()


def cells(frame: pd.DataFrame) -> int:
    """Cells that a heatmap of `frame` has."""
    return len(pd.DataFrame({"row": _kernels(frame), "column": _octaves(frame)}).drop_duplicates())


def _table(frame: pd.DataFrame, column: str) -> pd.DataFrame:
    return frame.pivot_table(index=_kernels(frame), columns=_octaves(frame), values=column, aggfunc="median")


def _kernels(frame: pd.DataFrame) -> pd.Series:
    kernel = frame["kernel_h"].astype(str) + "×" + frame["kernel_w"].astype(str)
    return frame["operator"].map(spoken) + "  " + kernel


def _octaves(frame: pd.DataFrame) -> pd.Series:
    exponents = np.clip(np.ceil(np.log2(frame["in_c"].to_numpy(float))), _FIRST_OCTAVE, _LAST_OCTAVE)
    return pd.Series(exponents.astype(int), frame.index)


def _octave(exponent: int) -> str:
    return f"{2**exponent}" if exponent < _LAST_OCTAVE else f">{2 ** (exponent - 1)}"


def _cell(canvas: Canvas, x: int, y: int, value: float, scale: Scale) -> None:
    fraction = scale.fraction(value)
    canvas.box((x - 0.48, x + 0.48), (y - 0.46, y + 0.46), shade(scale.ramp, fraction))
    ink = Ink.PAPER if fraction > _DARK_FROM else Ink.TEXT
    place = canvas.x(x), canvas.y(y)
    canvas.text(place, significant(value, 2), anchor="middle", color=ink, size=9.5)
