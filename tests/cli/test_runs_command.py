"""Runs listed, tagged, deleted and pruned; two runs compared in every format."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from click.testing import CliRunner, Result

from hilbench.cli import cli
from hilbench.errors import HilbenchError
from hilbench.results import Measurement, Store
from tests.analysis.rows import measurement
from tests.cli.runs import RUN

NEW = replace(RUN, run_id="20260505-120000-bench", started=RUN.started + timedelta(1))


@pytest.fixture
def store(tmp_path: Path) -> str:
    path = str(tmp_path / "store.sqlite")
    rows = [measurement("conv2d", channels=channels) for channels in (4, 8, 16)]
    slower = replace(rows[0], cycles=tuple(2 * each for each in rows[0].cycles))
    with Store(path) as opened:
        for run, its in ((RUN, rows), (NEW, [slower, rows[1]])):
            opened.begin_run(run)
            for row in its:
                opened.add(run.run_id, _of_board(row))
            opened.finish_run(run.run_id, datetime.now(UTC))
    return path


def _of_board(row: Measurement) -> Measurement:
    return replace(row, board=RUN.board, provenance=RUN.provenance)


def _invoke(store: str, *arguments: str) -> Result:
    return CliRunner().invoke(cli, [*arguments, "--store", store])


def test_runs_are_listed_with_rows_and_tags(store: str) -> None:
    assert _invoke(store, "tag", "20260504", "release-1.2").output == f"{RUN.run_id} is release-1.2\n"
    listed = json.loads(_invoke(store, "runs", "--json").output)
    assert [(run["run_id"], run["tags"], run["rows"]) for run in listed] == [
        (RUN.run_id, ["release-1.2"], {"ok": 3}),
        (NEW.run_id, [], {"ok": 2}),
    ]
    text = _invoke(store, "runs").output
    assert "release-1.2" in text
    assert "3 ok" in text
    assert json.loads(_invoke(store, "runs", "--board", "other", "--json").output) == []


def test_a_tagged_run_is_neither_pruned_nor_deleted_unasked(store: str) -> None:
    _invoke(store, "tag", "20260504", "keep")
    refused = _invoke(store, "runs", "delete", "keep")
    assert isinstance(refused.exception, HilbenchError)
    assert "--force" in str(refused.exception)
    assert (
        _invoke(store, "runs", "prune", "--keep", "0", "--dry-run").output == f"would delete {NEW.run_id}\n"
    )
    assert _invoke(store, "runs", "prune", "--keep", "1").output == ""
    assert _invoke(store, "runs", "prune", "--keep", "0").output == f"deleted {NEW.run_id}\n"
    assert _invoke(store, "runs", "delete", "keep", "--force").output == f"deleted {RUN.run_id}\n"
    assert json.loads(_invoke(store, "runs", "--json").output) == []


def test_prune_counts_days(store: str) -> None:
    days = (datetime.now(UTC) - NEW.started).total_seconds() / 86_400
    assert (
        _invoke(store, "runs", "prune", "--older-than", str(days + 0.5)).output == f"deleted {RUN.run_id}\n"
    )
    assert _invoke(store, "runs", "prune").exit_code != 0


def test_a_tag_goes_and_the_run_stays(store: str) -> None:
    _invoke(store, "tag", "latest", "nightly")
    assert "no tag" in str(_invoke(store, "tag", RUN.run_id, "nightly", "--delete").exception)
    assert _invoke(store, "tag", "nightly", "nightly", "--delete").exit_code == 0
    assert [run["tags"] for run in json.loads(_invoke(store, "runs", "--json").output)] == [[], []]


@pytest.mark.parametrize("limits", [(), ("--fail-on", "cycles:3%")])
def test_junit_has_a_test_for_each_case(store: str, limits: tuple[str, ...]) -> None:
    result = _invoke(store, "compare", RUN.run_id, "latest", "--format", "junit", *limits)
    suite = ET.fromstring(result.output)  # noqa: S314
    failures = [test.get("name") for test in suite if test.find("failure") is not None]
    assert len(suite) == int(suite.get("tests", "")) == 3
    assert len(failures) == int(suite.get("failures", "")) == (2 if limits else 0)
    assert result.exit_code == (1 if limits else 0)


def test_what_may_be_missing_is_skipped(store: str) -> None:
    arguments = ("compare", RUN.run_id, "latest", "--fail-on", "cycles:300%", "--allow-missing")
    result = _invoke(store, *arguments, "--format", "junit")
    assert ET.fromstring(result.output).get("skipped") == "1"  # noqa: S314
    assert result.exit_code == 0


def test_markdown_says_the_verdict_first(store: str) -> None:
    lines = _invoke(
        store, "compare", RUN.run_id, "latest", "--fail-on", "cycles:3%", "--format", "markdown"
    ).output.splitlines()
    assert lines[0].startswith("**failed**")
    assert any("cycles +100.0 %" in line for line in lines)
    table = [line for line in lines if line.startswith("|")]
    assert len(table) == 2 + 2
    assert "**2.000**" in table[2]


def test_json_is_a_format_and_an_option(store: str) -> None:
    both = [
        _invoke(store, "compare", RUN.run_id, "latest", *form).output
        for form in (("--json",), ("--format", "json"))
    ]
    assert both[0] == both[1]
    assert json.loads(both[0])["passes"] is True
