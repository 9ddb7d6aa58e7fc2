"""Rows as the file `results.csv`: written for people and spreadsheets, read back as they were."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import partial
from pathlib import Path
from typing import Any, TextIO

import pandas as pd

from hilbench.errors import ConfigError
from hilbench.files import FIRST_ROW, read_table
from hilbench.provenance import Provenance
from hilbench.results import cells
from hilbench.results.columns import COLUMNS, FIRST_VERSION, Kind, typed_frame
from hilbench.results.measurement import Status

_FILLED = (
    *("board", "provenance", "chip", "core", "status", "operator", "variant", "dtype"),
    *("in_h", "in_w", "in_c", "out_h", "out_w", "out_c", "kernel_h", "kernel_w"),
    *("stride", "dilation", "groups", "activation", "macs"),
)
"""Columns of a whole row that are never empty."""

_PARSERS: dict[Kind, Callable[[str], Any]] = {
    Kind.TEXT: cells.plain,
    Kind.COUNT: cells.count,
    Kind.NUMBER: cells.number,
    Kind.FLAG: cells.flag,
}
_POSITIVE = partial(cells.count, least=1)
_OWN_PARSERS: dict[str, Callable[[str], Any]] = {
    "provenance": partial(cells.word, words=Provenance),
    "status": partial(cells.word, words=Status),
    "measured_at": cells.moment,
    "energy_above_idle_uj": partial(cells.number, least=-1e30),
    "clock_hz": _POSITIVE,
    "iterations": _POSITIVE,
    **dict.fromkeys(_FILLED[_FILLED.index("in_h") : _FILLED.index("activation")], _POSITIVE),
}
"""Columns that are more particular than their kind."""


def write_csv(frame: pd.DataFrame, target: Path | TextIO) -> None:
    """Write `COLUMNS` of `frame`, and nothing else, to a path or an open text file; UTF-8.

    Text that a spreadsheet would take for a formula has an apostrophe before it, as in `'-O2`.

    Raises:
        ConfigError: the file cannot be written.
    """
    texts = {name: frame[name].map(cells.neutral) for name, kind in COLUMNS.items() if kind is Kind.TEXT}
    verified = frame["verified"].map({True: "true", False: "false"})
    table = frame.loc[:, list(COLUMNS)].assign(**texts, verified=verified)
    try:
        if isinstance(target, Path):
            target.parent.mkdir(parents=True, exist_ok=True)
        table.to_csv(target, index=False, lineterminator="\n")
    except BrokenPipeError:
        raise  # the reader of standard output, as `head`, had enough
    except OSError as error:
        raise ConfigError(f"Cannot write {target}: {error.strerror}; choose another place.") from error


def read_csv(
    path: Path, required: Iterable[str] = tuple(COLUMNS), filled: Iterable[str] = _FILLED
) -> pd.DataFrame:
    """The frame that `write_csv` wrote as `path`; its `DETAILS` are empty.

    Args:
        path: the file; columns that results do not have are passed over.
        required: columns that it must have; others that it lacks are empty.
        filled: columns in which no cell may be empty.

    Raises:
        ConfigError: the file cannot be read, or is not a table of results.
    """
    expected = (name for name in required if name in FIRST_VERSION)
    lines = read_table(path, "a results.csv of hilbench", expected)
    filled = tuple(filled)
    rows = []
    for number, row in enumerate(lines, start=FIRST_ROW):
        if empty := [name for name in filled if not row.get(name)]:
            raise ConfigError(f"{path}, row {number}, the column '{empty[0]}' is empty, so it tells no case.")
        rows.append(_parse(path, number, row))
    return typed_frame(rows)


def _parse(path: Path, number: int, row: Mapping[str, str]) -> dict[str, Any]:
    values = {}
    for name, kind in COLUMNS.items():
        if cell := row.get(name):
            try:
                values[name] = _OWN_PARSERS.get(name, _PARSERS[kind])(cell)
            except ValueError as error:
                raise ConfigError(f"{path}, row {number}, column '{name}': {error}.") from error
    if "tuning" not in row:  # as earlier versions wrote it: the variant with its tuning behind it
        values["variant"], _, values["tuning"] = values.get("variant", "").partition(" ")
    return values
