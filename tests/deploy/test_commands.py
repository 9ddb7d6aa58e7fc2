"""`hilbench bench` and `hilbench plan` on a small TFLite file and a virtual board."""

from __future__ import annotations

import json
import re
from dataclasses import asdict
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner, Result
from PIL import Image

from hilbench.cli import cli
from hilbench.deploy.inputs import Preprocessing
from hilbench.deploy.inputs.reading import read_inputs
from hilbench.networks.interpreter import Interpreter
from hilbench.networks.model_file import read_model
from hilbench.results import Store
from tests.networks.small_networks import small_network, wide_network
from tests.networks.tflite_file import SHARED_MODELS, TfliteFile
from tests.report.document import parse

BOARD = "stm32h7-virtual"


@pytest.fixture
def model(tmp_path: Path) -> Path:
    """Two convolutions and a softmax."""
    path = tmp_path / "small.tflite"
    path.write_bytes(small_network())
    return path


def test_a_network_runs_verified_and_is_stored(model: Path, tmp_path: Path, cache: Path) -> None:
    store, folder = tmp_path / "results.sqlite", tmp_path / "page"
    arguments = ["bench", str(model), "--board", BOARD, "--store", str(store), "--out", str(folder)]
    arguments += ["--json", "--iterations", "2", "--save-c", str(tmp_path / "c")]
    result = CliRunner(env={"HILBENCH_CACHE": str(cache)}).invoke(cli, arguments)
    assert result.exit_code == 0, result.output
    (network,) = json.loads(result.stdout)
    assert (network["model"], network["provenance"], network["verified"]) == ("small", "emulated", True)
    assert network["placement"] == "tcm", "the fastest, and it fits"
    assert network["inputs"] == 1
    assert network["macs"] == network["live_macs"] == 6 * 6 * (8 * 27 + 4 * 8)
    assert network["mac_per_cycle"] == pytest.approx(network["macs"] / network["cycles"])
    assert network["energy_uj"] > 0
    assert network["energy_uncertainty_pct"] == 30, "that of the virtual board's current model"
    assert network["saved_c"] == str(tmp_path / "c" / "small.h")
    assert (tmp_path / "c" / "test" / "vectors.h").is_file()
    layers = network["layers"]
    assert [layer["operator"] for layer in layers] == ["conv2d", "pointwise_conv2d", "softmax"]
    assert sum(layer["cycles"] for layer in layers) == pytest.approx(network["cycles"], rel=0.1)
    assert sum(layer["macs"] for layer in layers) == network["macs"], "a softmax has none"
    assert network["predicted_cycles"] == sum(layer["predicted_cycles"] for layer in layers)
    assert all(layer["variant"] != "reference" for layer in layers)
    with Store(str(store)) as opened:
        (run,) = opened.runs()
        (row,) = opened.measurements(run.run_id)
    assert run.finished is not None
    assert (row.workload.operator, row.verified) == ("network", True)
    assert row.network is not None
    assert [asdict(layer) for layer in row.network.layers] == layers
    assert sum(layer["energy_uj"] for layer in layers) == pytest.approx(network["energy_uj"])
    assert row.network.plans[-1].ram_bytes <= network["ram_bytes"]
    assert network["report"] == str(folder / "index.html")
    assert "small" in (folder / "index.html").read_text(encoding="utf-8")
    again = CliRunner().invoke(
        cli, ["report", "latest", "--store", str(store), "--out", str(tmp_path / "again")]
    )
    assert again.exit_code == 0, again.output
    assert parse((tmp_path / "again" / "index.html").read_text(encoding="utf-8")).within("network-0-layers")
    exported = CliRunner().invoke(cli, ["export", "latest", "--store", str(store), "--json"])
    (kept,) = json.loads(exported.stdout)["measurements"]
    assert [layer["cycles"] for layer in kept["network"]["layers"]] == [each["cycles"] for each in layers]
    compared = CliRunner().invoke(
        cli,
        ["compare", "latest", str(folder / "results.csv"), "--store", str(store), "--fail-on", "cycles:1%"],
    )
    assert compared.exit_code == 0, compared.output
    assert "network small" in compared.output


