"""A table that is not of all cases: written cells under headings."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple


class Heading(NamedTuple):
    """The head of a column."""

    name: str
    numeric: bool = True
    hint: str = ""
    extra: bool = False
    """Whether the column is shown only when all are asked for."""

    @property
    def style(self) -> str:
        """Classes of its cells."""
        return " ".join(name for name, holds in (("number", self.numeric), ("extra", self.extra)) if holds)


@dataclass(frozen=True)
class Table:
    """One table of the page.

    Attributes:
        rows: a cell for each heading.
        means: rows that sum the others up, set apart above them.
        filtered: whether the page offers to filter it by words.
    """

    anchor: str
    title: str
    caption: str
    headings: tuple[Heading, ...]
    rows: tuple[tuple[str, ...], ...]
    means: tuple[tuple[str, ...], ...] = ()
    filtered: bool = False
