"""Odd channel counts cost what their neighbours cost: instructions are counted, no time is measured."""

from __future__ import annotations

import importlib.util
import shutil
from typing import Any

import pytest

from hilbench.image import find_toolchain
from tests.operators.case_strategies import OPERATORS

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not shutil.which("arm-none-eabi-gcc"), reason="needs arm-none-eabi-gcc"),
    pytest.mark.skipif(not importlib.util.find_spec("unicorn"), reason="needs unicorn"),
]
FURTHEST = 1.25
SHAPES: dict[str, dict[str, Any]] = {
    "3x3": {"operator": "conv2d", "kernel_h": 3, "kernel_w": 3, "out_c": 16},
    "3x3, outputs": {"operator": "conv2d", "kernel_h": 3, "kernel_w": 3, "in_c": 16},
    "1x1": {"operator": "pointwise_conv2d", "out_c": 16},
    "1x1, outputs": {"operator": "pointwise_conv2d", "in_c": 16},
    "grouped": {"operator": "grouped_conv2d", "kernel_h": 3, "kernel_w": 3, "groups": 2, "out_c": 16},
    "depthwise 3x3": {"operator": "depthwise_conv2d", "kernel_h": 3, "kernel_w": 3},
    "depthwise 3x3, stride 2": {"operator": "depthwise_conv2d", "kernel_h": 3, "kernel_w": 3, "stride": 2},
    "depthwise 5x5": {"operator": "depthwise_conv2d", "kernel_h": 5, "kernel_w": 5},
    "depthwise 5x5, stride 2": {"operator": "depthwise_conv2d", "kernel_h": 5, "kernel_w": 5, "stride": 2},
    "fully connected": {"operator": "fully_connected", "in_h": 1, "in_w": 4, "out_c": 12},
    "fully connected, outputs": {"operator": "fully_connected", "in_h": 1, "in_w": 1, "in_c": 128},
}


def instructions_per_mac(shape: dict[str, Any], channels: int) -> float:
    from benchmarks.kernels import Bench

    varied = "out_c" if "in_c" in shape else "in_c"
    counted = {varied: channels * shape.get("groups", 1)}
    layer = OPERATORS.layer(**({"in_h": 10, "in_w": 10, "variant": "dsp"} | shape | counted))
    count = Bench("cortex-m7", find_toolchain("gcc"), ["-O3"]).count(layer)
    assert count.exact
    return count.instructions_per_mac


@pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES)
@pytest.mark.parametrize(("channels", "neighbour"), [(5, 4), (7, 8), (17, 16), (18, 20), (31, 32), (33, 32)])
def test_no_cliff_between_multiples_of_four(shape: dict[str, Any], channels: int, neighbour: int) -> None:
    assert instructions_per_mac(shape, channels) <= FURTHEST * instructions_per_mac(shape, neighbour)
