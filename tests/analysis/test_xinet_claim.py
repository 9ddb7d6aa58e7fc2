"""The page on the claim of the XiNet work, from rows of known costs."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from benchmarks.xinet_claim import findings, table, verdicts
from hilbench.results.csv_file import write_csv
from tests.analysis.rows import EFFICIENCY, frame, ladder


@pytest.fixture
def sweep(tmp_path: Path) -> Path:
    path = tmp_path / "results.csv"
    write_csv(frame(*ladder()), path)
    return path


def test_each_operator_is_held_against_the_standard_convolution(sweep: Path) -> None:
    found = {(each.operator, each.metric): each for each in findings(sweep)}
    for operator, speed in EFFICIENCY.items():
        if operator != "conv2d":
            latency = found[operator, "latency"]
            assert latency.median == pytest.approx(speed, rel=0.01)
            assert latency.verdict == ("yes" if speed < 1 else "no")


def test_the_uncertainty_of_both_energies_decides_at_the_ends(sweep: Path) -> None:
    energies = {each.operator: each for each in findings(sweep) if each.metric == "energy"}
    grouped = energies["grouped_conv2d"]
    assert grouped.median == pytest.approx(0.5, rel=0.01)
    assert replace(grouped, uncertainty=0.3).verdict == "yes, at both ends"
    assert replace(grouped, uncertainty=0.4).verdict == "yes, but not at the far end"
    assert replace(grouped, uncertainty=0.3).ends[1] == pytest.approx(grouped.high * 1.3 / 0.7)


def test_settings_are_counted(sweep: Path) -> None:
    found = list(findings(sweep))
    assert len(list(table(found, "energy"))) == 2 + 3
    assert "less in 1 of 1 settings" in next(text for text in verdicts(found) if "depthwise" in text)
    assert "and more in 1" in next(text for text in verdicts(found) if "pointwise" in text)
