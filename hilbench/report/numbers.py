"""Numbers as text for people: significant digits, thin spaces, a dash for what does not exist."""

from __future__ import annotations

import math

import pandas as pd

MISSING = "–"
_THIN = "\u202f"


def exists(value: object) -> bool:
    """Whether a cell holds anything."""
    return not (
        value is None or value is pd.NA or value == "" or (isinstance(value, float) and math.isnan(value))
    )


def integer(value: float | None) -> str:
    """1 234 567 with thin spaces, or a dash."""
    return f"{round(value):,}".replace(",", _THIN) if value is not None and exists(value) else MISSING


def significant(value: float | None, digits: int = 3) -> str:
    """`value` with at least `digits` significant digits, never in exponents: 0.0123, 12.3, 12 345."""
    if value is None or not exists(value):
        return MISSING
    rounded = float(f"{value:.{digits - 1}e}")
    if rounded == 0:
        return "0"
    decimals = max(0, digits - 1 - math.floor(math.log10(abs(rounded))))
    return f"{rounded if decimals else value:,.{decimals}f}".replace(",", _THIN)


def uncertainty(percents: pd.Series) -> str:
    """Uncertainty of energies in words: ±15 %, ±10 to 15 %; empty where nobody says."""
    known = sorted({f"{percent:g}" for percent in percents.dropna()}, key=float)
    return f"±{' to '.join((known[0], known[-1])[: len(known)])} %" if known else ""


def compact(value: float) -> str:
    """Short form for axes and prose: 0.05, 2, 10 k, 1.5 M."""
    for scale, suffix in ((1e9, "G"), (1e6, "M"), (1e3, "k")):
        if abs(value) >= scale * 0.9995:
            return f"{value / scale:.3g}{_THIN}{suffix}"
    return f"{value:.3g}"


def span(values: pd.Series) -> str:
    """The range of `values` in words."""
    return f"from {significant(values.min(), 2)} to {significant(values.max(), 2)}"
