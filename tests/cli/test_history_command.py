"""`hilbench history` over a store of several runs."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from hilbench.cli import cli
from hilbench.environment import Environment
from hilbench.errors import HilbenchError
from hilbench.provenance import Provenance
from hilbench.results import Store
from tests.analysis.rows import measurement, run_record
from tests.report.document import parse

CYCLES = (40_000, 40_000, 41_200, 41_200, 41_200)


@pytest.fixture
def store(tmp_path: Path) -> str:
    path = str(tmp_path / "store.sqlite")
    with Store(path) as opened:
        for day, cycles in enumerate(CYCLES):
            run = run_record(
                run_id=f"run-{day}",
                board="bench",
                provenance=Provenance.EMULATED,
                started=datetime(2026, 5, 1 + day, tzinfo=UTC),
                finished=datetime(2026, 5, 1 + day, tzinfo=UTC) + timedelta(minutes=1),
                environment=Environment(commit=f"c0ffee{day}"),
            )
            opened.begin_run(run)
            rows = [
                measurement(channels=8, cycles=(cycles,) * 3),
                measurement(channels=16, cycles=(90_000,) * 3),
            ]
            for row in rows:
                compiler = "gcc 13.2.0" if day >= 2 else "gcc 12.2.1"
                opened.add(
                    run.run_id,
                    replace(row, board="bench", provenance=Provenance.EMULATED, toolchain=compiler),
                )
    return path


def _history(store: str, *arguments: str) -> Result:
    return CliRunner().invoke(cli, ["history", *arguments, "--store", store])


def test_a_change_is_marked_with_its_commit_and_what_else_changed(store: str) -> None:
    (found,) = json.loads(_history(store, "conv2d 16×16×8", "--json").output)
    assert [point["value"] for point in found["points"]] == list(CYCLES)
    assert found["changes"] == [{"run_id": "run-2", "commit": "c0ffee2", "ratio": pytest.approx(1.03)}]
    assert found["points"][2]["differs"] == ["toolchain gcc 12.2.1 → gcc 13.2.0"]
    shown = _history(store, "conv2d 16x16x8").output
    assert "+3.00 %" in next(line for line in shown.splitlines() if line.startswith("run-2"))


def test_each_case_that_is_named_has_a_history(store: str) -> None:
    both = json.loads(_history(store, "conv2d", "--json").output)
    assert [len(history["changes"]) for history in both] == [1, 0]
    with Store(store) as opened:
        digest = opened.measurements("run-0")[1].workload.problem_digest
    (named,) = json.loads(_history(store, digest, "--json").output)
    assert named["points"][0]["value"] == 90_000


def test_other_names_and_metrics_are_refused(store: str) -> None:
    with pytest.raises(HilbenchError, match=r"No run in .* has cycles of 'lstm'"):
        raise _refusal(_history(store, "lstm"))
    with pytest.raises(HilbenchError, match="has energy of 'conv2d'"):
        raise _refusal(_history(store, "conv2d", "--metric", "energy"))


def _refusal(result: Result) -> BaseException:
    assert result.exception is not None
    return result.exception


def test_the_page_shows_a_figure_for_each_history_and_its_changes(store: str, tmp_path: Path) -> None:
    out = tmp_path / "page"
    assert str(out / "index.html") in _history(store, "conv2d", "--out", str(out)).output
    page = parse((out / "index.html").read_text(encoding="utf-8"))
    assert len([figure for figure in page.all("figure") if figure.all("svg")]) == 2
    changed = page.within("changes").all("tr")[1:]
    assert [[cell.text for cell in row.all("td")][2:5] for row in changed] == [["run-2", "c0ffee2", "+3.00"]]
    assert page.all("html")[0].attributes["data-provenance"] == "emulated"
