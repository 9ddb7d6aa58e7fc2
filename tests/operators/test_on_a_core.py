"""Kernels on an emulated Cortex-M7: there the dsp variants execute the instructions themselves."""

from __future__ import annotations

import importlib.util
import json
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from zlib import crc32

import pytest

from hilbench.chips import Placement
from hilbench.grids import load_grid
from hilbench.image.compiled_workload import symbol
from hilbench.image.manifest import render_manifest
from hilbench.image.script import section_symbol
from hilbench.operators import Layer, Tuning, render
from hilbench.paths import FIRMWARE_DIR
from hilbench.tensors import Activation
from tests.operators.case_strategies import OPERATORS

GCC = shutil.which("arm-none-eabi-gcc")
HERE = Path(__file__).parent
COMMON = FIRMWARE_DIR / "common"

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(GCC is None, reason="needs arm-none-eabi-gcc: apt install gcc-arm-none-eabi"),
    pytest.mark.skipif(
        importlib.util.find_spec("unicorn") is None, reason='needs unicorn: pip install "hilbench[virtual]"'
    ),
]


def quick_in_all_variants() -> list[Layer]:
    return [case.with_kernel(name) for case in load_grid("quick", OPERATORS) for name in case.variants]


def awkward_shapes() -> list[Layer]:
    """Shapes at the seams of the fast kernels: odd channels, rests of tiles, split columns, far offsets."""
    shapes: list[dict[str, object]] = [
        {"operator": "conv2d", "in_h": 9, "in_w": 11, "in_c": 5, "out_c": 7, "kernel_h": 3, "kernel_w": 3},
        {"operator": "conv2d", "in_h": 9, "in_w": 10, "in_c": 1, "out_c": 3, "kernel_h": 5, "kernel_w": 4},
        {"operator": "conv2d", "in_h": 8, "in_w": 9, "in_c": 24, "out_c": 5, "kernel_h": 3, "kernel_w": 3},
        {"operator": "conv2d", "in_h": 4, "in_w": 9, "in_c": 520, "out_c": 3, "kernel_h": 3, "kernel_w": 3},
        {"operator": "conv2d", "in_h": 2, "in_w": 3, "in_c": 2080, "out_c": 3},
        {"operator": "pointwise_conv2d", "in_h": 7, "in_w": 7, "in_c": 37, "out_c": 9},
        {"operator": "pointwise_conv2d", "in_h": 7, "in_w": 7, "in_c": 16, "out_c": 8, "stride": 2},
        {"operator": "pointwise_conv2d", "in_h": 3, "in_w": 5, "in_c": 8, "out_c": 2500},
    ]
    dilated = shapes[2] | {"in_h": 12, "dilation": 2, "activation": "relu6"}
    grouped = {"operator": "grouped_conv2d", "in_c": 18, "out_c": 12, "groups": 6, "activation": "relu"}
    shapes += [dilated, shapes[0] | grouped, shapes[0] | grouped | {"stride": 2}]
    tiles = shapes[0] | {"in_c": 6, "out_c": 4, "variant": "winograd"}
    shapes += [tiles, tiles | {"in_w": 8, "in_c": 100, "activation": "relu6"}]
    planes = {"operator": "depthwise_conv2d", "in_h": 9, "in_w": 11, "kernel_h": 5, "kernel_w": 3}
    shapes += [planes | {"in_c": 3}, planes | {"in_c": 7, "out_c": 14, "stride": 2, "activation": "relu6"}]
    shapes += [planes | {"in_w": 1030, "in_c": 4}, {"operator": "fully_connected", "in_c": 39, "out_c": 7}]
    phases = {"operator": "transpose_conv2d", "in_h": 5, "in_w": 6, "in_c": 9, "out_c": 3, "stride": 2}
    shapes += [phases | {"kernel_h": 3, "kernel_w": 5}, phases | {"stride": 3, "activation": "relu6"}]
    shapes += [{"operator": "add", "in_h": 3, "in_w": 7, "in_c": 5, "activation": "relu6"}]
    product: dict[str, object] = {"operator": "mul", "in_h": 3, "in_w": 7, "in_c": 5}
    shapes += [product | {"activation": kind} for kind in Activation]
    mean: dict[str, object] = {"operator": "mean", "in_h": 17, "in_w": 16, "in_c": 9}
    shapes += [mean, mean | {"in_c": 3}, {"operator": "softmax", "in_h": 3, "in_c": 27}]
    window: dict[str, object] = {"in_h": 9, "in_w": 11, "in_c": 7, "kernel_h": 3, "kernel_w": 4}
    for pooling in ("max_pool2d", "average_pool2d"):
        window |= {"operator": pooling}
        shapes += [window | {"activation": kind} for kind in Activation]
        shapes += [window | {"in_h": 17, "in_w": 16, "kernel_h": 17, "kernel_w": 16}]
        shapes += [window | {"in_c": 3}, window | {"in_c": 8, "kernel_h": 1, "kernel_w": 2, "stride": 1}]
    shapes += [{"operator": "upsample_nearest", "in_h": 3, "in_w": 4, "in_c": 7, "stride": 3}]
    other = {"dtype": "int16x8"}, {"dtype": "int8x4"}, {"variant": "compact"}, {"variant": "lean"}
    shapes += [shape | each for shape in (*shapes[:5], dilated, shapes[0] | grouped) for each in other]
    direct = shapes[5] | {"in_c": 38, "dtype": "int16x8"}
    shapes += [direct, direct | {"stride": 2, "activation": "relu6"}, direct | {"variant": "compact"}]
    shapes += [shapes[index] | {"in_c": 72, "variant": "lean"} for index in (5, 6)]
    shapes += [planes | {"in_w": 96, "in_c": 7, "variant": "lean"}]
    shapes += [shapes[0] | {"in_w": 8, "in_c": 300, "variant": "lean"}]  # bands of one output
    shapes += [shapes[0] | {"in_c": 3, "variant": variant} for variant in ("dsp", "lean")]
    shapes += [{"operator": "fully_connected", "in_c": 39, "out_c": 7} | each for each in other[:2]]
    shapes += [{"operator": "fully_connected", "in_c": 131, "out_c": channels} for channels in (5, 9, 24)]
    shapes += [{"operator": "fully_connected", "in_c": 1500, "out_c": 7, "dtype": "int16x8"}]
    return [OPERATORS.layer(**({"variant": "dsp"} | shape)) for shape in shapes]


