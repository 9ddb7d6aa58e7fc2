"""`hilbench export` on a store that holds one run."""

from __future__ import annotations

import errno
import io
import json
from pathlib import Path

import pandas as pd
import pytest

from hilbench.cli import main
from hilbench.results import Measurement, RunRecord, Store
from hilbench.results.columns import COLUMNS
from hilbench.results.csv_file import read_csv


@pytest.fixture
def store(tmp_path: Path, run: RunRecord, measurement: Measurement) -> str:
    path = str(tmp_path / "store.sqlite")
    with Store(path) as opened:
        opened.begin_run(run)
        opened.add(run.run_id, measurement)
    return path


def test_a_run_goes_to_stdout_as_csv(store: str, capsys: pytest.CaptureFixture[str]) -> None:
    main(["export", "latest", "--store", store])
    table = pd.read_csv(io.StringIO(capsys.readouterr().out))
    assert list(table.columns) == list(COLUMNS)
    assert table["cycles_median"].tolist() == [1000]


def test_a_reader_who_had_enough_is_no_error(
    store: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    class Closed(io.StringIO):
        def write(self, text: str) -> int:
            raise BrokenPipeError(errno.EPIPE, "Broken pipe")

    monkeypatch.setattr("sys.stdout", Closed())
    with pytest.raises(SystemExit):
        main(["export", "latest", "--store", store])
    assert capsys.readouterr().err == ""


def test_a_run_goes_to_a_file(store: str, run: RunRecord, tmp_path: Path) -> None:
    main(["export", "2026", "--csv", str(tmp_path / "t.csv"), "--store", store])
    assert read_csv(tmp_path / "t.csv")["run_id"].tolist() == [run.run_id]


def test_json_holds_the_raw_samples_and_every_attempt(
    store: str, measurement: Measurement, capsys: pytest.CaptureFixture[str]
) -> None:
    main(["export", "latest", "--json", "--store", store])
    document = json.loads(capsys.readouterr().out)
    (row,) = document["measurements"]
    assert row["cycles"] == list(measurement.cycles)
    assert row["cycles_statistics"]["distinct"] == 3
    assert [attempt["recovery"] for attempt in row["attempts"]] == ["reset", ""]
    assert document["run"]["twin_of"] == "stm32h7"
    assert document["statuses"] == {"ok": 1}


def test_the_list_shows_every_run(store: str, run: RunRecord, capsys: pytest.CaptureFixture[str]) -> None:
    main(["export", "--list", "--json", "--store", store])
    assert [entry["run_id"] for entry in json.loads(capsys.readouterr().out)] == [run.run_id]
    main(["export", "--list", "--store", store])
    shown = capsys.readouterr().out
    assert "unfinished" in shown
    assert "1 ok" in shown
    assert "1 reference" in shown
    assert "-O2" in shown


@pytest.mark.parametrize(
    ("arguments", "status", "sentence"),
    [
        (["export"], 2, "--list"),
        (["export", "nonesuch"], 2, "No run 'nonesuch'"),
        (["export", "latest", "--csv", "/proc/none/t.csv"], 2, "Cannot write"),
    ],
)
def test_what_cannot_be_exported_is_a_sentence(
    arguments: list[str], status: int, sentence: str, store: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        main([*arguments, "--store", store])
    assert ended.value.code == status
    assert sentence in capsys.readouterr().err


def test_a_store_that_is_not_there_is_a_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["export", "latest", "--store", str(tmp_path / "none.sqlite")])
    assert ended.value.code == 4
    assert "run `hilbench sweep` first" in capsys.readouterr().err
