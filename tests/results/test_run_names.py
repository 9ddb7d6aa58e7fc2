"""Runs by id, tag, board and beginning; what goes with a run that is removed."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from hilbench.errors import ConfigError
from hilbench.results import Measurement, RunRecord, Status, Store


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "store.sqlite"


@pytest.fixture
def runs(run: RunRecord) -> tuple[RunRecord, RunRecord]:
    later = replace(run, run_id="20270101-000000-other", board="other", started=run.started + timedelta(1))
    return run, later


@pytest.fixture
def store(path: Path, runs: tuple[RunRecord, ...]) -> Iterator[Store]:
    with Store(str(path)) as opened:
        for each in runs:
            opened.begin_run(each)
        yield opened


def test_a_run_has_several_names(store: Store, runs: tuple[RunRecord, RunRecord]) -> None:
    first, last = runs
    store.tag(first.run_id, "release-1.2")
    for name in (first.run_id, first.run_id[:12], "release-1.2", first.board):
        assert store.run(name) == first
    for name in ("latest", "other"):
        assert store.run(name) == last


@pytest.mark.parametrize(
    "tag", ["", "latest", "other", "20270101-000000-other", "a b", "-x", "a/b", "x" * 101]
)
def test_a_tag_is_told_from_every_other_name(store: Store, runs: tuple[RunRecord, ...], tag: str) -> None:
    with pytest.raises(ConfigError, match="tag"):
        store.tag(runs[0].run_id, tag)


def test_a_tag_moves_when_asked_alone(store: Store, runs: tuple[RunRecord, RunRecord]) -> None:
    first, last = runs
    store.tag(first.run_id, "nightly")
    with pytest.raises(ConfigError, match=f"{first.run_id}.*--move"):
        store.tag(last.run_id, "nightly")
    store.tag(last.run_id, "nightly", move=True)
    assert store.tags() == {"nightly": last.run_id}
    store.untag("nightly")
    assert store.tags() == {}


def test_an_unknown_name_lists_runs_and_tags(store: Store, runs: tuple[RunRecord, ...]) -> None:
    store.tag(runs[0].run_id, "nightly")
    with pytest.raises(ConfigError, match=f"{runs[1].run_id}; tags: nightly"):
        store.run("weekly")


def test_a_store_of_before_gets_tags(path: Path, store: Store, runs: tuple[RunRecord, ...]) -> None:
    store.close()
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("DROP TABLE tags")
    with Store(str(path), create=False) as opened:
        opened.tag(runs[0].run_id, "nightly")
        assert opened.tags() == {"nightly": runs[0].run_id}


def test_a_removed_run_takes_with_it_what_nothing_else_needs(
    path: Path, store: Store, runs: tuple[RunRecord, RunRecord], measurement: Measurement
) -> None:
    first, last = runs
    other = replace(measurement, workload=replace(measurement.workload, digest="f" * 16), attempts=())
    store.add(first.run_id, measurement)
    store.add(first.run_id, other)
    store.add(last.run_id, measurement)
    store.tag(first.run_id, "nightly")
    store.remove(first.run_id)
    assert store.runs() == (last,)
    assert store.tags() == {}
    assert [row.workload for row in store.measurements(last.run_id)] == [measurement.workload]
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("SELECT COUNT(*) FROM cases").fetchone() == (1,)
        assert connection.execute("SELECT COUNT(*) FROM attempts").fetchone() == (len(measurement.attempts),)
    store.remove(last.run_id)
    with closing(sqlite3.connect(path)) as connection:
        for table in ("runs", "measurements", "cases", "attempts", "environment"):
            assert connection.execute(f"SELECT COUNT(*) FROM {table}").fetchone() == (0,)  # noqa: S608


def test_rows_are_counted_by_their_status(
    store: Store, runs: tuple[RunRecord, RunRecord], measurement: Measurement
) -> None:
    store.add(runs[0].run_id, measurement)
    store.add(runs[0].run_id, replace(measurement, flags="-O3", status=Status.SKIPPED))
    (summary,) = store.summaries().values()
    assert summary.statuses == {Status.OK: 1, Status.SKIPPED: 1}
    assert summary.flags == {measurement.flags: 1, "-O3": 1}
    assert summary.variants == {measurement.workload.variant: 2}
    assert set(store.summaries()) == {runs[0].run_id}
