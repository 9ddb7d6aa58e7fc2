"""Deployers side by side: hilbench's own kernels, and a hand-written network in C."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from hilbench.cli import cli
from hilbench.errors import ConfigError, ExitCode
from hilbench.results import Store
from tests.extend.package import write_metadata
from tests.networks.tflite_file import TfliteFile

BOARD = "stm32l4-virtual"
POOL = """
#include "pool.h"

static signed char kept[32 + 8];
static int ready;

signed char *pool_input(void) { return kept; }
signed char *pool_output(void) { return kept + 32; }
int pool_open(void) { ready = 1; return FAILURE; }
void pool_unused(signed char *p) { for (int n = 0; n < 32; ++n) p[n] = (signed char)(p[n] * n); }

/* 2x2 maxima of 4x4 pixels of two channels. */
void pool_run(const signed char *in, signed char *out)
{
    for (int y = 0; y < 2; ++y)
        for (int x = 0; x < 2; ++x)
            for (int c = 0; c < 2; ++c) {
                int best = -128;
                for (int n = 0; n < 4; ++n) {
                    const int value = in[AT(2 * y + n / 2, 2 * x + n % 2, c, 4)];
                    best = value > best ? value : best;
                }
                out[AT(y, x, c, 2)] = (signed char)(ready ? best + OFF_BY : 0);
            }
}
"""
HEADER = """
#define NHWC(y, x, c, width) (((y) * (width) + (x)) * 2 + (c))
#define NCHW(y, x, c, width) (((c) * (width) + (y)) * (width) + (x))
signed char *pool_input(void);
signed char *pool_output(void);
int pool_open(void);
void pool_run(const signed char *in, signed char *out);
"""
REFUSING = """
from hilbench.deploy.deployer import PackageDeployer
from hilbench.errors import ModelError


class Lab(PackageDeployer):
    label = "lab 1.0"

    def package(self, model, site):
        raise ModelError("It has no such kernel.")
"""
HANDED_OVER = """
run: pool_run(inputs[0], outputs[0])
inputs: [{layout: LAYOUT}]
outputs: [{layout: LAYOUT}]
"""
OWN_MEMORY = """
run: pool_run(pool_input(), pool_output())
inputs: [{layout: LAYOUT, at: pool_input()}]
outputs: [{layout: LAYOUT, at: pool_output()}]
"""


@pytest.fixture
def model(tmp_path: Path) -> Path:
    file = TfliteFile()
    source, output = file.tensor((1, 4, 4, 2)), file.tensor((1, 2, 2, 2))
    window: dict[str, Any] = {"strideH": 2, "strideW": 2, "filterHeight": 2, "filterWidth": 2}
    file.operator("MAX_POOL_2D", [source], [output], "Pool2DOptions", **window)
    path = tmp_path / "maxima.tflite"
    path.write_bytes(file.finish([source], [output]))
    return path


def hand_written(
    folder: Path, tensors: str = HANDED_OVER, *, layout: str = "nhwc", off_by: int = 0, failure: int = 0
) -> str:
    """A folder with C and its manifest; how `--deployer` names it."""
    (folder / "source").mkdir(parents=True)
    (folder / "source" / "pool.c").write_text(POOL)
    (folder / "pool.h").write_text(HEADER)
    manifest = f"""