def test_what_does_not_fit_the_fastest_memories_gets_others(tmp_path: Path, cache: Path) -> None:
    path = tmp_path / "wide.tflite"
    path.write_bytes(wide_network())
    arguments = ["bench", str(path), "--board", BOARD, "--store", str(tmp_path / "results.sqlite")]
    arguments += ["--out", str(tmp_path / "page"), "--json", "--iterations", "1", "--no-power"]
    environment = {"HILBENCH_CACHE": str(cache)}
    result = CliRunner(env=environment).invoke(cli, arguments)
    assert result.exit_code == 0, result.output
    (network,) = json.loads(result.stdout)
    assert (network["placement"], network["verified"]) == ("flash", True)
    banks = network["ram_banks"]
    assert min(banks["dtcm"], banks["axi"]) > 0, "inputs and outputs lie apart from what is accessed most"
    assert sum(banks.values()) <= network["ram_bytes"] <= sum(banks.values()) + 64
    refused = CliRunner(env=environment).invoke(cli, [*arguments, "--placement", "tcm"])
    assert refused.exit_code != 0
    assert "The memory plan exceeds" in refused.output


def test_inputs_of_a_folder_are_verified_labelled_and_layers_written(
    model: Path, tmp_path: Path, cache: Path
) -> None:
    folder = tmp_path / "inputs"
    folder.mkdir()
    rng = np.random.default_rng(5)
    given = rng.integers(0, 256, (3, 6, 6, 3), np.uint8)
    for number, pixels in enumerate(given):
        Image.fromarray(pixels).save(folder / f"{number}.png")
    np.save(folder / "more.npy", rng.integers(-128, 128, (2, 6, 6, 3), np.int8))
    graph = read_model(model)
    wanted = list(read_inputs(folder, graph, Preprocessing.SIGNED))
    classes = [int(np.argmax(Interpreter(graph).run(*each.tensors)[0])) for each in wanted]
    labels = tmp_path / "labels.csv"
    lines = [f"{each.name},{label}" for each, label in zip(wanted, classes, strict=True)]
    labels.write_text("\n".join(["# file, class", *lines[:4], f"{wanted[4].name},143"]))
    arguments = [
        "bench",
        str(model),
        "--board",
        BOARD,
        "--store",
        str(tmp_path / "s"),
        "--json",
        "--no-power",
    ]
    arguments += ["--input", str(folder), "--labels", str(labels), "--preprocess", "-1..1"]
    arguments += ["--dump-layers", str(tmp_path / "layers"), "--out", str(tmp_path / "page")]
    result = CliRunner(env={"HILBENCH_CACHE": str(cache)}).invoke(cli, arguments)
    assert result.exit_code == 0, result.output
    (network,) = json.loads(result.stdout)
    assert (network["inputs"], network["verified"]) == (5, True)
    assert network["accuracy"] == pytest.approx(0.8 if classes[4] != 143 else 1)
    first, second, third = sorted((tmp_path / "layers").glob("*.npy"))
    output = Interpreter(graph).run(*wanted[0].tensors)[0]
    np.testing.assert_array_equal(np.load(third).reshape(output.shape), output)
    assert [np.load(each).size for each in (first, second)] == [6 * 6 * 8, 6 * 6 * 4]


def test_a_network_that_does_not_fit_says_what_is_missing(model: Path, tmp_path: Path, cache: Path) -> None:
    arguments = ["bench", str(model), "--board", BOARD, "--store", str(tmp_path / "s"), "--ram", "256"]
    result = CliRunner(env={"HILBENCH_CACHE": str(cache)}).invoke(cli, arguments)
    assert result.exit_code == 1
    assert "exceeds axi by" in result.output
    assert not (tmp_path / "s").exists() or not Store(str(tmp_path / "s")).runs()


def invoke_plan(model: Path, cache: Path, *options: str, board: str = BOARD) -> Result:
    arguments = ["plan", str(model), "--board", board, *options]
    return CliRunner(env={"HILBENCH_CACHE": str(cache)}).invoke(cli, arguments)


