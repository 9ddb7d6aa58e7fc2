"""`hilbench mlperf` on a virtual board, its metrics, and a stranger's runner on a network's serial line."""

from __future__ import annotations

import json
import os
import re
import statistics
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from hilbench.cli import cli
from hilbench.deploy.mlperf.accuracy import anomaly_detection, area_under_curve, classification
from hilbench.deploy.mlperf.windows import Window, results_of
from hilbench.networks.interpreter import Interpreter
from hilbench.networks.model_file import read_model
from hilbench.tensors import Array
from tests.firmware.terminal import Terminal
from tests.networks.small_networks import small_network

BOARD = "stm32h7-virtual"
STAMP = r"\d{5}\.\d{3} "


@pytest.fixture
def model(tmp_path: Path) -> Path:
    """Two convolutions and a softmax."""
    path = tmp_path / "small.tflite"
    path.write_bytes(small_network())
    return path


@pytest.fixture
def inputs(tmp_path: Path) -> Array:
    """Six inputs, which are in the folder `set`."""
    (tmp_path / "set").mkdir()
    values = np.random.default_rng(2).integers(-128, 128, (6, 6, 6, 3), np.int8)
    for number, each in enumerate(values):
        np.save(tmp_path / "set" / f"{number}.npy", each)
    return values


def results(model: Path, cache: Path, *arguments: str) -> tuple[str, str]:
    """`log.txt` and `results.txt` of a run."""
    out = model.parent / "out"
    command = ["mlperf", str(model), "--board", BOARD, "--out", str(out), *arguments]
    done = CliRunner(env={"HILBENCH_CACHE": str(cache)}).invoke(cli, command)
    assert done.exit_code == 0, done.output
    log, found = ((out / name).read_text() for name in ("log.txt", "results.txt"))
    assert found in done.stdout
    assert all(re.match(STAMP + r"(session|parser|dut|emon): ", line) for line in log.splitlines())
    return log, found


def test_performance_is_the_median_of_five_windows(model: Path, inputs: Array, cache: Path) -> None:
    arguments = ["--mode", "performance", "--window", "0.001", "--input", str(model.parent / "set")]
    log, found = results(model, cache, *arguments)
    runtimes = [float(text) for text in re.findall(r"ulp-mlperf:   Runtime      : +([\d.]+) sec\.", found)]
    rates = [float(text) for text in re.findall(r"ulp-mlperf:   Throughput   : +([\d.]+) inf\./sec\.", found)]
    counts = [int(text) for text in re.findall(r"ulp-mlperf:   # Inferences : +(\d+)", found)]
    assert len(runtimes) == len(rates) == len(counts) == 5
    assert min(counts) >= 10
    assert min(runtimes) >= 0.001
    assert rates == pytest.approx([n / s for n, s in zip(counts, runtimes, strict=True)], rel=0.3)
    assert f"Median throughput is {statistics.median(rates):.3f} inf./sec." in found
    assert re.findall(r"results for window (\d+):", found) == ["2", "4", "6", "8", "10"]
    assert "NOT been met" in found, "a window below 10 s is none of the standard's"
    assert "The board is emulated: no measurement." in found
    assert re.findall(r'Command "bload dut (\d)\.npy"', log) == list("01234")
    laps = [int(text) for text in re.findall(r"dut: m-lap-us-(\d+)", log)]
    assert (laps[1] - laps[0]) / 1e6 == pytest.approx(runtimes[0], abs=0.0006)


def test_energy_is_that_of_windows_on_the_meter(model: Path, cache: Path) -> None:
    _, found = results(model, cache, "--mode", "energy", "--window", "0.012")
    costs = [float(text) for text in re.findall(r"ulp-ml:   Energy/Inf\.  : +([\d.]+) uJ/inf\.", found)]
    assert len(costs) == 5
    assert min(costs) > 0
    assert f"Median energy cost is {statistics.median(costs):.3f} uJ/inf." in found
    assert "Median throughput is" in found


def test_accuracy_is_of_a_whole_data_set(model: Path, inputs: Array, cache: Path) -> None:
    run = Interpreter(read_model(model)).run
    classes = [int(np.argmax(run(each.reshape(1, 6, 6, 3))[0])) for each in inputs]
    classes[2] = (classes[2] + 1) % 144
    labels = model.parent / "y_labels.csv"
    labels.write_text("".join(f"{number}.npy, 144, {label}\n" for number, label in enumerate(classes)))
    arguments = ["--mode", "accuracy", "--input", str(model.parent / "set"), "--labels", str(labels)]
    _, found = results(model, cache, *arguments)
    assert "ulp-mlperf: Top-1: 83.3%\n" in found
    assert re.search(r"ulp-mlperf: AUC: [01]\.\d\d\n", found)


