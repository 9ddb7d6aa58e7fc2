"""The current model beside published power, where the table of it is at hand."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.published_power import (
    TOLERANCE,
    Compared,
    Row,
    by_other_parts,
    compare,
    compare_all,
    load_description,
    main,
    middle,
    read_rows,
)

LATER = Path(__file__).parents[3] / "benchmarks" / "published_power_later.csv"
ROWS = Path(__file__).parents[4] / "shared" / "data" / "energy_rows.csv"
DESCRIPTION = load_description()
LINEAR, SWITCHING = DESCRIPTION.parts[:2]
HEADER = "ver,org,system,bench,mV,mW,gap_mW"
LINES = (
    "v0.7,STMicroelectronics,NUCLEO_L4R5ZI,ic,1800,48.7,34",
    "v0.7,STMicroelectronics,NUCLEO_L4R5ZI,ad,1800,44.7,34",
    "v1.1,Krai,NUCLEO-L4R5ZI,ic,3000,78.2,61",
    "v1.0,somebody,NUCLEO-U575ZI-Q,ic,1800,26,",
    "v1.0,somebody,another-part,ic,1800,5,",
)


@pytest.fixture
def table(tmp_path: Path) -> Path:
    """Two submissions of one part, from two supplies; one of another; an unknown part."""
    path = tmp_path / "rows.csv"
    path.write_text("\n".join((HEADER, *LINES)))
    return path


def linear(*watts: float, idle: float = 0.03) -> Compared:
    """A part with a linear regulator, submitted once for each power, W."""
    rows = [
        Row(f"v{number}", "somebody", "NUCLEO_L4R5ZI", "ic", 1.8, each, idle)
        for number, each in enumerate(watts)
    ]
    return compare(LINEAR, DESCRIPTION.flows[LINEAR.core], rows)


def test_a_linear_regulator_draws_the_same_current_from_any_supply(table: Path) -> None:
    compared = compare(LINEAR, DESCRIPTION.flows[LINEAR.core], read_rows(table))
    assert [row.volts for row in compared.rows] == [1.8, 1.8, 3.0]
    assert compared.sheet[2] / compared.sheet[0] == pytest.approx(3.0 / 1.8)
    assert SWITCHING.predict(1.8, 1) == pytest.approx(SWITCHING.predict(3.3, 1))


def test_all_rows_of_a_submission_are_held_out_together(table: Path) -> None:
    compared = compare(LINEAR, DESCRIPTION.flows[LINEAR.core], read_rows(table))
    first, second, third = compared.by_others() / compared.sheet
    assert first == second == pytest.approx(compared.levels[2])
    assert third == pytest.approx(middle(compared.levels[:2]))


@given(st.lists(st.floats(0.01, 0.2), min_size=2, max_size=8), st.floats(0.1, 10))
def test_a_prediction_knows_nothing_of_its_own_row(watts: list[float], times: float) -> None:
    changed = [watts[0] * times, *watts[1:]]
    assert linear(*changed).by_others()[0] == linear(*watts).by_others()[0]


@given(st.lists(st.floats(0.01, 0.2), min_size=2, max_size=8))
def test_nothing_with_one_level_does_better_than_the_ceiling(watts: list[float]) -> None:
    compared = linear(*watts)
    best = max(
        (np.abs(level * compared.sheet / compared.watts - 1) <= TOLERANCE).sum()
        for level in np.linspace(compared.levels.min(), compared.levels.max(), 200)
    )
    assert best <= compared.ceiling() <= len(watts)


def test_what_a_board_draws_while_it_waits_it_draws_while_inferring() -> None:
    plain = linear(0.04, 0.04, 0.04)
    rows = [replace(plain.rows[0], idle_watts=0.05), *plain.rows[1:]]
    busier = compare(LINEAR, DESCRIPTION.flows[LINEAR.core], rows)
    assert plain.by_others_and_idle() == pytest.approx(plain.by_others())
    assert busier.by_others_and_idle()[0] - plain.by_others()[0] == pytest.approx(0.02)


def test_another_part_s_level_is_the_mean_of_the_rest() -> None:
    parts = [linear(0.04), linear(0.02), linear(0.08)]
    first, second, third = (
        predicted / each.sheet for predicted, each in zip(by_other_parts(parts), parts, strict=True)
    )
    levels = [each.levels[0] for each in parts]
    assert first == pytest.approx(np.sqrt(levels[1] * levels[2]))
    assert second == pytest.approx(np.sqrt(levels[0] * levels[2]))
    assert third == pytest.approx(np.sqrt(levels[0] * levels[1]))


def test_a_table_without_a_part_leaves_it_out(table: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main([str(table), "--rows"])
    printed = capsys.readouterr().out
    assert "NUCLEO-L4R5ZI" in printed
    assert "U575" not in printed, "of one submission nothing can be held out"
    assert "another-part" not in printed


def test_a_table_without_any_part_is_told(tmp_path: Path) -> None:
    path = tmp_path / "rows.csv"
    path.write_text("\n".join((HEADER, LINES[-1])))
    with pytest.raises(SystemExit):
        main([str(path)])


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (None, "Cannot read"),
        ("ver,org\n", "lacks the column 'system'"),
        (f"{HEADER}\nv1.0,somebody,NUCLEO-L4R5ZI,ad,1800,much,18\n", "'much'"),
    ],
)
def test_a_table_that_is_none_is_a_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], content: str | None, sentence: str
) -> None:
    path = tmp_path / "rows.csv"
    if content is not None:
        path.write_text(content)
    with pytest.raises(SystemExit):
        main([str(path)])
    assert sentence in capsys.readouterr().err


def test_later_rows_are_predicted_with_the_level_of_the_others(
    table: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    main([str(table), "--later", str(LATER), "--rows"])
    printed = capsys.readouterr().out
    earlier, later = printed.split("later rows, data sheet alone")
    assert "v1.2" not in earlier
    assert later.count("v1.2") == 4, "of the one part that the table has a level of"


def test_rows_that_the_model_never_saw_are_near_what_data_sheets_say() -> None:
    compared = compare_all(LATER)
    errors = np.concatenate([each.sheet / each.watts - 1 for each in compared])
    assert len(errors) == 16
    assert np.abs(errors).mean() < TOLERANCE
    assert (np.abs(errors) <= TOLERANCE).mean() > 0.7


@pytest.mark.skipif(not ROWS.is_file(), reason="the table of published power is not here")
def test_most_rows_held_out_are_predicted_within_15_percent() -> None:
    compared = compare_all(ROWS)
    watts = np.concatenate([each.watts for each in compared])
    by_submission = np.concatenate([each.by_others() for each in compared]) / watts - 1
    by_sheet = np.concatenate([each.sheet for each in compared]) / watts - 1
    assert len(watts) > 70
    assert (np.abs(by_submission) <= TOLERANCE).mean() > 0.8
    assert np.abs(by_sheet).mean() < TOLERANCE
    assert abs(by_sheet.mean()) < 0.05