def test_a_plan_says_what_fits(model: Path, cache: Path) -> None:
    result = invoke_plan(model, cache, "--json", "--curve")
    assert result.exit_code == 0, result.output
    planned = json.loads(result.stdout)
    assert planned["fits"]
    assert planned["missing"] == ""
    assert planned["overlap_bytes"] <= planned["plain_bytes"]
    assert planned["overlap_bytes"] <= planned["smallest"]["ram_bytes"] <= planned["ram_bytes"]
    assert planned["ram_bytes"] == planned["fastest"]["ram_bytes"] <= planned["ram_available"]
    assert {buffer["name"] for buffer in planned["fastest"]["buffers"]} >= {"tensor0"}
    sizes = [point["ram_bytes"] for point in planned["plans"]]
    assert sizes == sorted(sizes, reverse=True)


def test_a_plan_by_predictions_is_what_bench_takes(model: Path, tmp_path: Path, cache: Path) -> None:
    arguments = ["bench", str(model), "--board", BOARD, "--store", str(tmp_path / "s"), "--json"]
    arguments += ["--out", str(tmp_path / "page"), "--iterations", "2", "--no-power"]
    result = CliRunner(env={"HILBENCH_CACHE": str(cache)}).invoke(cli, arguments)
    (network,) = json.loads(result.stdout)
    planned = json.loads(invoke_plan(model, cache, "--json", "--curve").stdout)
    assert planned["predicted"]
    assert planned["ram_bytes"] == network["arena_bytes"] == sum(network["ram_banks"].values())
    assert planned["ram_bytes"] + planned["copied_bytes"] == network["ram_bytes"] > network["arena_bytes"]
    assert planned["fastest"]["cycles"] == network["predicted_cycles"], "with copies of constants"
    with_copies, without = planned["plans"][:2]
    assert with_copies["copied_bytes"] > 0 == without["copied_bytes"]
    assert with_copies["cycles"] < without["cycles"]


@pytest.mark.skipif(SHARED_MODELS is None, reason="needs the public networks beside the repository")
def test_a_plan_in_which_a_tensor_may_lie_over_scratch_memory(cache: Path) -> None:
    result = invoke_plan((SHARED_MODELS or Path()) / "zoo" / "rnnoise_INT8.tflite", cache, "--json")
    assert result.exit_code == 0, result.output


def test_a_plan_is_shown_as_a_picture(model: Path, cache: Path) -> None:
    for options in ((), ("--smallest",)):
        result = invoke_plan(model, cache, *options)
        assert result.exit_code == 0, result.output
        assert "small on stm32h7-virtual: 3 layers; it fits, placement tcm." in result.output
        assert re.search(r"^ +0 +\d+  +█+ .*$", result.output, re.MULTILINE)
    assert "The smallest plan:" in result.output


def test_what_does_not_fit_is_named_with_its_bytes(tmp_path: Path, cache: Path) -> None:
    file = TfliteFile()
    source, output = (file.tensor((1, 40, 40, 16), zero_point=0) for _ in range(2))
    file.operator("RELU", [source], [output])
    path = tmp_path / "large.tflite"
    path.write_bytes(file.finish([source], [output]))
    result = invoke_plan(path, cache, "--json", board="stm32l0-virtual")
    assert result.exit_code == 1
    planned = json.loads(result.stdout)
    assert not planned["fits"]
    assert re.search(r"exceeds sram by \d+ bytes; .*\(25600 bytes\)", planned["missing"])
    assert planned["missing"] in result.stderr


@pytest.mark.parametrize("command", ["bench", "plan"])
def test_a_file_that_is_no_model_is_one_sentence(command: str, tmp_path: Path, cache: Path) -> None:
    broken = tmp_path / "broken.tflite"
    broken.write_bytes(b"nothing")
    result = CliRunner(env={"HILBENCH_CACHE": str(cache)}).invoke(
        cli, [command, str(broken), "--board", BOARD]
    )
    assert result.exit_code != 0
    assert "Traceback" not in result.output
