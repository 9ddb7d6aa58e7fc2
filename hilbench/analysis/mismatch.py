"""Conditions under which a row is not its reference measured again, so that there is no error to state."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import pandas as pd

from hilbench.analysis.pairing import Pair

_SAME = ("variant", "tuning", "flags", "placement", "cache")
"""Columns of `SETUP_COLUMNS` that a row and its reference have to agree in, unlike the board."""

_COMPUTED = ("dtype", "padding", "activation")
"""Columns of a problem that are no size."""


def mismatches(pairs: Sequence[Pair]) -> str:
    """The kernels, flags, placements and caches that rows and references differ in, in words; empty if none.

    A row that does not state a column differs in nothing there.
    """
    differing = (
        (name, [(row[name], known[name]) for known, row in pairs if _differ(name, row, known)])
        for name in _SAME
    )
    return _joined((name, *zip(*cells, strict=True)) for name, cells in differing if cells)


def strangers(frame: pd.DataFrame, reference: pd.DataFrame) -> str:
    """Types, paddings and activations of which two runs have none in common, in words; empty if none."""
    sides = ((name, {*frame[name]}, {*reference[name]}) for name in _COMPUTED)
    apart = ((name, here, there) for name, here, there in sides if not here & there)
    return _joined(side for side in apart if "" not in side[1] | side[2])


def _differ(name: str, row: pd.Series, known: pd.Series) -> bool:
    stated = "variant" if name == "tuning" else name  # who names the variant says that nothing is tuned
    return bool(row[stated] and known[stated] and row[name] != known[name])


def _joined(differing: Iterable[Sequence[Iterable[str]]]) -> str:
    return " and ".join(f"{name} {_each(here)} instead of {_each(there)}" for name, here, there in differing)


def _each(values: Iterable[str]) -> str:
    return " or ".join(f"'{value}'" for value in sorted(set(values)))
