"""Tables of a library's figures: which row is whose, and how a run stands beside them."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import pytest

from hilbench.analysis import compare_with_library, read_baseline
from hilbench.analysis.baseline import Shape, groups_of, shape_of
from hilbench.errors import ConfigError
from hilbench.grids import load_grid
from hilbench.operators import load_operators
from hilbench.results import Status
from hilbench.results.rows import to_frame
from tests.analysis.rows import failed, frame, measurement

HEADER = "library,core,op,shape,insn_per_mac,modelled_cycles_per_mac,code_bytes,scratch_bytes\n"
ROWS = (
    "theirs,cortex-m7,conv3x3,conv3x3 16x16x8->8 s1,4.0,2.0,4000,500\n"
    "theirs,cortex-m4,conv3x3,conv3x3 16x16x8->8 s1,5.0,3.0,4100,500\n"
    "theirs,cortex-m7,fc,fc 256->10,2.0,1.5,4300,0\n"
    "others,cortex-m7,conv3x3,conv3x3 16x16x8->8 s1,9.0,,,\n"
)


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "baselines.csv"
    path.write_text(HEADER + ROWS)
    return path


def shape(operator: str, **parameters: Any) -> Shape:
    case = load_operators().case(operator=operator, **parameters)
    return shape_of(case.parameters() | {"out_h": case.out_h, "out_w": case.out_w})


def test_every_layer_of_the_grid_of_kernels_has_a_name_of_its_own() -> None:
    cases = [layer.case for layer in load_grid("kernels", load_operators())]
    assert len(cases) == 41
    shapes = {shape_of(case.parameters() | {"out_h": case.out_h, "out_w": case.out_w}) for case in cases}
    assert len(shapes) == len(cases)


@pytest.mark.parametrize(
    ("text", "op", "operator", "parameters"),
    [
        ("conv3x3 96x96x3->16 s2", "conv3x3", "conv2d", (96, 96, 3, 16, 3, 3, 2, "same")),
        ("conv3x3 96x96x3->16 s2 (pad 1,1)", "conv3x3", "conv2d", (98, 98, 3, 16, 3, 3, 2, "valid")),
        ("KWS conv10x4 49x10x1->64 s2", "conv10x4 KWS", "conv2d", (49, 10, 1, 64, 10, 4, 2, "same")),
        ("dw3x3 48x48x96 s2 (pad 1,1)", "dw3x3", "depthwise_conv2d", (50, 50, 96, 96, 3, 3, 2, "valid")),
        ("tconv 2x2 s2 12x12x32->16", "tconv", "transpose_conv2d", (12, 12, 32, 16, 2, 2, 2, "same")),
    ],
)
def test_a_case_finds_the_row_that_names_it(
    tmp_path: Path, text: str, op: str, operator: str, parameters: tuple[Any, ...]
) -> None:
    names = ("in_h", "in_w", "in_c", "out_c", "kernel_h", "kernel_w", "stride", "padding")
    path = tmp_path / "baselines.csv"
    path.write_text(HEADER + f'theirs,cortex-m7,{op},"{text}",1.0,1.0,1,1\n')
    ((_, found),) = read_baseline(path, "theirs").figures
    assert found == shape(operator, **dict(zip(names, parameters, strict=True)))


def test_a_shape_without_an_image_is_of_one_pixel(table: Path) -> None:
    kinds = {found.kind: found for _, found in read_baseline(table, "theirs").figures}
    assert kinds["fc"] == Shape("fc", 1, 1, 256, 10, 1, 1, padded=False)


def test_a_first_layer_belongs_to_its_kind_too() -> None:
    first = shape("conv2d", in_h=8, in_w=8, in_c=3, out_c=8, kernel_h=3, kernel_w=3)
    assert groups_of(first) == ("conv3x3", "first layers")
    assert groups_of(first._replace(channels=4)) == ("conv3x3",)


def test_a_row_stands_beside_the_figures_for_its_core(table: Path) -> None:
    ours = measurement(macs=1000, cycles=(800,) * 3, instructions=2000, code_bytes=900, variant="dsp")
    comparison = compare_with_library(frame(ours), read_baseline(table, "theirs"))
    (case,) = comparison.cases
    assert (case.configuration, case.shape.kind) == ("dsp", "conv3x3")
    assert (case.insn_ratio, case.cycles_ratio) == (2.0, 2.5)
    assert (case.ours.code_bytes, case.theirs.code_bytes) == (900, 4000)


def test_means_are_geometric_and_by_variant(table: Path) -> None:
    rows = [
        measurement(macs=1000, instructions=count, variant=variant)
        for count, variant in ((1000, "dsp"), (4000, "dsp"), (500, "winograd"))
    ]
    means = {
        mean.configuration: mean
        for mean in compare_with_library(frame(*rows), read_baseline(table, "theirs")).means
    }
    assert means["dsp"].cases == 2
    assert means["dsp"].insn_per_mac == pytest.approx(2.0)
    assert means["dsp"].insn_ratio == pytest.approx(2.0)
    assert means["winograd"].insn_ratio == pytest.approx(8.0)


def test_a_count_of_nothing_is_in_no_mean(table: Path) -> None:
    rows = [
        measurement(macs=1000, instructions=count, channels=width) for count, width in ((0, 8), (4000, 16))
    ]
    (mean,) = compare_with_library(frame(*rows), read_baseline(table, "theirs")).means
    assert mean.cases == 2
    assert mean.insn_per_mac == pytest.approx(4.0)


def test_the_fastest_variant_of_each_shape_has_a_mean_of_its_own(table: Path) -> None:
    rows = [
        measurement(macs=1000, cycles=(cycles,) * 3, instructions=count, variant=variant, channels=channels)
        for cycles, count, variant, channels in (
            (500, 1000, "dsp", 8),
            (200, 500, "winograd", 8),
            (300, 2000, "dsp", 16),
        )
    ]
    means = compare_with_library(frame(*rows), read_baseline(table, "theirs")).means
    assert {mean.configuration: mean.cases for mean in means} == {"dsp": 2, "winograd": 1, "fastest": 2}
    assert means[-1].insn_per_mac == pytest.approx(1.0)
    (chosen,) = compare_with_library(frame(*rows[1:]), read_baseline(table, "theirs")).means
    assert (chosen.configuration, chosen.cases) == ("fastest", 2)


def test_what_nobody_says_is_nowhere_a_number(table: Path) -> None:
    uncounted = measurement(macs=1000, cycles=(800,) * 3)
    unknown = measurement(macs=1000, kernel=7, instructions=10, variant="dsp")
    comparison = compare_with_library(frame(uncounted, unknown), read_baseline(table, "others"))
    assert all(math.isnan(each.insn_ratio) for each in comparison.cases)
    document = comparison.document()
    assert {case["insn_ratio"] for case in document["cases"]} == {None}
    assert document["cases"][0]["theirs"]["code_bytes"] is None


def test_only_int8_rows_that_ran_are_compared(table: Path) -> None:
    rows = frame(
        measurement(dtype="float32"), failed(status=Status.SKIPPED, cause="It does not fit."), measurement()
    )
    assert len(compare_with_library(rows, read_baseline(table, "theirs")).cases) == 1


def test_a_core_without_figures_is_a_sentence(table: Path) -> None:
    rows = to_frame([measurement(core="cortex-m33")])
    with pytest.raises(ConfigError, match="cortex-m4, cortex-m7; there are none for cortex-m33"):
        compare_with_library(rows, read_baseline(table, "theirs"))


def test_a_table_from_a_spreadsheet_is_read(table: Path) -> None:
    known = read_baseline(table, "theirs")
    table.write_text(HEADER + ROWS, encoding="utf-8-sig")
    assert read_baseline(table, "theirs") == known


def test_rows_that_were_cut_short_are_passed_over(tmp_path: Path) -> None:
    path = tmp_path / "baselines.csv"
    path.write_text("shape,core,op,library\nfc 256->10,cortex-m7,fc\nfc 256->10,cortex-m7,,theirs\n")
    assert not read_baseline(path, "theirs").figures


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (HEADER + ROWS, "no figures of 'ours'; there are: others, theirs"),
        ("library,core,op\n", "lacks the column 'shape'"),
        (HEADER + "ours,cortex-m7,fc,fc 256->10,many,1,1,1\n", "row 2, column 'insn_per_mac': 'many'"),
        ("\0", "baselines"),
        (None, "Cannot read"),
    ],
)
def test_a_bad_table_is_a_sentence(tmp_path: Path, content: str | None, sentence: str) -> None:
    path = tmp_path / "baselines.csv"
    if content is not None:
        path.write_text(content)
    with pytest.raises(ConfigError, match=sentence):
        read_baseline(path, "ours")
