"""Kernels on an emulated Cortex-M7: there the dsp variants execute the instructions themselves."""

from __future__ import annotations

import importlib.util
import json
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from zlib import crc32

import pytest

from hilbench.grids import load_grid
from hilbench.operators import Layer, OperatorCase, Tuning, render
from hilbench.paths import FIRMWARE_DIR
from hilbench.tensors import Activation
from tests.operators.case_strategies import OPERATORS
from tests.trial import Trial

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


def quick_in_all_variants() -> list[OperatorCase]:
    return [
        OPERATORS.case(**(case.parameters() | {"variant": variant}))
        for case in load_grid("quick", OPERATORS)
        for variant in case.operator.variants
        if case.operator.supports(case, variant)
    ]


def awkward_shapes() -> list[OperatorCase]:
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
    other = {"dtype": "int16x8"}, {"dtype": "int8x4"}, {"variant": "compact"}
    shapes += [shape | each for shape in (*shapes[:5], dilated, shapes[0] | grouped) for each in other]
    direct = shapes[5] | {"in_c": 38, "dtype": "int16x8"}
    shapes += [direct, direct | {"stride": 2, "activation": "relu6"}, direct | {"variant": "compact"}]
    shapes += [{"operator": "fully_connected", "in_c": 39, "out_c": 7} | each for each in other[:2]]
    shapes += [{"operator": "fully_connected", "in_c": 1500, "out_c": 7, "dtype": "int16x8"}]
    return [OPERATORS.case(**({"variant": "dsp"} | shape)) for shape in shapes]


def tuned() -> list[OperatorCase]:
    """Every value that a tuning parameter may take, at a shape with rests of tiles."""
    shapes = (
        {"operator": "conv2d", "out_c": 7, "kernel_h": 3, "kernel_w": 3},
        {"operator": "pointwise_conv2d", "out_c": 5},
        {"operator": "depthwise_conv2d", "kernel_h": 3, "kernel_w": 3},
    )
    plain = [OPERATORS.case(in_h=11, in_w=13, in_c=10, variant="dsp", **shape) for shape in shapes]
    return [
        replace(case, tuning=Tuning.of({name: value}))
        for case in plain
        for name, values in case.kernel.search_space(case).items()
        for value in values
    ]


def manifest(cases: Sequence[OperatorCase]) -> str:
    """The table of cases that the image's C reads."""
    lines = ['#include "case.h"']
    rows = []
    for index, case in enumerate(cases):
        dtype = f"HB_{case.dtype.element.upper()}"
        output_bytes = sum(spec.bytes for spec in case.outputs)
        input_bytes = ", ".join(str(spec.bytes) for spec in case.inputs)
        lines.append(f"void case_{index}(const void *const inputs[HB_MAX_INPUTS], void *, void *);")
        rows.append(
            f'    {{.id = "{case.digest}", .run = case_{index}, .dtype = {dtype},\n'
            f"     .input_bytes = {{{input_bytes}}}, .output_bytes = {output_bytes},\n"
            f"     .scratch_bytes = {case.scratch_bytes}, .seed = {case.seed}u}},"
        )
    table = ["const hb_case_t hb_cases[] = {", *rows, "};"]
    return "\n".join([*lines, *table, f"const uint32_t hb_case_count = {len(cases)};\n"])


def build(cases: Sequence[OperatorCase], folder: Path, optimisation: str) -> Path:
    (folder / "manifest.c").write_text(manifest(cases))
    for index, case in enumerate(cases):
        (folder / f"case_{index}.c").write_text(render(Layer(case), f"case_{index}"))
    elf = folder / "cases.elf"
    core = ["-mcpu=cortex-m7", "-mthumb", "-mfpu=fpv5-d16", "-mfloat-abi=hard"]
    flags = ["-std=c99", optimisation, "-ffreestanding", "-ffp-contract=off", "-nostdlib", f"-I{COMMON}"]
    firmware = [COMMON / f"{name}.c" for name in ("fill", "crc32", "memory")]
    sources = [HERE / "on_a_core.c", *firmware, *folder.glob("*.c")]
    subprocess.run(
        [str(GCC), *core, *flags, "-T", HERE / "on_a_core.ld", *sources, "-lgcc", "-o", elf], check=True
    )
    return elf


@pytest.mark.parametrize("optimisation", ["-O2", "-Os"])
def test_every_variant_is_bit_exact(tmp_path: Path, optimisation: str) -> None:
    cases = [*quick_in_all_variants(), *awkward_shapes(), *tuned()]
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
    outputs = [Trial.of(case).reference() for case in cases]
    expected = [f"{crc32(output.tobytes()):08x}" for output in outputs]
    names = list(map(str, cases))
    assert dict(zip(names, printed, strict=True)) == dict(zip(names, expected, strict=True))
