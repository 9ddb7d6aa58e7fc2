"""Several processes on one store: nobody dies, no row is lost; and what a PostgreSQL server adds to that."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from multiprocessing import get_context
from multiprocessing.synchronize import Barrier
from pathlib import Path

import pytest

from hilbench.environment import Environment
from hilbench.errors import StoreError
from hilbench.results import Attempt, RunRecord, Status, Store
from tests.analysis.rows import measurement, run_record
from tests.results.postgres import PASSWORD, binaries, server

WRITERS = 8
ROWS = 6


def write(url: str, number: int, start: Barrier) -> None:
    """Write as one of several: a run of its own, rows of cases and environments that the others have too."""
    start.wait()
    with Store(url) as store:
        run = run_record(run_id=f"run-{number}")
        store.begin_run(run)
        for row in range(ROWS):
            store.add(
                run.run_id,
                measurement(flags=f"-O{row}", environment=Environment.parse({"a": "1", "row": str(row)})),
            )


def write_at_once(url: str) -> list[int | None]:
    """Let all writers begin together; their exit statuses."""
    context = get_context("fork")
    start = context.Barrier(WRITERS)
    writers = [context.Process(target=write, args=(url, number, start)) for number in range(WRITERS)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    return [writer.exitcode for writer in writers]


def assert_nothing_is_lost(url: str) -> None:
    with Store(url, create=False) as store:
        runs = store.runs()
        rows = [store.measurements(run.run_id) for run in runs]
    assert sorted(run.run_id for run in runs) == [f"run-{number}" for number in range(WRITERS)]
    assert [len(each) for each in rows] == [ROWS] * WRITERS


@pytest.fixture(scope="module")
def postgres() -> Iterator[str]:
    """URL of an empty PostgreSQL database."""
    pytest.importorskip("psycopg")
    programs = binaries()
    if programs is None:
        pytest.skip("no PostgreSQL server is installed")
    with server(programs) as url:
        yield url


def test_eight_writers_make_one_sqlite_store(tmp_path: Path) -> None:
    path = str(tmp_path / "store.sqlite")
    assert write_at_once(path) == [0] * WRITERS
    assert_nothing_is_lost(path)


def test_eight_writers_make_one_postgresql_store(postgres: str) -> None:
    assert write_at_once(postgres) == [0] * WRITERS
    assert_nothing_is_lost(postgres)


def test_a_measurement_comes_back_from_postgresql(postgres: str, run: RunRecord) -> None:
    row = measurement(attempts=(Attempt(1, "link", "noise", "reset"), Attempt(2, "", "")))
    long = replace(run, run_id="r" * 200, board="b" * 100)
    with Store(postgres) as store:
        store.begin_run(long)
        store.add(long.run_id, replace(row, status=Status.LINK_FAILED))
        store.add(long.run_id, replace(row, instructions=2**40))
        (back,) = store.measurements(long.run_id)
        assert store.run("r" * 200) == long
    assert back == replace(
        row, workload=back.workload, instructions=2**40, board=long.board, provenance=long.provenance
    )


def test_a_store_of_postgresql_that_has_no_results_is_not_made_by_reading(postgres: str) -> None:
    with pytest.raises(StoreError, match="hilbench sweep") as error:
        Store(postgres.replace("/postgres?", "/template1?"), create=False)
    assert PASSWORD not in str(error.value)


@pytest.mark.parametrize(
    "url",
    [
        "postgresql+psycopg://me:s3cret@127.0.0.1:1/none",
        "postgresql+psycopg://me:s3cret@127.0.0.1:port/none",
        "postgresql+psycopg://127.0.0.1:1/none?user=me&password=s3cret",
        "mysql://me:s3cret@localhost/none",
    ],
)
def test_no_sentence_shows_a_password(url: str) -> None:
    with pytest.raises(StoreError) as error:
        Store(url)
    assert "s3cret" not in str(error.value)


def test_a_value_that_no_database_takes_is_a_sentence(tmp_path: Path, run: RunRecord) -> None:
    with Store(str(tmp_path / "store.sqlite")) as store:
        store.begin_run(run)
        for impossible in (measurement(cause="\udcff"), measurement(clock_hz=2**63)):
            with pytest.raises(StoreError, match="cannot take"):
                store.add(run.run_id, impossible)
        assert store.measurements(run.run_id) == ()
