"""`hilbench compare`: what it prints, and when CI has to stop."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

from hilbench.cli.compare import command
from hilbench.errors import ConfigError, StoreError
from hilbench.results import Status
from hilbench.results.csv_file import write_csv
from tests.analysis.rows import failed, frame, measurement


@pytest.fixture
def base(tmp_path: Path) -> str:
    """A CSV of one convolution at 1000 cycles."""
    write_csv(frame(measurement(cycles=[1000] * 3)), tmp_path / "base.csv")
    return str(tmp_path / "base.csv")


def _new(tmp_path: Path, cycles: int) -> str:
    write_csv(frame(measurement(cycles=[cycles] * 3)), tmp_path / "new.csv")
    return str(tmp_path / "new.csv")


@pytest.mark.parametrize(("cycles", "status"), [(1029, 0), (1031, 1), (900, 0)])
def test_a_regression_beyond_the_limit_fails(base: str, tmp_path: Path, cycles: int, status: int) -> None:
    result = CliRunner().invoke(command, [base, _new(tmp_path, cycles), "--fail-on", "cycles:3%"])
    assert result.exit_code == status
    assert ("regression:" in result.output) == bool(status)


def test_without_a_limit_nothing_fails(base: str, tmp_path: Path) -> None:
    result = CliRunner().invoke(command, [base, _new(tmp_path, 5000)])
    assert result.exit_code == 0
    assert "5.000 of base" in result.output


def test_any_of_several_limits_fails(base: str, tmp_path: Path) -> None:
    limits = ["--fail-on", "code:1%", "--fail-on", "latency:1%"]
    assert CliRunner().invoke(command, [base, _new(tmp_path, 1100), *limits]).exit_code == 1


@pytest.mark.parametrize("limit", ["energy:5%", "cycles:3%"])
def test_a_limit_of_which_nothing_can_be_said_is_not_kept(base: str, tmp_path: Path, limit: str) -> None:
    write_csv(frame(measurement("add", cycles=[1000] * 3)), tmp_path / "new.csv")
    result = CliRunner().invoke(command, [base, str(tmp_path / "new.csv"), "--fail-on", limit])
    assert result.exit_code == 1
    assert f"nothing to compare: no case has {limit.partition(':')[0]}" in result.output


def test_a_case_that_fails_now_fails_the_comparison(base: str, tmp_path: Path) -> None:
    write_csv(frame(failed(status=Status.VERIFY_FAILED, cause="It differs.")), tmp_path / "new.csv")
    result = CliRunner().invoke(command, [base, str(tmp_path / "new.csv"), "--fail-on", "cycles:3%"])
    assert result.exit_code == 1
    assert "fails now: conv2d" in result.output


@pytest.fixture
def grid(tmp_path: Path) -> str:
    """A CSV of 58 cases."""
    write_csv(frame(*(measurement(channels=count) for count in range(1, 59))), tmp_path / "grid.csv")
    return str(tmp_path / "grid.csv")


@pytest.mark.parametrize(
    ("kept", "options", "status"), [(6, [], 1), (6, ["--allow-missing"], 0), (58, [], 0)]
)
def test_cases_that_are_missing_fail_the_comparison(
    grid: str, tmp_path: Path, kept: int, options: list[str], status: int
) -> None:
    write_csv(frame(*(measurement(channels=count) for count in range(1, kept + 1))), tmp_path / "new.csv")
    arguments = [grid, str(tmp_path / "new.csv"), *options]
    result = CliRunner().invoke(command, [*arguments, "--fail-on", "cycles:3%"])
    assert result.exit_code == status
    assert result.output.count("missing, measured in base: conv2d") == 58 - kept
    assert ("--allow-missing" in result.output) == bool(status)
    assert CliRunner().invoke(command, arguments).exit_code == 0


def test_a_figure_that_is_missing_fails_a_limit_on_it(tmp_path: Path) -> None:
    rows = [measurement(channels=count, run_uj=10) for count in (4, 8)]
    write_csv(frame(*rows), tmp_path / "base.csv")
    write_csv(frame(rows[0], replace(rows[1], energy=None)), tmp_path / "new.csv")
    sides = [str(tmp_path / "base.csv"), str(tmp_path / "new.csv")]
    for limit, status in (("energy:3%", 1), ("cycles:3%", 0)):
        assert CliRunner().invoke(command, [*sides, "--fail-on", limit]).exit_code == status
    allowed = CliRunner().invoke(command, [*sides, "--fail-on", "energy:3%", "--allow-missing"])
    assert allowed.exit_code == 0
    assert "missing: conv2d 16x16x8->8 k3x3 same relu int8: energy" in allowed.output


def test_what_fails_now_is_not_only_missing(base: str, tmp_path: Path) -> None:
    write_csv(frame(failed(status=Status.VERIFY_FAILED, cause="It differs.")), tmp_path / "new.csv")
    arguments = [base, str(tmp_path / "new.csv"), "--fail-on", "code:3%", "--allow-missing"]
    assert CliRunner().invoke(command, arguments).exit_code == 1


def test_what_the_runs_differ_in_is_said_first(base: str, tmp_path: Path) -> None:
    write_csv(frame(measurement(cycles=[1000] * 3, flags="-O3")), tmp_path / "new.csv")
    sides = [base, str(tmp_path / "new.csv")]
    assert "differs: flags -O2 → -O3" in CliRunner().invoke(command, sides).output
    document = json.loads(CliRunner().invoke(command, [*sides, "--json"]).output)
    assert document["contrasts"] == {"flags": ["-O2", "-O3"]}


def test_json_is_for_machines(base: str, tmp_path: Path) -> None:
    result = CliRunner().invoke(command, [base, _new(tmp_path, 1100), "--fail-on", "cycles:3%", "--json"])
    changes = {change["metric"]: change for change in json.loads(result.output)["changes"]}
    assert changes["cycles"]["ratio"] == pytest.approx(1.1)
    assert changes["cycles"]["regression"] is True
    assert changes["code"]["interval"] is None


def test_each_side_s_energy_carries_its_uncertainty(tmp_path: Path) -> None:
    sides = []
    for percent in (35.0, 2.0):
        row = measurement(run_uj=30.0)
        assert row.energy is not None
        path = tmp_path / f"{percent}.csv"
        write_csv(frame(replace(row, energy=replace(row.energy, uncertainty_pct=percent))), path)
        sides.append(str(path))
    printed = CliRunner().invoke(command, [*sides, "--metric", "energy"]).output
    assert "±35 %" in printed
    assert "±2 %" in printed
    changes = json.loads(CliRunner().invoke(command, [*sides, "--json"]).output)["changes"]
    stated = {change["metric"]: change["uncertainty_pct"] for change in changes}
    assert stated["power"] == [35, 2]
    assert stated["cycles"] == [None, None]


def test_a_metric_that_does_not_exist_lists_those_that_do(base: str) -> None:
    result = CliRunner().invoke(command, [base, base, "--metric", "speed"])
    assert isinstance(result.exception, ConfigError)
    assert "cycles, latency, energy, code, stack" in str(result.exception)


def test_a_store_that_is_not_there_says_what_to_do(tmp_path: Path) -> None:
    result = CliRunner().invoke(command, ["a", "b", "--store", str(tmp_path / "none.sqlite")])
    assert isinstance(result.exception, StoreError)
