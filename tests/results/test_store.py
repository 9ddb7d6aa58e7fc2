from __future__ import annotations

import sqlite3
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from hilbench.errors import ConfigError, StoreError
from hilbench.operators import load_operators
from hilbench.power.trace import Edge, PowerTrace
from hilbench.provenance import PredictedBy
from hilbench.results import ExampleTrace, Measurement, RunRecord, Status, Store
from hilbench.results.rows import to_frame
from tests.results.network_details import details


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "store.sqlite"


@pytest.fixture
def store(path: Path, run: RunRecord) -> Iterator[Store]:
    with Store(str(path)) as opened:
        opened.begin_run(run)
        yield opened


def test_a_measurement_comes_back_as_it_went_in(
    store: Store, run: RunRecord, measurement: Measurement
) -> None:
    store.add(run.run_id, measurement)
    (back,) = store.measurements(run.run_id)
    assert back == measurement
    assert to_frame([back]).equals(to_frame([measurement]))


@pytest.mark.parametrize(
    "parameters",
    [
        {"operator": "concat", "inputs": "1x8x8x16,1x8x8x4"},
        {"operator": "split", "inputs": "6x8", "sizes": "3,5"},
        {"operator": "add", "input": "4x4x8"},
        {
            "operator": "conv2d",
            "input": "8x8x4",
            "out_c": 8,
            "kernel": 3,
            "stride": "2x1",
            "padding": "1,0,1,0",
        },
    ],
    ids=lambda parameters: parameters["operator"],
)
def test_a_case_of_any_shape_comes_back(
    store: Store, run: RunRecord, measurement: Measurement, parameters: dict[str, Any]
) -> None:
    before = replace(measurement, workload=load_operators().layer(**parameters).record())
    store.add(run.run_id, before)
    (back,) = store.measurements(run.run_id)
    assert back.workload.parameters == before.workload.parameters
    assert to_frame([back]).equals(to_frame([before]))


def test_how_sure_an_energy_is_comes_back(store: Store, run: RunRecord, measurement: Measurement) -> None:
    assert measurement.energy is not None
    window = replace(measurement.energy, uncertainty_pct=15.0)
    store.add(run.run_id, replace(measurement, energy=window))
    (back,) = store.measurements(run.run_id)
    assert back.energy == window


def test_a_store_of_an_earlier_version_goes_on(
    store: Store, path: Path, run: RunRecord, measurement: Measurement
) -> None:
    store.add(run.run_id, measurement)
    store.close()
    with closing(sqlite3.connect(path)) as database:
        for column in ("window_uncertainty_pct", "predictor", "layouts", "network"):
            database.execute(f"ALTER TABLE measurements DROP COLUMN {column}")
        database.commit()
    with Store(str(path)) as later:
        later.add(run.run_id, replace(measurement, flags="-O3"))
        assert [row.energy for row in later.measurements(run.run_id)] == [measurement.energy] * 2


def test_what_ran_in_further_layouts_comes_back(
    store: Store, run: RunRecord, measurement: Measurement
) -> None:
    elsewhere = replace(measurement, layouts=((1040, 1050), (990,)))
    store.add(run.run_id, elsewhere)
    assert store.measurements(run.run_id) == (elsewhere,)


def test_the_details_of_a_network_come_back(store: Store, run: RunRecord, measurement: Measurement) -> None:
    store.add(run.run_id, replace(measurement, network=details()))
    (back,) = store.measurements(run.run_id)
    assert back.network == details()


def test_what_predicted_a_row_comes_back(store: Store, run: RunRecord, measurement: Measurement) -> None:
    store.add(run.run_id, replace(measurement, predictor=PredictedBy.COST_MODEL))
    (back,) = store.measurements(run.run_id)
    assert back.predictor is PredictedBy.COST_MODEL


def test_rows_are_there_for_the_next_process(
    store: Store, path: Path, run: RunRecord, measurement: Measurement
) -> None:
    store.add(run.run_id, measurement)
    with Store(f"sqlite:///{path}", create=False) as other:
        assert len(other.measurements(run.run_id)) == 1


def test_the_same_case_and_build_is_replaced(store: Store, run: RunRecord, measurement: Measurement) -> None:
    store.add(run.run_id, replace(measurement, status=Status.LINK_FAILED, cycles=(), energy=None))
    store.add(run.run_id, measurement)
    store.add(run.run_id, replace(measurement, flags="-O3"))
    rows = store.measurements(run.run_id)
    assert [(row.flags, row.status) for row in rows] == [("-O2", "ok"), ("-O3", "ok")]
    assert rows[0].attempts == measurement.attempts


@pytest.mark.parametrize(
    ("status", "stands"),
    [(Status.OK, True), (Status.VERIFY_FAILED, False), (Status.SKIPPED, True), (Status.LINK_FAILED, False)],
)
def test_what_failed_does_not_stand_when_a_run_is_resumed(
    store: Store, run: RunRecord, measurement: Measurement, status: Status, *, stands: bool
) -> None:
    store.add(run.run_id, replace(measurement, status=status))
    assert (measurement.key in store.finished_keys(run.run_id)) is stands
    assert (measurement.key in store.failed_keys(run.run_id)) is not stands


