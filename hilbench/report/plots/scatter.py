"""Marks of cases in a drawing, those of a series together."""

from __future__ import annotations

import pandas as pd

from hilbench.report.plots.canvas import Canvas
from hilbench.report.plots.series import Series


def scatter(canvas: Canvas, frame: pd.DataFrame, x: pd.Series, y: pd.Series, series: Series) -> None:
    """A mark for each row at `x` and `y`, in the colour of its operator and the symbol of its series.

    Args:
        canvas: to draw on.
        frame: rows, named by their place in the run.
        x: value across of each row.
        y: value upwards of each row.
        series: which tell the rows apart.
    """
    for (operator, variant), rows in frame.groupby(["operator", "variant"], sort=False):
        points = zip(x[rows.index], y[rows.index], strict=True)
        canvas.marks(
            points,
            rows.index,
            series.symbol(str(operator), str(variant)),
            series.color(str(operator)),
            series=series.names(str(operator), str(variant)),
        )
