"""`hilbench validate`: what it prints, and when CI has to stop."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

from hilbench.cli.validate import command
from hilbench.errors import ConfigError
from hilbench.results import Store
from hilbench.results.csv_file import write_csv
from tests.analysis.rows import NOON, frame, measurement, run_record

RUN = run_record()


@pytest.fixture
def store(tmp_path: Path) -> str:
    """Two runs of the virtual board, at 1000 and then at 1050 cycles, and one of silicon at 1000."""
    path = str(tmp_path / "store.sqlite")
    runs = (
        (RUN, 1000),
        (replace(RUN, run_id="20260505-120000-stm32h7-virtual", started=NOON.replace(day=5)), 1050),
        (replace(RUN, run_id="20260506-120000-stm32h7", board="stm32h7", started=NOON.replace(day=6)), 1000),
    )
    with Store(path) as opened:
        for run, cycles in runs:
            opened.begin_run(run)
            opened.add(run.run_id, measurement(cycles=[cycles] * 3))
    return path


def test_a_board_is_its_latest_run(store: str) -> None:
    result = CliRunner().invoke(command, ["stm32h7-virtual", "stm32h7", "--store", store])
    assert result.exit_code == 0, result.output
    assert "20260505-120000-stm32h7-virtual (emulated, stm32h7-virtual)" in result.output
    assert "+5.0 %" in result.output


@pytest.mark.parametrize(
    ("limit", "status", "sentence"),
    [
        ("cycles:7%", 0, "cycles"),
        ("cycles:4%", 1, "beyond the limit: cycles, 4 %"),
        ("energy:50%", 1, "nothing to compare: no case has energy"),
    ],
)
def test_a_mean_error_beyond_the_limit_fails(store: str, limit: str, status: int, sentence: str) -> None:
    arguments = ["stm32h7-virtual", "20260504", "--store", store, "--fail-over", limit]
    result = CliRunner().invoke(command, arguments)
    assert result.exit_code == status
    assert sentence in result.output
    assert ("beyond the limit" in result.output or "nothing to compare" in result.output) == bool(status)


@pytest.mark.parametrize(("options", "status"), [([], 1), (["--allow-missing"], 0)])
def test_cases_that_were_not_measured_fail_a_limit(tmp_path: Path, options: list[str], status: int) -> None:
    rows = [measurement(channels=count) for count in (4, 8)]
    write_csv(frame(rows[0]), tmp_path / "tested.csv")
    write_csv(frame(*rows), tmp_path / "known.csv")
    sides = [str(tmp_path / "tested.csv"), str(tmp_path / "known.csv")]
    result = CliRunner().invoke(command, [*sides, "--fail-over", "cycles:7%", *options])
    assert result.exit_code == status
    assert ("--allow-missing" in result.output) == bool(status)
    assert CliRunner().invoke(command, sides).exit_code == 0


def test_a_case_of_another_variant_is_named_and_not_judged(tmp_path: Path) -> None:
    same = measurement(channels=4)
    write_csv(frame(same, measurement(cycles=[100] * 3, variant="dsp")), tmp_path / "tested.csv")
    write_csv(frame(same, measurement(cycles=[907] * 3)), tmp_path / "known.csv")
    sides = [str(tmp_path / "tested.csv"), str(tmp_path / "known.csv")]
    result = CliRunner().invoke(command, [*sides, "--fail-over", "cycles:7%", "--allow-missing"])
    assert result.exit_code == 0
    assert "Not comparable: 1, with variant 'dsp' instead of 'reference'." in result.output
    assert "807" not in result.output


def test_json_is_for_machines(tmp_path: Path) -> None:
    for name, cycles in (("tested", 1100), ("known", 1000)):
        write_csv(frame(measurement(cycles=[cycles] * 3)), tmp_path / f"{name}.csv")
    sides = [str(tmp_path / "tested.csv"), str(tmp_path / "known.csv")]
    result = CliRunner().invoke(command, [*sides, "--fail-over", "cycles:7%", "--json"])
    document = json.loads(result.output)
    statistics = {row["metric"]: row for row in document["statistics"]}
    assert result.exit_code == 1
    assert document["failed"] == ["cycles"]
    assert statistics["cycles"]["mean_absolute"] == pytest.approx(10)
    assert document["cases"][0]["error_pct"] == pytest.approx(10)


def test_what_emulated_energies_state_of_themselves_is_said(tmp_path: Path) -> None:
    emulated, measured = measurement(run_uj=30.0), measurement(run_uj=25.0)
    assert emulated.energy is not None
    emulated = replace(emulated, energy=replace(emulated.energy, uncertainty_pct=35))
    sides = [str(tmp_path / "emulated.csv"), str(tmp_path / "measured.csv")]
    for row, path in zip((emulated, measured), sides, strict=True):
        write_csv(frame(row), Path(path))
    assert "±35 %" in CliRunner().invoke(command, sides).output
    document = json.loads(CliRunner().invoke(command, [*sides, "--json"]).output)
    stated = {case["metric"]: case["uncertainty_pct"] for case in document["cases"]}
    assert (stated["energy"], stated["power"], stated["cycles"]) == (35, 35, None)
    backwards = json.loads(CliRunner().invoke(command, [*sides[::-1], "--json"]).output)
    assert {case["uncertainty_pct"] for case in backwards["cases"]} == {None}


def test_runs_without_a_common_case_say_so(tmp_path: Path) -> None:
    write_csv(frame(measurement(channels=8)), tmp_path / "a.csv")
    write_csv(frame(measurement(channels=16)), tmp_path / "b.csv")
    result = CliRunner().invoke(command, [str(tmp_path / "a.csv"), str(tmp_path / "b.csv")])
    assert result.exit_code == 0
    assert "no case in common" in result.output
    assert "Of the reference not measured: 1" in result.output


def test_a_name_that_is_nothing_lists_the_runs(store: str) -> None:
    result = CliRunner().invoke(command, ["nothing", "stm32h7", "--store", store])
    assert isinstance(result.exception, ConfigError)
    assert "20260506-120000-stm32h7" in str(result.exception)
