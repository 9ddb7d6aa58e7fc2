"""The whole way: a virtual board whose parameters were perturbed is measured, and they are found again."""

from __future__ import annotations

import hashlib
import json
import os
import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

from hilbench.calibration.document import Calibration, load_calibration
from hilbench.results import Store
from tests.boards.changed import write_boards

pytestmark = pytest.mark.slow

_PERTURBED = {
    "timing.flash.code_miss": 0.12,
    "timing.flash.data_miss": 0.6,
    "pipeline.refill_cycles": 1.5,
    "pipeline.divide_cycles": 8.5,
    "currents.run_scale": 1.25,
    "currents.sleep_scale": 0.8,
}
_BOARD = "stm32l4-virtual"


@dataclass(frozen=True)
class Laboratory:
    """A folder with boards.yaml, in which the virtual board has been perturbed."""

    folder: Path
    cache: Path

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        """Begin a calibration."""
        own = ["--boards", "boards.yaml", "--store", "store.sqlite"]
        return subprocess.Popen(
            [sys.executable, "-m", "hilbench", "calibrate", *own, *arguments],
            cwd=self.folder,
            env={**os.environ, "HILBENCH_CACHE": str(self.cache), "HILBENCH_LOCKS": str(self.folder)},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def calibrate(self, *arguments: str) -> dict[str, Any]:
        """Calibrate and read what it prints."""
        stdout, stderr = self.start(*arguments, "--json").communicate(timeout=250)
        assert stdout, stderr
        printed: dict[str, Any] = json.loads(stdout)
        return printed


def laboratory(folder: Path, cache: Path, power: object) -> Laboratory:
    write_boards(folder, _BOARD, calibration="perturbed.yaml", power=power)
    parameters = {name: {"value": value} for name, value in _PERTURBED.items()}
    content = {"chip": "stm32l475", "parameters": parameters}
    (folder / "perturbed.yaml").write_text(yaml.safe_dump(content))
    return Laboratory(folder, cache)


@pytest.fixture(scope="module")
def metered(tmp_path_factory: pytest.TempPathFactory, cache: Path) -> tuple[Laboratory, dict[str, Any]]:
    """A laboratory after a calibration of its board, and what that printed."""
    bench = laboratory(tmp_path_factory.mktemp("metered"), cache, {"meter": "ppk2", "supply_mv": 3300})
    return bench, bench.calibrate("--board", _BOARD, "--out", "found.yaml")


def found(bench: Laboratory) -> Calibration:
    return load_calibration(bench.folder / "found.yaml", "stm32l475")


def test_the_perturbed_parameters_are_found_again(metered: tuple[Laboratory, dict[str, Any]]) -> None:
    bench, printed = metered
    calibration = found(bench)
    for name, truth in _PERTURBED.items():
        parameter = calibration.parameters[name]
        assert parameter.identified
        assert parameter.value == pytest.approx(truth, rel=0.02)
        assert printed["parameters"][name]["value"] == parameter.value
    untouched = calibration.parameters["pipeline.loaded_cycles"]
    assert untouched.default is not None
    assert untouched.value == pytest.approx(untouched.default, rel=0.02)


def test_operators_that_the_fit_did_not_see_come_out_right(
    metered: tuple[Laboratory, dict[str, Any]],
) -> None:
    cycles = [error for error in found(metered[0]).held_out if error.quantity == "cycles"]
    assert len(cycles) > 4
    assert max(abs(error.before) for error in cycles) > 5
    assert max(abs(error.after) for error in cycles) < 0.5


def test_an_emulated_board_makes_no_measured_calibration(
    metered: tuple[Laboratory, dict[str, Any]],
) -> None:
    assert found(metered[0]).provenance == "emulated"


def test_rows_say_which_calibration_their_board_had(metered: tuple[Laboratory, dict[str, Any]]) -> None:
    bench, printed = metered
    with Store(f"sqlite:///{bench.folder / 'store.sqlite'}") as store:
        told = {row.environment.calibration for row in store.measurements(printed["run"])}
    digest = hashlib.sha256((bench.folder / "perturbed.yaml").read_bytes()).hexdigest()
    assert told == {f"perturbed.yaml {digest[:12]}"}


def test_a_stored_run_is_fitted_again_without_a_board(metered: tuple[Laboratory, dict[str, Any]]) -> None:
    bench, printed = metered
    again = bench.calibrate("--run", printed["run"], "--out", "again.yaml")
    for name, parameter in again["parameters"].items():  # where counters are cut off is by chance
        before = printed["parameters"][name]
        assert parameter["value"] == pytest.approx(before["value"], abs=5 * before["standard_error"])


def test_an_interrupted_calibration_goes_on_where_it_was(tmp_path: Path, cache: Path) -> None:
    """It has no meter either, so that cycles alone are calibrated."""
    bench = laboratory(tmp_path, cache, "none")
    process = bench.start("--board", _BOARD)
    assert process.stdout is not None
    process.stdout.readline()  # said once the board is open
    process.send_signal(signal.SIGINT)
    _, stderr = process.communicate(timeout=60)
    assert process.returncode == 130
    assert f"--board {_BOARD} --resume" in stderr
    printed = bench.calibrate("--board", _BOARD, "--resume", "--out", "found.yaml")
    assert {error["quantity"] for error in printed["residuals"]} == {"cycles"}
    assert not any(name.startswith("currents.") for name in printed["parameters"])
    for name, parameter in found(bench).parameters.items():
        assert parameter.value == pytest.approx(_PERTURBED.get(name, parameter.default), rel=0.02)
