"""Effect of a kernel's place in an image."""

from __future__ import annotations

import pandas as pd

from hilbench.analysis import describe
from hilbench.report.numbers import significant
from hilbench.report.selection import ran, spoken, spoken_case
from hilbench.report.tables.table import Heading, Table

_CAPTION = (
    "Each case ran in several layouts of its image, with code, constants and tensors at other addresses. "
    "The spread is the most cycles less the fewest, in % of those in layout 0, which the other tables show. "
    "A kernel gains or loses about as much in an application, by where its linker puts it."
)
_HEADINGS = (
    Heading("operator", numeric=False),
    Heading("variant", numeric=False),
    Heading("cases"),
    Heading("spread, median %"),
    Heading("at worst %"),
    Heading("there", numeric=False, hint="the case with the widest spread"),
)


def layouts(frame: pd.DataFrame) -> Table | None:
    """A row for each operator and variant, the most sensitive first; None where all ran in one layout."""
    rows = ran(frame)
    rows = rows[rows["layout_spread_pct"].notna()]
    if rows.empty:
        return None
    groups = (group for _, group in rows.groupby(["operator", "variant"], sort=False))
    ordered = sorted(groups, key=lambda group: -group["layout_spread_pct"].median())
    return Table("layouts", "How much the layout matters", _CAPTION, _HEADINGS, tuple(map(_cells, ordered)))


def _cells(group: pd.DataFrame) -> tuple[str, ...]:
    spread = group["layout_spread_pct"]
    worst = group.iloc[int(spread.to_numpy(float).argmax())]
    return (
        spoken(worst["operator"]),
        worst["variant"],
        str(len(group)),
        significant(spread.median()),
        significant(spread.max()),
        spoken_case(describe(worst)),
    )