def tuned() -> list[Layer]:
    """Every value that a tuning parameter may take, at a shape with rests of tiles."""
    shapes = (
        {"operator": "conv2d", "out_c": 7, "kernel_h": 3, "kernel_w": 3},
        {"operator": "pointwise_conv2d", "out_c": 5},
        {"operator": "depthwise_conv2d", "kernel_h": 3, "kernel_w": 3},
    )
    plain = [OPERATORS.layer(in_h=11, in_w=13, in_c=10, variant="dsp", **shape) for shape in shapes]
    return [
        case.with_kernel("dsp", Tuning.of({name: value}))
        for case in plain
        for name, values in case.kernel.search_space(case.case).items()
        for value in values
    ]


def build(cases: Sequence[Layer], folder: Path, optimisation: str) -> Path:
    table = render_manifest(cases, [0] * len(cases), Placement.FLASH, "")
    (folder / "manifest.c").write_text(table)
    limits = folder / "limits.ld"  # of each workload's section, which this image does not have
    names = (section_symbol(index) for index in range(len(cases)))
    limits.write_text("".join(f"{name}_begin = 0; {name}_end = 0;\n" for name in names))
    for case in cases:
        (folder / f"{symbol(case)}.c").write_text(render(case, symbol(case)))
    elf = folder / "cases.elf"
    core = ["-mcpu=cortex-m7", "-mthumb", "-mfpu=fpv5-d16", "-mfloat-abi=hard"]
    flags = ["-std=c99", optimisation, "-ffreestanding", "-ffp-contract=off", "-nostdlib", f"-I{COMMON}"]
    firmware = [COMMON / f"{name}.c" for name in ("fill", "crc32", "memory")]
    sources = [HERE / "on_a_core.c", *firmware, *folder.glob("*.c")]
    subprocess.run(
        [str(GCC), *core, *flags, "-T", HERE / "on_a_core.ld", *sources, limits, "-lgcc", "-o", elf],
        check=True,
    )
    return elf


@pytest.mark.parametrize("optimisation", ["-O2", "-Os"])
def test_every_variant_is_bit_exact(tmp_path: Path, optimisation: str) -> None:
    cases = list(dict.fromkeys((*quick_in_all_variants(), *awkward_shapes(), *tuned())))
    elf = build(cases, tmp_path, optimisation)
    run = [
        sys.executable,
        "-m",
        "hilbench",
        "virtual",
        "run",
        "--board",
        "stm32h7-virtual",
        "--timeout",
        "300",
        "--json",
    ]
    finished = subprocess.run([*run, str(elf)], check=True, capture_output=True, text=True)
    printed = json.loads(finished.stdout)["output"].split()
    outputs = [case.reference(case.input_values()) for case in cases]
    expected = [f"{crc32(output.tobytes()):08x}" for output in outputs]
    names = list(map(str, cases))
    assert dict(zip(names, printed, strict=True)) == dict(zip(names, expected, strict=True))
