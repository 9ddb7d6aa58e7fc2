"""Code of bakenn with the CMSIS-NN that it brings, on a virtual board."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.deploy.c_library import needs_c_library
from tests.deploy.test_deployers import bench, documents
from tests.networks.tflite_file import TfliteFile

SCALE = 0.5


@pytest.fixture
def network(tmp_path: Path) -> Path:
    """A convolution whose padding is uneven, a pool and a softmax."""
    file = TfliteFile()
    rng = np.random.default_rng(4)
    source, middle = file.tensor((1, 8, 8, 4), scale=SCALE), file.tensor((1, 4, 4, 8), scale=3.0)
    scales = [float(scale) for scale in rng.uniform(0.001, 0.01, 8).astype(np.float32)]
    weights = file.constant(rng.integers(-127, 128, (8, 3, 3, 4), np.int8), scales)
    bias = file.constant(rng.integers(-500, 500, 8, np.int32), [SCALE * scale for scale in scales])
    file.operator("CONV_2D", [source, weights, bias], [middle], "Conv2DOptions", strideH=2, strideW=2)
    file.codes[-1].version = 3
    pooled, shares = (
        file.tensor((1, 2, 2, 8), scale=3.0),
        file.tensor((1, 2, 2, 8), scale=1 / 256, zero_point=-128),
    )
    window: dict[str, Any] = {"strideH": 2, "strideW": 2, "filterHeight": 2, "filterWidth": 2}
    file.operator("MAX_POOL_2D", [middle], [pooled], "Pool2DOptions", **window)
    file.codes[-1].version = 2
    file.operator("SOFTMAX", [pooled], [shares], "SoftmaxOptions", beta=1.0)
    path = tmp_path / "small.tflite"
    path.write_bytes(file.finish([source], [shares]))
    return path


@needs_c_library
def test_bakenn_runs_exactly_without_the_operators_that_it_lacks(network: Path, cache: Path) -> None:
    result = bench(network, cache, "bakenn", options=("--json", "--no-power"))
    assert result.exit_code == 0, result.output
    (row,) = documents(result)
    assert row["deployer"].startswith("bakenn ")
    assert row["verified"], row["cause"]
    assert row["cut"] == ["SOFTMAX"]
    assert row["macs"] == 4 * 4 * 8 * 36
    (note,) = row["notes"]
    assert note.startswith("In portable C runs tflite_0_conv_2d: CMSIS-NN "), note
    assert row["flash_bytes"] > 8 * 36 + 8 * 4 * 3, "weights, bias and requantization"


def test_a_refusal_is_in_bakenn_s_own_words(tmp_path: Path, cache: Path) -> None:
    """A logistic function between two sums, of which neither can be cut."""
    file = TfliteFile()
    source, total, share = (
        file.tensor((1, 4)),
        file.tensor((1, 4)),
        file.tensor((1, 4), scale=1 / 256, zero_point=-128),
    )
    last = file.tensor((1, 4))
    file.operator("ADD", [source, source], [total], "AddOptions")
    file.operator("LOGISTIC", [total], [share])
    file.operator("ADD", [share, share], [last], "AddOptions")
    path = tmp_path / "sums.tflite"
    path.write_bytes(file.finish([source], [last]))
    (row,) = documents(bench(path, cache, "bakenn"))
    assert row["status"] == "refused"
    assert "refuses sums.tflite: " in row["cause"]
    assert "unsupported" in row["cause"]
