"""Baseline of tests: rows of earlier measurements in a CSV file, which new ones are held against."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from hilbench.analysis import Limit, Verdict, compare
from hilbench.results.csv_file import read_csv, write_csv
from hilbench.results.rows import to_frame

_SAME = ("board", "problem")
"""Columns in which a row and its baseline agree."""
_ALIKE = ("placement", "flags", "toolchain", "variant", "tuning")
"""Columns in which they agree where the file has such a row: what a build asks for first."""


class BaselineRows:
    """Rows of a CSV file like `results.csv`, one for each board, problem and build.

    Args:
        path: of the file; read when it is needed first.

    Raises:
        ConfigError: (from every method) the file holds no such rows, or cannot be written.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._rows: pd.DataFrame | None = None
        self._changed = False

    def verdict(self, row: pd.DataFrame, limit: Limit) -> Verdict | None:
        """Verdict on a measured row, as a frame of one; None where no row is of its problem."""
        known = self._alike(row)
        return None if known.empty else Verdict(compare(known, row), [limit])

    def update(self, row: pd.DataFrame) -> None:
        """Take a measured row, in place of an earlier one of the same build."""
        rows, known = self._read(), self._alike(row)
        same = [name for name in known.index if (known.loc[name, [*_ALIKE]] == row.iloc[0][[*_ALIKE]]).all()]
        self._rows = pd.concat([rows.drop(index=same), row], ignore_index=True)
        self._changed = True

    def write(self) -> None:
        """Write the file where rows were taken, ordered by board and problem."""
        if self._changed:
            rows = self._read().sort_values([*_SAME, *_ALIKE], kind="stable")
            write_csv(rows, self.path)

    def _alike(self, row: pd.DataFrame) -> pd.DataFrame:
        """Row of the baseline that is nearest to a measured one; empty where there is none of its problem."""
        rows, measured = self._read(), row.iloc[0]
        found = rows[(rows[[*_SAME]] == measured[[*_SAME]]).all(axis=1)]
        for column in _ALIKE:
            same = found[found[column] == measured[column]]
            found = found if same.empty else same
        return found.head(1)

    def _read(self) -> pd.DataFrame:
        if self._rows is None:
            self._rows = read_csv(self.path) if self.path.exists() else to_frame(())
        return self._rows
