"""`hilbench tune`: it says what it found, and `predict` knows of it afterwards."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import pytest
from click.testing import CliRunner

from hilbench.boards import load_boards
from hilbench.chips import Placement
from hilbench.cli import predict, tune
from hilbench.deploy.lowering import lower
from hilbench.deploy.site import Site
from hilbench.errors import CaseError, ExitCode
from hilbench.image import Builder, find_toolchain
from hilbench.networks.model_file import read_model
from hilbench.networks.passes import simplify
from hilbench.operators import Layer
from hilbench.prediction import Predictor
from hilbench.prediction.cost_model.model import load_cost_model
from hilbench.prediction.predictor import Predictions
from hilbench.runner.build_config import BuildConfig
from tests.networks.small_networks import wide_chain

BOARD = "stm32l4-virtual"
CASE = "operator: depthwise_conv2d, input: 9x9x8, kernel: 3, activation: relu"


def test_what_was_tuned_is_what_is_chosen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HILBENCH_CACHE", str(tmp_path / "cache"))
    arguments = ["--board", "stm32h7", "--flags=-O1", "--json"]
    result = CliRunner().invoke(tune.command, [*arguments, "--predict", "--case", CASE])
    assert result.exit_code == 0, result.output
    (axis,) = json.loads(result.stdout)
    (shape,) = axis["shapes"]
    assert axis["provenance"] == "predicted"
    assert shape["best_cycles"] <= shape["plain_cycles"]
    (tmp_path / "grid.yaml").write_text(f"cases:\n  - {{{CASE}}}\n")
    chosen = CliRunner().invoke(predict.command, [*arguments, "--grid", str(tmp_path / "grid.yaml")])
    (choice,) = json.loads(chosen.stdout)["shapes"]
    tuning = [f"{name}={int(value)}" for name, value in shape["best"]["tuning"].items()]
    assert choice["chosen"] == " ".join([shape["best"]["variant"], *tuning])


def test_a_deployment_knows_of_the_layers_of_a_network_that_was_tuned(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HILBENCH_CACHE", str(tmp_path / "cache"))
    path = tmp_path / "model.tflite"
    path.write_bytes(wide_chain((4,), size=8))
    arguments = ["--board", BOARD, "--flags=-O1", "--json", "--predict", "--model", str(path)]
    result = CliRunner().invoke(tune.command, arguments)
    assert result.exit_code == 0, result.output
    ((shape,),) = (axis["shapes"] for axis in json.loads(result.stdout))
    chip, toolchain = load_boards()[BOARD].chip, find_toolchain("auto")
    configuration = BuildConfig(toolchain=toolchain, flags="-O1", placement=Placement.FLASH)
    builder = Builder(chip, toolchain, flags="-O1")
    site = Site(chip, configuration, builder, tmp_path, lambda: load_cost_model(chip.name))
    (step,) = lower(simplify(read_model(path)), site.registry).steps
    found = site.tuned(step.layer)
    assert found is not None
    assert (found.variant, found.tuning.changes) == (shape["best"]["variant"], shape["best"]["tuning"])
    assert found.own_constants is not None, "its own constants are a part of what was tuned"


def test_what_was_found_before_an_interruption_is_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HILBENCH_CACHE", str(tmp_path / "cache"))
    whole = Predictor.predict
    calls: list[Sequence[Layer]] = []

    def interrupted(self: Predictor, cases: Sequence[Layer]) -> Predictions:
        calls.append(cases)
        if len(calls) == 2:
            raise KeyboardInterrupt
        return whole(self, cases)

    monkeypatch.setattr(Predictor, "predict", interrupted)
    arguments = ["--board", "stm32h7", "--flags=-O1", "--predict", "--case", CASE]
    result = CliRunner().invoke(tune.command, arguments)
    assert "Kept what was found for 1 new shape." in result.stderr
    (entry,) = (tmp_path / "cache" / "tuned").rglob("*.json")
    found = json.loads(entry.read_text())
    assert found["cycles"] == found["plain_cycles"]
    assert CliRunner().invoke(tune.command, arguments).exit_code == 0
    assert json.loads(entry.read_text())["cycles"] <= found["cycles"]


def test_where_nothing_runs_there_is_nothing_to_tune() -> None:
    arguments = ["--board", "stm32h7", "--predict", "--flags=-Onone", "--case", CASE]
    result = CliRunner().invoke(tune.command, arguments)
    assert result.exit_code == ExitCode.VERDICT
    assert "No kernel of these cases runs" in result.output


@pytest.mark.parametrize(("entry", "sentence"), [("conv2d", "must be"), ("a: [", "does not read")])
def test_a_case_that_is_none_is_one_sentence(entry: str, sentence: str) -> None:
    result = CliRunner().invoke(tune.command, ["--board", "stm32h7", "--predict", "--case", entry])
    assert isinstance(result.exception, CaseError)
