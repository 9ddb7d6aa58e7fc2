"""results.csv as spreadsheets of several languages save it."""

from __future__ import annotations

import csv
from pathlib import Path

import pandas as pd
import pytest

from hilbench.errors import ConfigError
from hilbench.results.csv_file import read_csv, write_csv
from tests.analysis.rows import frame, measurement

ROWS = frame(measurement(run_uj=1.25, cycles=(1001, 1000, 1004)), measurement("depthwise_conv2d"))


def saved(folder: Path, separator: str, decimal: str = ".", encoding: str = "utf-8") -> Path:
    """The rows, as a spreadsheet writes them."""
    write_csv(ROWS, folder / "own.csv")
    with (folder / "own.csv").open(newline="", encoding="utf-8") as stream:
        table = list(csv.reader(stream))
    path = folder / "saved.csv"
    with path.open("w", newline="", encoding=encoding) as stream:
        writer = csv.writer(stream, delimiter=separator)
        for row in table:
            writer.writerow([cell.replace(".", decimal) if _is_number(cell) else cell for cell in row])
    return path


def _is_number(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return False
    return True


@pytest.mark.parametrize(
    ("separator", "decimal", "encoding"),
    [(";", ",", "utf-8-sig"), (";", ".", "utf-8"), ("\t", ".", "utf-8"), (",", ".", "utf-8-sig")],
)
def test_rows_come_back_whatever_the_language(
    tmp_path: Path, separator: str, decimal: str, encoding: str
) -> None:
    read = read_csv(saved(tmp_path, separator, decimal, encoding))
    assert read["energy_uj"].tolist()[0] == pytest.approx(ROWS["energy_uj"].tolist()[0])
    assert read["cycles_median"].tolist() == ROWS["cycles_median"].tolist()
    pd.testing.assert_series_equal(read["operator"], ROWS["operator"], check_dtype=False)


def test_a_cell_that_cannot_be_is_named_by_row_and_column(tmp_path: Path) -> None:
    path = saved(tmp_path, ";", ",")
    lines = path.read_text(encoding="utf-8").splitlines()
    place = lines[0].split(";").index("energy_uj")
    cells = lines[1].split(";")
    cells[place] = "1.234,5"
    path.write_text("\n".join([lines[0], ";".join(cells), *lines[2:]]), encoding="utf-8")
    with pytest.raises(ConfigError, match=r"saved\.csv, row 2, column 'energy_uj': '?1\.234,5"):
        read_csv(path)


def test_a_table_by_another_sign_lacks_its_columns(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="lacks the column"):
        read_csv(saved(tmp_path, "|"))