sources: [source/*.c]
headers: [pool.h]
defines: {{AT: {layout.upper()}, OFF_BY: {off_by}, FAILURE: {failure}}}
init: if (pool_open()) return "it has no licence"
{tensors.replace("LAYOUT", layout)}
"""
    (folder / "hilbench.yaml").write_text(manifest)
    return f"c:{folder}"


def bench(model: Path, cache: Path, *deployers: str, options: tuple[str, ...] = ("--json",)) -> Result:
    named = [word for name in deployers for word in ("--deployer", name)]
    store = ("--store", str(model.with_name("results.sqlite")), "--out", str(model.with_name("report")))
    arguments = ["bench", str(model), "--board", BOARD, "--iterations", "1", *store, *named, *options]
    return CliRunner(env={"HILBENCH_CACHE": str(cache)}).invoke(cli, arguments)


def documents(result: Result) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(result.stdout)
    return found


def test_hand_written_c_stands_beside_generated_kernels(model: Path, tmp_path: Path, cache: Path) -> None:
    by_hand = hand_written(tmp_path / "by_hand")
    off = hand_written(tmp_path / "off", off_by=3)
    result = bench(model, cache, "hilbench", by_hand, off)
    assert result.exit_code == 0, result.output
    own, exact, other = documents(result)
    assert [row["deployer"] for row in (own, exact, other)] == ["hilbench", "c:by_hand", "c:off"]
    assert own["verified"]
    assert exact["verified"]
    assert exact["ram_bytes"] == 32 + 16 + 4, (
        "input, output at a multiple of 16, and the variable that it uses"
    )
    assert exact["energy_uj"] > 0
    assert (other["status"], other["verified"]) == ("ok", False)
    assert (other["difference"]["largest"], other["difference"]["is_quantized"]) == (3, True)
    with Store(str(tmp_path / "results.sqlite")) as store:
        (run,) = store.runs()
        rows = store.measurements(run.run_id)
    assert [row.workload.variant for row in rows] == ["selected", "c:by_hand", "c:off"]


@pytest.mark.parametrize("layout", ["nhwc", "nchw"])
def test_tensors_may_lie_in_the_code_s_own_memory(
    layout: str, model: Path, tmp_path: Path, cache: Path
) -> None:
    result = bench(model, cache, hand_written(tmp_path / "own", OWN_MEMORY, layout=layout))
    (row,) = documents(result)
    assert row["verified"], row["cause"]
    assert row["ram_bytes"] == 44, "its variables alone: there is no second place for input and output"


def test_what_is_not_called_is_not_counted(model: Path, tmp_path: Path, cache: Path) -> None:
    by_hand = hand_written(tmp_path / "by_hand")
    (before,) = documents(bench(model, cache, by_hand))
    source = tmp_path / "by_hand" / "source" / "pool.c"
    source.write_text(source.read_text().replace("n < 32", "n < 31") + "\nconst char unused[999] = {1};\n")
    (after,) = documents(bench(model, cache, by_hand))
    assert before["flash_bytes"] == after["flash_bytes"]


def test_side_by_side_in_a_table(model: Path, tmp_path: Path, cache: Path) -> None:
    off = hand_written(tmp_path / "off", off_by=3)
    stuck = hand_written(tmp_path / "stuck", failure=1)
    result = bench(model, cache, "hilbench", off, stuck, options=("--no-power",))
    assert result.exit_code == 1
    lines = {line.split()[0]: line for line in result.stdout.splitlines()}
    assert "exact" in lines["hilbench"]
    assert "by at most 3 steps" in lines["c:off"]
    assert "it has no licence" in lines["c:stuck:"]


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (("sources: [source/*.c]", "sources: [other/*.c]"), "no file is called other/*.c"),
        (("headers:", "header:"), "header is not a key"),
        (("run:", "walk:"), "walk is not a key"),
        (("outputs: [", "outputs: [{}, "), "describes 1 inputs and 2 outputs"),
        (("inputs: [{layout: nhwc}]", "inputs: [{type: int16}]"), "has no form of int16"),
    ],
)
def test_a_wrong_manifest_is_one_sentence(
    change: tuple[str, str], sentence: str, model: Path, tmp_path: Path, cache: Path
) -> None:
    deployer = hand_written(tmp_path / "by_hand")
    manifest = tmp_path / "by_hand" / "hilbench.yaml"
    manifest.write_text(manifest.read_text().replace(*change))
    result = bench(model, cache, deployer)
    assert isinstance(result.exception, ConfigError)
    assert sentence in str(result.exception)


def test_c_that_does_not_compile_is_a_row(model: Path, tmp_path: Path, cache: Path) -> None:
    deployer = hand_written(tmp_path / "by_hand")
    (tmp_path / "by_hand" / "source" / "pool.c").write_text("int nonsense(void) { return nothing; }\n")
    result = bench(model, cache, deployer)
    assert result.exit_code == 1
    (row,) = documents(result)
    assert row["status"] == "build_failed"
    assert "nothing" in row["cause"]


def test_a_package_brings_a_deployer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, model: Path, cache: Path
) -> None:
    site = tmp_path / "site"
    site.mkdir()
    (site / "lab_deployer.py").write_text(REFUSING)
    write_metadata(site, "lab-tools", {"hilbench.deployers": {"lab": "lab_deployer:Lab"}})
    monkeypatch.syspath_prepend(site)
    result = bench(model, cache, "lab", options=())
    assert result.exit_code == ExitCode.USAGE
    assert "maxima.tflite: It has no such kernel." in result.output
    assert "lab, of the package lab-tools" in CliRunner().invoke(cli, ["doctor"]).output


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("onnx2c", "No deployer 'onnx2c'"),
        ("c", "needs a folder: write c:PATH"),
        ("hilbench:now", "hilbench takes no argument"),
        ("c:nowhere", "Cannot read nowhere/hilbench.yaml"),
    ],
)
def test_a_deployer_that_is_not_there_is_one_sentence(
    name: str, sentence: str, model: Path, cache: Path
) -> None:
    result = bench(model, cache, name)
    assert isinstance(result.exception, ConfigError)
    assert sentence in str(result.exception)
