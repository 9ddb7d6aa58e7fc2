"""The current model beside published power, where the table of it is at hand."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from benchmarks.published_power import TOLERANCE, Part, compare, load_description, main, read_rows

ROWS = Path(__file__).parents[4] / "shared" / "data" / "energy_rows.csv"
DESCRIPTION = load_description()
ANCHORED = [part for part in DESCRIPTION.parts if part.anchor]
HEADER = "ver,org,system,bench,mV,mW"


@pytest.fixture
def table(tmp_path: Path) -> Path:
    """Rows: one that a description was made from, one at another supply, one of an unknown part."""
    rows = (
        "v0.7,STMicroelectronics,NUCLEO_L4R5ZI,ic,1800,48.7",
        "v1.1,Krai,NUCLEO-L4R5ZI,ic,3000,78.2",
        "v1.0,somebody,another-part,ic,1800,5",
    )
    path = tmp_path / "rows.csv"
    path.write_text("\n".join((HEADER, *rows)))
    return path


def of_part(part: Part, path: Path) -> list[tuple[bool, float, float]]:
    """Of each row: held out or not, volts, predicted power."""
    compared = compare(part, DESCRIPTION.flows[part.core], read_rows(path))
    return [(each.held_out, each.row.volts, each.predicted) for each in compared]


def test_rows_that_a_description_was_made_from_are_not_held_out(table: Path) -> None:
    (anchor, low, first), (held_out, high, second) = of_part(ANCHORED[0], table)
    assert (anchor, held_out) == (False, True)
    assert second / first == pytest.approx(high / low), "a linear regulator draws the same current"


def test_a_table_without_a_part_leaves_it_out(table: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main([str(table), "--rows"])
    printed = capsys.readouterr().out
    assert "NUCLEO-L4R5ZI" in printed
    assert "U575" not in printed
    assert "another-part" not in printed


@pytest.mark.skipif(not ROWS.is_file(), reason="the table of published power is not here")
def test_most_rows_that_no_description_knows_are_predicted_within_15_percent() -> None:
    rows = read_rows(ROWS)
    errors = np.array(
        [
            each.error
            for part in ANCHORED
            for each in compare(part, DESCRIPTION.flows[part.core], rows)
            if each.held_out
        ]
    )
    assert len(errors) > 50
    assert (np.abs(errors) <= TOLERANCE).mean() > 0.8
    assert np.abs(errors).mean() < TOLERANCE