def test_rows_are_listed_by_position_whenever_they_were_added(
    store: Store, run: RunRecord, measurement: Measurement
) -> None:
    for flags, position in (("-O3", 2), ("-O1", 0), ("-O2", 1)):
        store.add(run.run_id, replace(measurement, flags=flags), position)
    assert [row.flags for row in store.measurements(run.run_id)] == ["-O1", "-O2", "-O3"]


def test_a_run_is_found_by_id_by_beginning_and_as_the_latest(store: Store, run: RunRecord) -> None:
    later = replace(run, run_id="20270101-000000-other", started=run.started.replace(year=2027))
    store.begin_run(later)
    store.begin_run(replace(run, run_id="20250101-000000-other", started=run.started.replace(year=2025)))
    assert store.run(run.run_id) == run
    assert store.run("2026") == run
    assert store.run("latest") == later
    with pytest.raises(ConfigError, match="several"):
        store.run("20")
    with pytest.raises(ConfigError, match=r"there are: .*other"):
        store.run("nothing")


def test_a_run_is_finished_and_reopened(store: Store, run: RunRecord) -> None:
    store.finish_run(run.run_id, run.started)
    assert store.run(run.run_id).finished == run.started
    store.reopen_run(run.run_id)
    assert store.run(run.run_id).finished is None


def test_the_example_trace_comes_back(store: Store, run: RunRecord) -> None:
    assert store.example_trace(run.run_id) is None
    edges = (Edge(2, rising=False), Edge(7, rising=True))
    trace = PowerTrace(np.linspace(0, 1e-3, 10), np.full(10, 3.3), 1e5, edges, dropped=3, gaps=(9,))
    store.keep_trace(run.run_id, ExampleTrace("first", trace, *edges, iterations=5))
    store.keep_trace(run.run_id, ExampleTrace("conv2d", trace, *edges, iterations=5))
    back = store.example_trace(run.run_id)
    assert back is not None
    assert (back.label, back.iterations, back.trace.edges) == ("conv2d", 5, edges)
    assert (back.trace.dropped, back.trace.gaps, back.trace.rate) == (3, (9,), 1e5)
    assert back.trace.energy_between(back.start, back.stop) == trace.energy_between(*edges)


def test_a_missing_store_is_not_made_by_reading(path: Path) -> None:
    with pytest.raises(StoreError, match="hilbench sweep"):
        Store(str(path), create=False)
    assert not path.exists()


@pytest.mark.parametrize(
    "url", ["nonsense://", "mysql://localhost/none", "sqlite:////proc/none/store.sqlite"]
)
def test_a_place_that_cannot_be_opened_is_a_sentence(url: str) -> None:
    with pytest.raises(StoreError, match="--store"):
        Store(url)


def test_what_is_no_database_is_called_corrupted(path: Path) -> None:
    path.write_bytes(b"this is a letter, not a database. " * 100)
    with pytest.raises(StoreError, match="corrupted") as caught:
        Store(str(path))
    assert "(file is not a database)" in str(caught.value), "the database's own words, and no more"


@pytest.mark.parametrize(
    ("driver", "advice"), [("psycopg", r'pip install "hilbench\[postgres\]"'), ("pg8000", "install it")]
)
def test_a_driver_that_is_not_installed_is_named(
    driver: str, advice: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, driver, None)
    with pytest.raises(StoreError, match=f"needs the Python package {driver}; .*{advice}"):
        Store(f"postgresql+{driver}://localhost/none")


def test_damaged_pages_are_found_on_opening(
    path: Path, store: Store, run: RunRecord, measurement: Measurement
) -> None:
    for number in range(40):
        store.add(run.run_id, replace(measurement, flags=f"-O{number}"))
    store.close()
    content = bytearray(path.read_bytes())
    content[8192 : len(content) - 4096] = b"\xa5" * (len(content) - 12288)
    path.write_bytes(content)
    with pytest.raises(StoreError, match="corrupted"):
        Store(str(path))


def test_a_store_that_is_read_only_is_to_be_copied(path: Path, store: Store) -> None:
    store.close()
    with (
        pytest.raises(StoreError, match="copy it"),
        Store(f"sqlite:///file:{path}?mode=ro&uri=true") as opened,
    ):
        opened.finish_run("none", datetime.now(UTC))


def test_a_full_disk_is_a_sentence_and_keeps_the_finished_rows(
    path: Path, store: Store, run: RunRecord, measurement: Measurement
) -> None:
    store.add(run.run_id, measurement)
    store.close()
    script = f"""
        import resource
        from dataclasses import replace
        from hilbench.errors import StoreError
        from hilbench.results import Store

        with Store({str(path)!r}) as store:
            (row,) = store.measurements({run.run_id!r})
            resource.setrlimit(resource.RLIMIT_FSIZE, (400_000, 400_000))
            try:
                for number in range(10_000):
                    store.add({run.run_id!r}, replace(row, flags=f"-O{{number}}"))
            except StoreError as error:
                print(error)
    """
    result = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(script)], capture_output=True, text=True, check=True
    )
    assert "full" in result.stdout
    with Store(str(path)) as again:
        assert len(again.measurements(run.run_id)) > 1
