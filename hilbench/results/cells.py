"""Cells of results.csv: numbers that can be, and text that no spreadsheet takes for a formula."""

from __future__ import annotations

import math
import re
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

_FORMULA = re.compile(r"'*[=+\-@\t\r]")
"""The beginning of what a spreadsheet calculates, and of what `neutral` made of it (OWASP, CSV injection)."""
_NEUTRAL = re.compile(r"'+[=+\-@\t\r]")
_COUNT = re.compile(r"[0-9]{1,16}(\.0*)?|[0-9](\.[0-9]*)?[eE]\+?[0-9]{1,2}")
"""A whole number as it is, as a spreadsheet makes `3.0` of it, or `1.2E+05`."""
_LARGEST_COUNT = 2**53
"""Largest count; beyond it a float64, which statistics calculate in, does not hold every integer."""
_LARGEST_NUMBER = 1e30


def neutral(text: str) -> str:
    """`text` with an apostrophe before it where a spreadsheet would take it for a formula, as in `-O2`."""
    return f"'{text}" if _FORMULA.match(text) else text


def plain(cell: str) -> str:
    """Text that `neutral` was given; a cell that was not neutralised stays as it is."""
    return cell[1:] if _NEUTRAL.match(cell) else cell


def count(cell: str, least: int = 0) -> int:
    """A whole number of at least `least`.

    Raises:
        ValueError: it is none.
    """
    value = Decimal(cell) if _COUNT.fullmatch(cell) else Decimal("NaN")
    if not value.is_finite() or not least <= value <= _LARGEST_COUNT or value % 1:
        raise ValueError(f"'{cell[:40]}' is no whole number from {least} to 2^53")
    return int(value)


def number(cell: str, least: float = 0.0) -> float:
    """A finite number of at least `least`.

    Raises:
        ValueError: it is none.
    """
    try:
        value = float(cell)
    except ValueError:
        value = math.nan
    if not least <= value <= _LARGEST_NUMBER:
        raise ValueError(f"'{cell[:40]}' is no number from {least:g} to {_LARGEST_NUMBER:g}")
    return value


def flag(cell: str) -> bool:
    """`true` or `false`, as spreadsheets write it too.

    Raises:
        ValueError: it is neither.
    """
    if cell.lower() not in {"true", "false"}:
        raise ValueError(f"'{cell[:40]}' is neither true nor false")
    return cell.lower() == "true"


def word(cell: str, words: type[StrEnum]) -> str:
    """Member of `words` that the cell names.

    Raises:
        ValueError: it is another.
    """
    if cell not in set(words):
        raise ValueError(f"'{cell[:40]}' is none of {', '.join(words)}")
    return cell


def moment(cell: str) -> str:
    """A time in ISO 8601 with its distance from UTC.

    Raises:
        ValueError: it is none.
    """
    if datetime.fromisoformat(cell).tzinfo is None:
        raise ValueError(f"'{cell[:40]}' does not say how far it is from UTC")
    return cell
