"""Grids: what the built-in ones promise, how a user's file is read, and what it is told when wrong."""

from __future__ import annotations

import errno
from collections import Counter, defaultdict
from pathlib import Path

import pytest

from hilbench.errors import CaseError, ConfigError
from hilbench.grids import builtin_grids, load_grid
from hilbench.operators import load_operators
from hilbench.tensors import DType

OPERATORS = load_operators()


@pytest.fixture
def grid(tmp_path: Path) -> Path:
    return tmp_path / "mine.yaml"


def test_quick_has_every_operator_and_both_data_types() -> None:
    cases = load_grid("quick", OPERATORS)
    assert 20 <= len(cases) <= 50
    assert {case.operator.name for case in cases} == set(OPERATORS)
    assert {case.case.dtype for case in cases} == set(DType)
    assert sum(case.macs <= 330_000 for case in cases) >= 20


def test_efficiency_is_one_ladder_of_equal_work() -> None:
    rungs: defaultdict[str, Counter[int]] = defaultdict(Counter)
    for case in load_grid("efficiency", OPERATORS):
        rungs[case.operator.name][case.macs] += 1
    standard = rungs["conv2d"]
    assert len(standard) >= 6
    for nominal, macs in zip((10e3, 40e3, 160e3, 640e3, 1.6e6, 4e6), sorted(standard), strict=True):
        assert macs == pytest.approx(nominal, rel=0.05)
    assert all(set(ladder) <= set(standard) for ladder in rungs.values())
    assert len(rungs) == 6


def test_full_is_built_of_possible_cases() -> None:
    cases = load_grid("full", OPERATORS)
    assert len({case.digest for case in cases}) == len(cases) > 1000


def test_kernels_are_the_layers_that_libraries_are_compared_by() -> None:
    cases = load_grid("kernels", OPERATORS)
    assert len(cases) == 41
    assert {case.case.dtype for case in cases} == {DType.INT8}


def test_lists_are_axes_of_a_product(grid: Path) -> None:
    grid.write_text(
        "cases:\n"
        "  - {operator: conv2d, input: [4x6x8, 5x5x4], out_c: 2, kernel: [3, 1x7], dtype: float32}\n"
        "  - {operator: add, in_h: 2, in_w: 3, in_c: 4}\n"
    )
    cases = load_grid(grid, OPERATORS)
    shapes = [(*each.inputs[0].shape[1:], *each.case.window.kernel) for each in cases[:4]]
    assert shapes == [(4, 6, 8, 3, 3), (4, 6, 8, 1, 7), (5, 5, 4, 3, 3), (5, 5, 4, 1, 7)]
    assert [case.operator.name for case in cases] == ["conv2d"] * 4 + ["add"]


def test_repeated_cases_run_once(grid: Path) -> None:
    grid.write_text("cases: [{operator: add, input: 2x2x2}, {operator: add, input: [2x2x2, 2x2x3]}]")
    assert len(load_grid(grid, OPERATORS)) == 2


@pytest.mark.parametrize(
    ("entry", "sentence"),
    [
        ("{operator: conv2d, input: 8x8, out_c: 4}", "entry 1: input must read like 16x16x8, not '8x8'"),
        ("{operator: conv2d, input: 8x8x4, out_c: 4, kernel: 3x}", "kernel must read like 16x16, not '3x'"),
        ("{operator: conv2d, input: 8x8x4, out_c: 4, size: 3}", "entry 1: A case has no key 'size'"),
        ("{operator: nothing, input: 8x8x4}", "entry 1: No operator 'nothing'"),
        ("{operator: conv2d, input: 8x8x4, out_c: 0}", "entry 1: Impossible case .*out_c must be at least 1"),
        (
            "{operator: conv2d, input: 2x2x4, out_c: 4, kernel: 3, padding: valid}",
            "entry 1: Impossible case conv2d 2x2x4->4 .*: the dilated kernel is larger than the input",
        ),
        (
            "{operator: conv2d, input: 2024-01-01, out_c: 4}",
            "input must read like 16x16x8, not datetime.date",
        ),
        ("{operator: conv2d, input: 8x8x4, out_c: 0x" + "f" * 5000 + "}", "a number of thousands of digits"),
        ("{operator: conv2d, input: 8x8x4, out_c: 1048577}", "out_c must be 1048576 at most"),
        ("{operator: conv2d, input: 8x8x4, out_c: .inf}", "out_c must be a whole number, not inf"),
        ("{operator: conv2d, input: 9999999x9999999x1, out_c: 1}", "in_h must be 1048576 at most"),
        ("{operator: conv2d, input: 99999x99999x9, out_c: 1}", "a tensor of 4 GiB has no place"),
        ("{operator: add, input: 1x1x" + "9" * 5000 + "}", "input must read like"),
        ("{operator: [[[[]]]], input: 8x8x4}", "operator must be a word, not"),
        ("{operator: 0x" + "f" * 5000 + ", input: 8x8x4}", "operator must be a word, not a number of"),
        ("{? 0x" + "f" * 5000 + " : 1}", "A case has no key a number of thousands"),
        ("{operator: add, variant: 3, input: 8x8x4}", "variant must be a word, not 3"),
        (
            "{operator: add, in_h: &a [" + "1," * 400 + "], in_w: *a, in_c: *a}",
            "It stands for 64000000 cases",
        ),
        ("{operator: add, input: 8x8x4, dtype: {a: &b [1], c: *b}}", "dtype must be one of"),
        ("conv2d", "entry 1: 'conv2d' must be a mapping"),
    ],
)
def test_wrong_entries_are_named(grid: Path, entry: str, sentence: str) -> None:
    grid.write_text(f"cases:\n  - {entry}\n")
    with pytest.raises(CaseError, match=f"Grid .*mine.yaml, .*{sentence}"):
        load_grid(grid, OPERATORS)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"cases: [", ", which is not YAML"),
        (b"\xff\xfe\xfa", ", which is not YAML"),
        (b"- 1", "must have one key, cases"),
        (b"cases: 2024-13-45", ", which is not YAML: month must be"),
        (b"cases: " + b"9" * 5000, ", which is not YAML: Exceeds the limit"),
        (b"cases: !!bool x", ", which is not YAML"),
        (b"cases: !!timestamp x", ", which is not YAML"),
        (b"cases: !!int ''", ", which is not YAML"),
        (b"cases: " + b"[" * 5000, ", which is nested too deeply"),
        (b"- " * 5000 + b"1", ", which is nested too deeply"),
        (b"cases: []\nmore: 1", "must have one key, cases"),
        (b"cases: 1", "must have one key, cases"),
        (b"cases: []", "has no entries"),
        (b"", "must have one key, cases"),
    ],
)
def test_wrong_files_are_named(grid: Path, content: bytes, sentence: str) -> None:
    grid.write_bytes(content)
    with pytest.raises(ConfigError, match=f"mine.yaml ?{sentence}"):
        load_grid(grid, OPERATORS)


def test_a_grid_that_cannot_be_read_is_said(grid: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> str:
        raise PermissionError(errno.EACCES, "Permission denied")

    grid.touch()
    monkeypatch.setattr(Path, "read_text", refuse)
    with pytest.raises(ConfigError, match=r"Cannot read the grid .*mine.yaml: Permission denied\."):
        load_grid(grid, OPERATORS)


def test_unknown_grid_lists_those_there_are() -> None:
    assert builtin_grids() == ("correction", "costs", "efficiency", "full", "kernels", "quick")
    with pytest.raises(CaseError, match=r"No grid 'slow'; .*: correction, costs, .*, quick"):
        load_grid("slow", OPERATORS)
