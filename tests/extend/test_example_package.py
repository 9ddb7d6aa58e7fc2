"""Example of docs/extend.md: an operator, an instrument and a board provider of a package from outside."""

from __future__ import annotations

import csv
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from dataclasses import asdict
from pathlib import Path

import numpy as np
import pytest

from hilbench.boards import load_boards
from hilbench.boards.lock import BoardLock
from hilbench.boards.provider import Endpoints
from hilbench.cli import main
from hilbench.deadline import Deadline
from hilbench.errors import PowerError
from hilbench.operators import load_operators
from hilbench.power.instruments import INSTRUMENTS
from hilbench.power.window import cut_window
from hilbench.results import Store
from tests.extend.package import files, install
from tests.launched import launched
from tests.operators.host_c import GCC, run_all
from tests.trial import Trial


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The package, installed for this process and those that it starts; its folder is the current one."""
    folder = install(tmp_path / "site")
    monkeypatch.syspath_prepend(folder)
    monkeypatch.setenv("PYTHONPATH", str(folder))
    monkeypatch.setenv("HILBENCH_LOCKS", str(tmp_path / "locks"))
    monkeypatch.chdir(folder)
    yield folder
    for name in [name for name in sys.modules if name.split(".")[0] == "lab_tools"]:
        del sys.modules[name]


def write_rack(folder: Path, *boards: str, endpoints: Endpoints) -> None:
    """The laboratory's list; all its boards are one."""
    with (folder / "rack.csv").open("w", newline="", encoding="utf-8") as stream:
        table = csv.DictWriter(stream, ["board", *asdict(endpoints)])
        table.writeheader()
        table.writerows({"board": board, **asdict(endpoints)} for board in boards)


def write_recording(path: Path, current: np.ndarray, trigger: np.ndarray, rate: float) -> None:
    """A recording as the example reads it."""
    with path.open("w", newline="", encoding="utf-8") as stream:
        table = csv.writer(stream)
        table.writerow(["seconds", "amperes", "trigger"])
        table.writerows(zip(np.arange(len(current)) / rate, current, trigger, strict=True))


def test_the_operator_is_as_short_as_the_page_says() -> None:
    source = files()["lab_tools/operators/abs/operator.py"]
    assert len([line for line in source.splitlines() if line.strip()]) <= 15


@pytest.mark.skipif(GCC is None, reason="needs gcc on PATH: apt install gcc")
def test_the_operator_is_found_and_its_c_computes_its_reference(site: Path) -> None:
    operators = load_operators()
    assert operators["abs"].folder == site / "lab_tools" / "operators" / "abs"
    shapes = ("5x7x3", "1x1x1", "9x4x8")
    trials = [Trial.of(operators.case(operator="abs", input=shape)) for shape in shapes]
    for trial, output in zip(trials, run_all(trials), strict=True):
        np.testing.assert_array_equal(output, trial.reference())


def test_the_meter_replays_the_window_between_the_trigger_s_edges(site: Path) -> None:
    trigger = np.array([1] * 300 + [0] * 2000 + [1] * 300)
    write_recording(site / "one.csv", np.where(trigger, 1e-3, 5e-3), trigger, 1e5)
    config = INSTRUMENTS.find("replay").model_validate({"meter": "replay", "supply_mv": 3000})
    with closing(config.open("one.csv")) as meter:
        meter.power(on=True)
        for _ in range(2):
            meter.start()
            meter.await_edges(2, 1e-3, Deadline.after(1))
            window = cut_window(meter.stop(), 200 / meter.rate)
            assert window.seconds == pytest.approx(0.02)
            assert window.energy_j == pytest.approx(5e-3 * 3 * 0.02)
            assert window.idle_w == pytest.approx(3e-3)
    assert meter.identity == "replay of one.csv"
    write_recording(site / "flat.csv", np.ones(9), np.ones(9), 1e5)
    flat = config.open("flat.csv")
    with pytest.raises(PowerError, match=r"replay of flat\.csv has fewer than 2 trigger edges"):
        flat.await_edges(2, 0, Deadline.after(1))


def test_the_provider_says_where_a_board_is_and_who_has_it(
    site: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_rack(site, "shelf-3", endpoints=Endpoints("remote:10.0.0.3:5555", "socket://10.0.0.3:7000"))

    def states() -> dict[str, dict[str, str]]:
        main(["boards", "--boards", "boards.yaml", "--json"])
        return {state["name"]: state for state in json.loads(capsys.readouterr().out)}

    shown = states()
    assert (shown["shelf-3"]["state"], shown["shelf-3-replayed"]["state"]) == ("attached", "missing")
    assert shown["shelf-3-replayed"]["detail"] == "rack.csv has no row 'shelf-3-replayed'"
    with BoardLock("remote:10.0.0.3:5555", "somebody's sweep"):
        assert states()["shelf-3"]["state"] == "busy"


@pytest.mark.slow
def test_a_sweep_uses_all_three(site: Path, cache: Path) -> None:
    shipped = load_boards()["stm32l4-virtual"]
    environment = {**os.environ, "HILBENCH_CACHE": str(cache)}

    def sweep(board: str) -> dict[str, object]:
        options = ["--boards", "boards.yaml", "--grid", "grid.yaml", "--variant", "reference", "--out", board]
        command = [sys.executable, "-m", "hilbench", "sweep", "--board", board, *options]
        done = subprocess.run(command, check=False, capture_output=True, text=True, env=environment)
        assert done.returncode == 0, done.stderr
        (row,) = json.loads((site / board / "run.json").read_text())["measurements"]
        assert isinstance(row, dict)
        return row

    with closing(launched(shipped)) as rack:
        write_rack(site, "shelf-3", "shelf-3-replayed", endpoints=rack.endpoints)
        measured = sweep("shelf-3")
        record(site)
        replayed = sweep("shelf-3-replayed")
    assert measured["verified"] is replayed["verified"] is True
    assert measured["cycles"] == replayed["cycles"]
    assert replayed["energy"] == pytest.approx(measured["energy"], rel=1e-9)
    environments = [row["environment"] for row in (measured, replayed)]
    assert [told["meter"].split()[0] for told in environments] == ["PPK2", "replay"]  # type: ignore[index]


def record(folder: Path) -> None:
    """The window of the only run in the store, as a recording."""
    store = Store("sqlite:///hilbench.sqlite")
    (run,) = store.runs()
    example = store.example_trace(run.run_id)
    assert example is not None
    trace = example.trace
    trigger = np.ones(len(trace), dtype=int)
    trigger[example.start.index : example.stop.index] = 0
    write_recording(folder / "recording.csv", trace.current, trigger, trace.rate)
