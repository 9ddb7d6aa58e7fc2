"""The public face on the real virtual board, beside what the command line says."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest
from click.testing import CliRunner

import hilbench
from hilbench.cli.export import command as export
from hilbench.errors import ConfigError
from hilbench.results.columns import COLUMNS
from tests.networks.small_networks import small_network

BOARD = "stm32h7-virtual"


@pytest.fixture(autouse=True)
def _own_locks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HILBENCH_LOCKS", str(tmp_path / "locks"))


@pytest.fixture
def case() -> hilbench.Layer:
    return hilbench.conv2d(input=(6, 6, 4), out_c=4, kernel=3)


@pytest.mark.slow
def test_cases_and_networks_are_measured_one_by_one(case: hilbench.Layer, tmp_path: Path) -> None:
    model = tmp_path / "small.tflite"
    model.write_bytes(small_network())
    with hilbench.open(BOARD) as board:
        assert board.provenance == "emulated"
        row, network = board.measure(case, iterations=3), board.measure(model)
        refused = board.measure(case, flags="-Onone")
    assert row.verified
    assert len(row.cycles) == 3
    assert row.cycles_median is not None
    assert row.latency_us == pytest.approx(row.cycles_median / 480)
    html = row._repr_html_()
    assert html.index("emulated on stm32h7-virtual") < html.index(f"{row.cycles_median:,.0f}")
    assert network.network is not None
    assert [layer.operator for layer in network.network.layers][1:] == ["pointwise_conv2d", "softmax"]
    assert refused.status == "build_failed"
    assert "refuses the code" in refused.cause


@pytest.mark.slow
def test_an_absent_board_is_run_on_its_twin_with_a_warning() -> None:
    with pytest.warns(UserWarning, match="NO stm32h7 IS ATTACHED"):
        board = hilbench.open("stm32h7")
    with board:
        assert (board.name, board.twin_of) == (BOARD, "stm32h7")
        assert "NO stm32h7 IS ATTACHED" in board._repr_html_()


@pytest.mark.slow
def test_a_sweep_is_the_run_of_the_command_line(
    case: hilbench.Layer, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    store = tmp_path / "results.sqlite"
    frame = hilbench.sweep(BOARD, [case, hilbench.softmax(input=(1, 1, 10))], variant="all", store=store)
    assert "every number is EMULATED" in capsys.readouterr().err
    assert list(frame.columns)[: len(COLUMNS)] == list(COLUMNS)
    assert set(frame["status"]) == {"ok"}
    assert set(frame["operator"]) == {"conv2d", "softmax"}
    run = frame.attrs["run"]
    assert run["provenance"] == "emulated"
    json.dumps(run)
    pd.testing.assert_frame_equal(hilbench.load(store=store), frame)
    pd.testing.assert_frame_equal(hilbench.load(BOARD, store=store), frame)
    table = tmp_path / "x.csv"
    result = CliRunner().invoke(export, [run["run_id"], "--store", str(store), "--csv", str(table)])
    assert result.exit_code == 0
    assert hilbench.load(table)["cycles_median"].tolist() == frame["cycles_median"].tolist()
    assert hilbench.compare(frame, table, fail_on="cycles:3%").passes


@pytest.mark.slow
def test_what_got_slower_fails_the_comparison(case: hilbench.Layer, tmp_path: Path) -> None:
    frame = hilbench.sweep(BOARD, [case], variant="all", store=tmp_path / "results.sqlite", progress=False)
    of_samples = ("cycles_median", "cycles_ci_low", "cycles_ci_high")
    slower = frame.assign(samples=None, **{name: frame[name] * 1.1 for name in of_samples})
    comparison = hilbench.compare(frame, slower, fail_on="cycles:3%")
    assert not comparison.passes
    cycles = comparison.changes[comparison.changes["metric"] == "cycles"]
    assert cycles["ratio"].tolist() == pytest.approx([1.1] * len(frame))
    assert cycles["regression"].all()
    assert "<b>failed</b>" in comparison._repr_html_()


@pytest.mark.slow
def test_predictions_are_marked_as_such(case: hilbench.Layer) -> None:
    frame = hilbench.predict(case, "stm32h7")
    assert list(frame.columns) == list(COLUMNS)
    assert set(frame["provenance"]) == {"predicted"}
    (chosen,) = frame.index[frame["choice"] == "chosen"]
    assert frame["cycles_median"].idxmin() == chosen


def test_a_run_that_is_not_there_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="nonesuch"):
        hilbench.load(tmp_path / "nonesuch.csv")
