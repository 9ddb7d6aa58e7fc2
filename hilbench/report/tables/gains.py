"""Gains of the kernels over plain C."""

from __future__ import annotations

import pandas as pd

from hilbench.analysis import Gain
from hilbench.analysis import gains as gains_of
from hilbench.report.numbers import significant
from hilbench.report.selection import spoken
from hilbench.report.tables.table import Heading, Table

_CAPTION = (
    "The reference variant, plain C, beside the best variant of the same problem: cycles and energy of the "
    "reference by those of the best, so that 2 is half. Geometric means over an operator's problems."
)


def gains(frame: pd.DataFrame) -> Table | None:
    """A row for each operator of which the reference and other variants ran; None where there is none."""
    found = gains_of(frame)
    if not found:
        return None
    varied = any(gain.setting for gain in found)
    headings = (
        Heading("operator", numeric=False),
        *([Heading("setting", numeric=False)] if varied else []),
        Heading("problems", hint="with rows of the reference and of another variant"),
        Heading("cycles", hint="of the reference by those of the fastest variant, geometric mean"),
        Heading("least"),
        Heading("most"),
        Heading("energy", hint="of the reference by the least of all variants, geometric mean"),
        Heading("fastest", numeric=False, hint="variants, the most frequent first"),
    )
    rows = tuple(_cells(gain, varied=varied) for gain in found)
    return Table("gains", "What the kernels gain", _CAPTION, headings, rows)


def _cells(gain: Gain, *, varied: bool) -> tuple[str, ...]:
    return (
        spoken(gain.operator),
        *([gain.setting] if varied else []),
        str(gain.problems),
        *map(significant, (gain.speed, gain.least, gain.most, gain.energy)),
        ", ".join(gain.winners),
    )
