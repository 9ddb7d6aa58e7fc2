"""A quantity by shape: operator and kernel down, input channels across in powers of two."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from markupsafe import Markup
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from hilbench.report.numbers import significant
from hilbench.report.plots.canvas import Panel, draw
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

    def paint(axes: Axes) -> None:
        for (y, x), value in np.ndenumerate(table.to_numpy(dtype=np.float64)):
            if np.isfinite(value) and value > 0:
                _cell(axes, x, y, value, scale)
        axes.set_xticks(range(columns), [_octave(int(exponent)) for exponent in table.columns])
        axes.set_yticks(range(rows), list(table.index))
        axes.tick_params(length=0, labelcolor=Ink.TEXT)
        axes.set_xlim(-0.5, columns - 0.5)
        axes.set_ylim(rows - 0.5, -0.5)
        axes.grid(visible=False)
        axes.spines[:].set_visible(False)
        axes.set_xlabel("input channels, up to")

    return draw(replace(panel, height=78 + _ROW_HEIGHT * rows), paint)


def _table(frame: pd.DataFrame, column: str) -> pd.DataFrame:
    kernel = frame["kernel_h"].astype(str) + "×" + frame["kernel_w"].astype(str)
    names = frame["operator"].map(spoken) + "  " + kernel
    octaves = np.clip(np.ceil(np.log2(frame["in_c"].to_numpy(float))), _FIRST_OCTAVE, _LAST_OCTAVE)
    return frame.pivot_table(index=names, columns=octaves.astype(int), values=column, aggfunc="median")


def _octave(exponent: int) -> str:
    return f"{2**exponent}" if exponent < _LAST_OCTAVE else f">{2 ** (exponent - 1)}"


def _cell(axes: Axes, x: int, y: int, value: float, scale: Scale) -> None:
    fraction = scale.fraction(value)
    axes.add_patch(
        Rectangle((x - 0.48, y - 0.46), 0.96, 0.92, facecolor=shade(scale.ramp, fraction), linewidth=0)
    )
    ink = Ink.PAPER if fraction > _DARK_FROM else Ink.TEXT
    axes.text(x, y, significant(value, 2), ha="center", va="center", color=ink, fontsize=9.5)
