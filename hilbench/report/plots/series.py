"""Colours and symbols of the series of a figure: operators, and variants where there are several."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from hilbench.report.plots import palette
from hilbench.report.plots.marks import symbol


@dataclass(frozen=True)
class Series:
    """Series of a figure.

    An operator has a colour. A variant has a symbol where there are several; else the operator has one, too.

    Attributes:
        operators: their place gives the colour.
        variants: their place gives the symbol.
    """

    operators: tuple[str, ...]
    variants: tuple[str, ...] = ()

    @classmethod
    def of(cls, frame: pd.DataFrame, order: list[str]) -> Series:
        """The series of rows, of operators in this order."""
        counts = frame["variant"].value_counts() if "variant" in frame else pd.Series(dtype=int)
        return cls(tuple(order), tuple(map(str, counts.index)))

    @property
    def by_variant(self) -> bool:
        """Whether symbols tell variants apart."""
        return len(self.variants) > 1

    def color(self, operator: str) -> str:
        """CSS colour of an operator."""
        return palette.series(self.operators.index(operator))

    def symbol(self, operator: str, variant: str) -> str:
        """Relative path data of a mark."""
        place = self.variants.index(variant) if self.by_variant else self.operators.index(operator)
        return symbol(place)

    def names(self, operator: str, variant: str) -> str:
        """Names by which the legend switches a mark."""
        return f"{operator}|{variant}" if self.by_variant else operator
