"""Recordings in place of a meter."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from hilbench.deadline import Deadline
from hilbench.errors import ConfigError, PowerError
from hilbench.power.instruments.csv_replay import CsvReplay, CsvReplayConfig
from hilbench.power.window import cut_window
from tests.power.recorded import IDLE, RUN, RUNNING_A, START, STOP, around_a_window, trigger

_RATE = 1000.0


def columns() -> dict[str, np.ndarray]:
    current = around_a_window()
    return {"seconds": np.arange(len(current)) / _RATE, "amperes": current, "trigger": trigger() * 3.3}


def recording(folder: Path, table: dict[str, np.ndarray]) -> CsvReplay:
    path = folder / "scope.csv"
    rows = zip(*(values.tolist() for values in table.values()), strict=True)
    lines = [",".join(table), *(",".join(map(str, row)) for row in rows)]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    meter = CsvReplayConfig(supply_mv=3300).open(str(path))
    assert isinstance(meter, CsvReplay)
    return meter


@pytest.mark.parametrize("has_trigger", [True, False])
@pytest.mark.parametrize("volts", [None, 3.0])
def test_the_window_and_its_energy(tmp_path: Path, has_trigger: bool, volts: float | None) -> None:
    table = columns()
    if not has_trigger:
        del table["trigger"]
    if volts is not None:
        table["volts"] = np.full(len(table["seconds"]), volts)
    meter = recording(tmp_path, table)
    meter.power(on=True)
    meter.start()
    meter.await_edges(2, 0, Deadline.after(1))
    trace = meter.stop()
    meter.close()
    window = cut_window(trace, idle_s=200 / _RATE)
    assert (window.start.index, window.stop.index) == (START, STOP)
    assert window.energy_j == pytest.approx(RUN / _RATE * RUNNING_A * (volts or 3.3))
    assert trace.edge_samples == (0 if has_trigger else 1)
    assert meter.identity == "replay of scope.csv" + ("" if has_trigger else ", window found in its current")


@pytest.mark.parametrize("fault", ["row", "cell", "nan"])
def test_a_missing_sample_makes_the_window_invalid(tmp_path: Path, fault: str) -> None:
    table = columns()
    at = START + IDLE
    if fault == "row":
        table = {name: np.delete(values, [at, at + 1]) for name, values in table.items()}
    else:
        cells = table["amperes"].astype(object)
        cells[at] = "" if fault == "cell" else "nan"
        table["amperes"] = cells
    trace = recording(tmp_path, table).stop()
    with pytest.raises(PowerError, match="lost samples"):
        cut_window(trace, idle_s=200 / _RATE)


def test_a_recording_without_a_window_is_an_error(tmp_path: Path) -> None:
    meter = recording(tmp_path, {**columns(), "trigger": np.ones(len(trigger()))})
    with pytest.raises(PowerError, match=r"has 0 of 2 trigger edges; record a whole window"):
        meter.await_edges(2, 0, Deadline.after(1))


@pytest.mark.parametrize(
    ("column", "values", "sentence"),
    [
        ("amperes", np.full(1740, 110.0), "values above 100; is it in mA"),
        ("seconds", np.zeros(1740), "'seconds' .* does not rise"),
        ("amperes", np.full(1740, "?"), r"Row 2, column 'amperes' .* is '\?', which is no number"),
    ],
)
def test_other_units_and_garbage_are_refused(
    tmp_path: Path, column: str, values: np.ndarray, sentence: str
) -> None:
    with pytest.raises(PowerError, match=sentence):
        recording(tmp_path, {**columns(), column: values})


def test_a_file_that_is_no_recording_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="lacks the column 'amperes'; it is not a recording"):
        recording(tmp_path, {"seconds": np.arange(3.0)})
    with pytest.raises(PowerError, match="has 1 samples"):
        recording(tmp_path, {"seconds": np.zeros(1), "amperes": np.zeros(1)})
