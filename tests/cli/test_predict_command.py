"""`hilbench predict`: what it prints, and that it never claims to have measured."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

import pytest
from click.testing import CliRunner

from hilbench.cli.predict import command
from hilbench.errors import ConfigError, ExitCode
from tests.networks.tflite_file import SHARED_MODELS

GRID = "cases:\n  - {operator: conv2d, input: 8x8x4, out_c: 8, kernel: 3, activation: relu}\n"


@pytest.fixture
def grid(tmp_path: Path) -> str:
    path = tmp_path / "grid.yaml"
    path.write_text(GRID)
    return str(path)


def test_every_variant_is_predicted_and_one_chosen(grid: str) -> None:
    result = CliRunner().invoke(command, ["--board", "stm32h7", "--grid", grid, "--json"])
    assert result.exit_code == 0, result.output
    document = json.loads(result.output)
    assert document["provenance"] == "predicted"
    (shape,) = document["shapes"]
    cycles = {each["variant"]: each["prediction"]["cycles"] for each in shape["candidates"]}
    assert shape["chosen"] == min(cycles, key=cycles.__getitem__)


def test_people_are_told_that_nothing_is_measured(grid: str) -> None:
    result = CliRunner().invoke(command, ["--board", "stm32h7", "--grid", grid, "--ram-budget", "1k"])
    assert result.output.startswith("PREDICTED for stm32h7 (cortex-m7)")
    assert "it needs" in result.output


def test_a_case_that_no_compiler_takes_is_a_verdict(grid: str) -> None:
    result = CliRunner().invoke(command, ["--board", "stm32h7", "--grid", grid, "--flags=-Onone"])
    assert result.exit_code == ExitCode.VERDICT
    assert "refuses the code" in result.output


def test_predictions_stand_beside_a_library(grid: str, tmp_path: Path) -> None:
    table = tmp_path / "baselines.csv"
    table.write_text("library,core,op,shape,insn_per_mac\ncmsis_nn,cortex-m7,conv3x3,8x8x4->8 s1,5.0\n")
    arguments = ["--board", "stm32h7", "--grid", grid, "--against", str(table), "--json"]
    result = CliRunner().invoke(command, arguments)
    (mean, *_) = json.loads(result.output)["against"]["means"]
    assert mean["insn_ratio"] == pytest.approx(5.0 / mean["insn_per_mac"])


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--board", "nonesuch"], "No board 'nonesuch'"),
        (["--board", "stm32h7", "--against", "nonesuch.csv"], "Cannot read nonesuch.csv"),
    ],
)
def test_a_wrong_request_is_one_sentence(arguments: list[str], sentence: str) -> None:
    result = CliRunner().invoke(command, arguments)
    assert isinstance(result.exception, ConfigError)
    assert sentence in str(result.exception)


@pytest.mark.parametrize("size", ["many", "12GB", "-1"])
def test_a_budget_that_is_no_size_is_refused(size: str) -> None:
    result = CliRunner().invoke(command, ["--board", "stm32h7", "--ram-budget", size])
    assert result.exit_code == 2
    assert "write 65536, 64k or 64KiB" in result.output


@pytest.mark.skipif(SHARED_MODELS is None, reason="no public networks beside the repository")
def test_a_whole_network_is_predicted_by_the_cost_model() -> None:
    assert SHARED_MODELS is not None
    model = SHARED_MODELS / "ad01_int8.tflite"
    result = CliRunner().invoke(command, [str(model), "--board", "stm32h7-virtual", "--json"])
    assert result.exit_code == 0, result.output
    found = json.loads(result.output)
    assert (found["provenance"], found["placement"]) == ("predicted", "flash")
    assert found["predictor"] == "cost model"
    assert found["cycles"] == sum(layer["cycles"] for layer in found["layers"])
    assert found["ram_bytes"] > 0


def test_layers_that_the_cost_model_does_not_know_are_emulated() -> None:
    from hilbench.operators import load_operators
    from hilbench.prediction.cost_model.model import load_cost_model
    from hilbench.prediction.fitted_first import FittedFirst
    from hilbench.provenance import PredictedBy

    registry = load_operators()
    known = registry.layer(operator="conv2d", input="8x8x4", out_c=8, kernel=3)
    wide = registry.layer(operator="conv2d", input="8x8x4", out_c=8, kernel=3, dtype="int16x8")
    asked: list[object] = []

    class Emulator:
        """Predictor that remembers what it was asked."""

        predicted_by = PredictedBy.EMULATOR

        def predict(self, workloads: Iterable[object]) -> dict[object, object]:
            asked.extend(workloads)
            return dict.fromkeys(asked)

    predictor = FittedFirst(load_cost_model("stm32h743"), Emulator)  # type: ignore[arg-type]
    assert set(predictor.predict([known, wide])) == {known, wide}
    assert asked == [wide]
    assert predictor.predictor_of(known) is PredictedBy.COST_MODEL


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (
            ("m.tflite", "--placement", "tcm", "--jobs", "2"),
            "--placement, --jobs cannot be given with a MODEL",
        ),
        (("--cost-model", "m.json"), "--cost-model cannot be given without a MODEL"),
    ],
)
def test_options_that_would_be_ignored_are_refused(arguments: tuple[str, ...], sentence: str) -> None:
    result = CliRunner().invoke(command, ["--board", "stm32h7", *arguments])
    assert result.exit_code == ExitCode.USAGE
    assert sentence in result.output
