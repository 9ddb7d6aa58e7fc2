"""`hilbench design`: networks shown, exported and drawn."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from hilbench.cli.design import command
from hilbench.prediction.cost_model.model import chips_with_model

MODEL = pytest.mark.skipif("stm32h743" not in chips_with_model(), reason="needs the cost model of the H743")
XINET = ["show", "--net", "xinet", "--input", "32x32x3", "--alpha", "0.3", "--classes", "4"]


def run(*arguments: str) -> str:
    result = CliRunner().invoke(command, arguments, catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.output


def test_a_network_is_shown() -> None:
    found = json.loads(run(*XINET, "--json"))
    assert found["macs"] == sum(layer["macs"] for layer in found["layers"])
    assert found["parameters"] == sum(layer["parameters"] for layer in found["layers"])
    assert found["predicted"] is None
    assert "parameters" in run(*XINET)


@MODEL
def test_predictions_say_that_they_are() -> None:
    found = json.loads(run(*XINET, "--board", "stm32h7-virtual", "--json"))["predicted"]
    assert (found["provenance"], found["predictor"]) == ("predicted", "cost model")
    assert found["cycles_bounds"][0] < found["cycles"] < found["cycles_bounds"][1]
    text = run(*XINET, "--board", "stm32h7-virtual")
    assert "PREDICTED by the cost model" in text


@pytest.mark.parametrize("name", ["net.svg", "net.png"])
def test_a_picture_is_drawn(name: str, tmp_path: Path) -> None:
    run(*XINET, "--picture", str(tmp_path / name))
    assert (tmp_path / name).stat().st_size > 1000


def test_an_onnx_file_is_written(tmp_path: Path) -> None:
    onnx = pytest.importorskip("onnx")
    run(*XINET, "--export", str(tmp_path / "net.onnx"))
    assert onnx.load(str(tmp_path / "net.onnx")).graph.output[0].name.startswith("dense")


@pytest.mark.parametrize(
    ("extra", "sentence"),
    [
        (["--export", "net.pt"], "no format"),
        (["--picture", "net.bmp"], "no format"),
        (["--gamma", "1"], "gamma"),
        (["--input", "4x4x3"], "larger input"),
        (["--input", "0x4x3"], "no image"),
        (["--task", "style"], "'style'"),
    ],
)
def test_what_cannot_be_is_said(extra: list[str], sentence: str) -> None:
    result = CliRunner().invoke(command, [*XINET, *extra])
    assert sentence in f"{result.output} {result.exception}"
    assert result.exit_code != 0


def test_three_numbers_are_a_platform() -> None:
    numbers = ["--flash", "512k", "--ram", "128k", "--macs-per-second", "50M", "--fps", "5"]
    found = json.loads(run("scale", "--net", "xinet", "--input", "64x64x3", *numbers, "--json"))
    assert found["binding"] in ("latency_us", "flash_bytes", "ram_bytes")
    assert found["predicted"]["latency_us"] <= 200_000
    assert found["predicted"]["flash_bytes"] <= 512 << 10
    assert found["measured"] is None
    assert {"net", "alpha", "beta", "gamma", "t0", "input", "answered_s"} <= found.keys()


@pytest.mark.parametrize(
    ("extra", "sentence"),
    [
        ([], "--board"),
        (["--macs-per-second", "1M", "--verify"], "--board"),
        (["--macs-per-second", "1M", "--picture", "front.svg"], "--pareto"),
        (["--macs-per-second", "1M", "--latency", "soon"], "500ms"),
        (["--macs-per-second", "1M", "--latency", "1us"], "time"),
    ],
)
def test_a_scaling_that_cannot_be_says_why(extra: list[str], sentence: str) -> None:
    result = CliRunner().invoke(command, ["scale", "--net", "xinet", *extra])
    assert sentence in f"{result.output} {result.exception}"
    assert result.exit_code != 0


def test_a_front_is_shown_and_drawn(tmp_path: Path) -> None:
    picture = tmp_path / "front.svg"
    numbers = ["--flash", "512k", "--ram", "128k", "--macs-per-second", "50M", "--fps", "5"]
    arguments = ["scale", "--net", "xinet", "--input", "64x64x3", "--beta", "1", *numbers, "--pareto"]
    (found,) = json.loads(run(*arguments, "--picture", str(picture), "--json"))
    latencies = [point["latency_us"] for point in found["front"]]
    assert latencies == sorted(latencies)
    assert max(latencies) <= 200_000
    assert max(point["flash_bytes"] for point in found["front"]) <= 512 << 10
    assert 0 < len(latencies) < found["sampled"]
    assert picture.stat().st_size > 1000


@pytest.mark.slow
@MODEL
def test_a_scaling_is_verified_on_a_virtual_board() -> None:
    budgets = ["--input", "48x48x3", "--latency", "5ms", "--classes", "4", "--verify", "--json"]
    found = json.loads(run("scale", "--net", "xinet", "--board", "stm32h7-virtual", *budgets))
    predicted, measured = found["predicted"], found["measured"]
    assert (measured["provenance"], measured["verified"]) == ("emulated", True)
    assert measured["ram_bytes"] == predicted["ram_bytes"]
    assert measured["flash_bytes"] == pytest.approx(predicted["flash_bytes"], rel=0.1)
    assert measured["latency_us"] == pytest.approx(predicted["latency_us"], rel=0.25)


@MODEL
@pytest.mark.parametrize(
    ("latency_us", "energy_uj", "sentence", "status"),
    [
        (4_900.0, 100.0, "Every budget is kept", 0),
        (5_500.0, 100.0, "exceeds latency by 10.0%", 1),
        (4_900.0, None, "Not measured", 0),
    ],
)
def test_a_network_that_measures_over_its_budget_fails(
    latency_us: float,
    energy_uj: float | None,
    sentence: str,
    status: int,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    pytest.importorskip("tensorflow")

    class Measured:
        """Result of a board that is not as fast as its model."""

        cycles = 1

        def document(self) -> dict[str, object]:
            found = {"provenance": "measured", "status": "ok", "cause": None, "verified": True}
            figures = {"latency_us": latency_us, "energy_uj": energy_uj}
            return {**found, **figures, "ram_bytes": 1000, "flash_bytes": 1000}

    monkeypatch.setattr("hilbench.design.session.ScaleAnswer.measure", lambda *_: Measured())
    budgets = ["--input", "32x32x3", "--gamma", "4", "--beta", "1", "--latency", "5ms", "--energy", "20mJ"]
    arguments = ["scale", "--net", "xinet", "--board", "stm32h7-virtual", *budgets, "--verify"]
    result = CliRunner().invoke(command, arguments)
    assert sentence in result.output
    assert result.exit_code == status


@MODEL
def test_blocks_are_ranked_and_their_layers_become_a_grid(tmp_path: Path) -> None:
    from hilbench.grids import load_grid
    from hilbench.operators import load_operators

    grid = tmp_path / "blocks.yaml"
    small = ["--board", "stm32h7-virtual", "--channels", "8", "--hw", "6x6", "--emit-grid", str(grid)]
    found = json.loads(run("blocks", *small, "--json"))
    latencies = [each["latency_us"] for each in found]
    assert latencies == sorted(latencies)
    assert {each["provenance"] for each in found} == {"predicted"}
    assert len(load_grid(grid, load_operators())) > len(found)
    assert "wants" in run("blocks", *small)