def test_accuracy_needs_a_data_set(model: Path) -> None:
    done = CliRunner().invoke(cli, ["mlperf", str(model), "--board", BOARD, "--mode", "accuracy"])
    assert done.exit_code != 0
    assert "Accuracy needs a data set" in str(done.exception)


def test_a_window_of_the_standard_s_length_says_so() -> None:
    lines = list(results_of([Window(200, 10.98, 0.0, 1.5220)] * 5))
    assert lines.count("Runtime requirements have been met.") == 5
    assert "Median energy cost is 7610.000 uJ/inf." in lines
    assert "  Energy       :  1522000.000 uJ" in lines
    assert "  Throughput   :       18.215 inf./sec." in lines
    assert "  # Inferences :          200" in lines


@given(st.lists(st.tuples(st.integers(-5, 5), st.booleans()), min_size=1, max_size=30))
def test_the_area_under_the_curve_is_the_share_of_pairs_in_order(scored: list[tuple[int, bool]]) -> None:
    high = [score for score, positive in scored if positive]
    low = [score for score, positive in scored if not positive]
    scores, positive = np.array([score for score, _ in scored], float), np.array([each for _, each in scored])
    area = area_under_curve(scores, positive)
    pairs = [(1 if a > b else 0.5 if a == b else 0) for a in high for b in low]
    assert area == (pytest.approx(statistics.mean(pairs)) if pairs else None)


def test_metrics() -> None:
    found = classification(np.array([[0.9, 0.1], [0.2, 0.8], [0.6, 0.4]]), [0, 1, 1])
    assert list(found.lines) == ["Top-1: 66.7%", "AUC: 1.00"]
    assert classification(np.array([[0.9, 0.1]]), [0]).auc is None
    found = anomaly_detection([1.0, 2.0, 3.0, 4.0], [0, 1, 0, 1])
    assert (found.top1, found.auc) == (0.75, 0.75)


class Runner:
    """A runner of MLPerf Tiny that knows its public commands and nothing else."""

    def __init__(self, terminal: Terminal) -> None:
        self._terminal = terminal

    def load(self, data: bytes) -> None:
        """Load an input in pieces, as the runners do."""
        assert self._terminal.ask(f"db load {len(data)}") == [f"m-[Expecting {len(data)} bytes]"]
        pieces = [data[start : start + 31] for start in range(0, len(data), 31)]
        answers = [self._terminal.ask(f"db {piece.hex()}") for piece in pieces]
        assert answers == [[]] * (len(pieces) - 1) + [["m-load-done"]]

    def infer(self, count: int, warm_up: int) -> tuple[float, list[float]]:
        """Seconds of `count` inferences, and the results."""
        lines = self._terminal.ask(f"infer {count} {warm_up}")
        before, after = (
            int(line.removeprefix("m-lap-us-")) for line in lines if line.startswith("m-lap-us-")
        )
        (found,) = (line for line in lines if line.startswith("m-results-["))
        return (after - before) / 1e6, [float(text) for text in found[len("m-results-[") : -1].split(",")]


def test_a_served_network_answers_a_runner_of_mlperf_tiny(model: Path, inputs: Array, cache: Path) -> None:
    command = [sys.executable, "-m", "hilbench", "virtual", "serve", BOARD, "--until-stdin-closes"]
    process = subprocess.Popen(
        [*command, "--model", str(model)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "HILBENCH_CACHE": str(cache)},
    )
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        with Terminal(json.loads(process.stdout.readline())["serial"]) as terminal:
            runner = Runner(terminal)
            named = terminal.ask("name")
            if "m-init-done" in named:  # it had not booted yet
                named = terminal.until_ready()
            assert named == ["m-name-dut-[hilbench]"]
            profile, name = terminal.ask("profile")
            assert profile == "m-profile-[ULPMark for tinyML Firmware V0.0.1]"
            assert name.startswith("m-model-[")
            graph = read_model(model)
            for values in inputs[:2]:
                expected = Interpreter(graph).run(values.reshape(1, 6, 6, 3))[0].reshape(-1)[:16].tolist()
                runner.load(values.tobytes())
                short, found = runner.infer(10, 5)
                assert found == expected
                long, found = runner.infer(40, 0)
                assert found == expected
                assert long == pytest.approx(4 * short, rel=0.2)
                (printed,) = terminal.ask("results")
                assert printed.startswith(f"m-results-[{expected[0]}.000,")
    finally:
        process.stdin.close()
        process.wait(timeout=60)
        process.stdout.close()
