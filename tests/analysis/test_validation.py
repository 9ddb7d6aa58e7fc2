"""Error statistics between a run and its reference."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hilbench.analysis import Limit, Metric, read_published, validate
from hilbench.analysis.keys import SHAPE
from hilbench.errors import ConfigError
from hilbench.results import Status
from hilbench.results.csv_file import write_csv
from tests.analysis.rows import failed, frame, measurement

LADDER = (8, 16, 32, 64)


def run_of(*cycles: int) -> pd.DataFrame:
    """A run whose cases took `cycles`."""
    return frame(
        *(
            measurement(channels=width, cycles=[count] * 3)
            for width, count in zip(LADDER, cycles, strict=False)
        )
    )


def test_the_statistics_of_known_errors() -> None:
    validation = validate(run_of(1100, 900, 1000, 1300), run_of(1000, 1000, 1000, 1000))
    (cycles,) = (row for row in validation.statistics if row.metric is Metric.CYCLES)
    assert cycles.cases == 4
    assert cycles.mean_absolute == pytest.approx(12.5)
    assert cycles.bias == pytest.approx(7.5)
    assert cycles.worst == pytest.approx(30)
    assert "->64" in cycles.worst_case
    assert cycles.ratio == pytest.approx((1.1 * 0.9 * 1.3) ** 0.25)


@given(st.lists(st.integers(500, 2000), min_size=4, max_size=4))
def test_errors_are_never_smaller_than_their_bias(cycles: list[int]) -> None:
    (row, *_) = validate(run_of(*cycles), run_of(1000, 1000, 1000, 1000)).statistics
    assert abs(row.bias) <= row.mean_absolute + 1e-9
    assert row.mean_absolute <= abs(row.worst) + 1e-9


def test_power_is_compared_where_both_know_it() -> None:
    one, other = frame(measurement(run_uj=20)), frame(measurement(run_uj=25))
    metrics = {row.metric: row for row in validate(one, other).statistics}
    assert metrics[Metric.ENERGY].bias == pytest.approx(-20)
    assert metrics[Metric.POWER].bias == pytest.approx(0)
    assert Metric.POWER not in {row.metric for row in validate(frame(measurement()), other).statistics}


def test_another_board_and_clock_is_the_same_case() -> None:
    real = frame(measurement(board="stm32h7", clock_hz=400_000_000, provenance="measured"))
    (cycles, *_) = validate(frame(measurement()), real).statistics
    assert (cycles.cases, cycles.mean_absolute) == (1, 0)


@pytest.mark.parametrize(
    ("limit", "fails"), [("cycles:10%", False), ("cycles:9.9%", True), ("power:99%", True)]
)
def test_a_limit_judges_the_mean_and_what_is_missing(limit: str, fails: bool) -> None:
    validation = validate(run_of(1200, 1000), run_of(1000, 1000))
    assert validation.fails(Limit.parse(limit)) is fails


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"variant": "dsp"}, "variant 'dsp' instead of 'reference'"),
        ({"tuning": {"band_kib": 4}}, "tuning 'band_kib=4' instead of ''"),
        ({"flags": "-O3"}, "flags '-O3' instead of '-O2'"),
        ({"placement": "tcm"}, "placement 'tcm' instead of 'flash'"),
        ({"cache": "off"}, "cache 'off' instead of 'on'"),
        ({"dtype": "float32"}, "dtype 'float32' instead of 'int8'"),
        ({"variant": "dsp", "flags": "-O3"}, "'reference' and flags '-O3'"),
    ],
)
def test_what_is_not_the_same_measured_again_is_named(changes: dict[str, Any], named: str) -> None:
    with pytest.raises(ConfigError, match=re.escape(named)):
        validate(frame(measurement(cycles=[100] * 3, **changes)), frame(measurement(cycles=[907] * 3)))


def test_a_case_of_another_variant_is_left_out_of_the_statistics_and_named() -> None:
    same = measurement(channels=8, variant="dsp", cycles=[1000] * 3)
    tested = frame(same, measurement(channels=16, variant="dsp", cycles=[9000] * 3))
    validation = validate(tested, frame(same, measurement(channels=16, variant="winograd")))
    assert {(row.cases, row.mean_absolute) for row in validation.statistics} == {(1, 0.0)}
    assert validation.mismatch == "variant 'dsp' instead of 'winograd'"
    assert validation.unmatched == validation.mismatched
    assert validation.mismatched[0].endswith("winograd → dsp")


def test_a_reference_that_does_not_say_its_variant_is_taken_at_its_word() -> None:
    known = frame(measurement(cycles=[1000] * 3)).assign(variant="", flags="")
    (cycles, *_) = validate(frame(measurement(cycles=[1100] * 3, flags="-O3")), known).statistics
    assert cycles.bias == pytest.approx(10)


def test_variants_chosen_for_each_problem_need_not_be_told() -> None:
    tested = frame(measurement(channels=8, variant="dsp"), measurement(channels=16, variant="winograd"))
    assert validate(tested, tested.assign(variant="")).statistics[0].cases == 2


def test_cases_that_the_run_does_not_have_are_told() -> None:
    broken = failed(channels=16, status=Status.VERIFY_FAILED, cause="It differs.")
    tested = frame(measurement(channels=8, cycles=[1000] * 3), broken)
    validation = validate(tested, run_of(1000, 1000, 1000))
    assert len(validation.unmatched) == 2
    assert validation.statistics[0].cases == 1


def test_published_figures_need_only_the_case_and_a_figure(tmp_path: Path) -> None:
    path = tmp_path / "published.csv"
    rows = run_of(1000, 2000)
    rows[[*SHAPE, "cycles_median"]].assign(source="a paper").to_csv(path, index=False)
    validation = validate(run_of(1100, 2200), read_published(path))
    (cycles,) = validation.statistics
    assert cycles.cases == 2
    assert cycles.bias == pytest.approx(10)


def test_published_latency_needs_no_clock(tmp_path: Path) -> None:
    path = tmp_path / "published.csv"
    run_of(1000)[[*SHAPE, "latency_us"]].to_csv(path, index=False)
    (latency,) = validate(run_of(1050), read_published(path)).statistics
    assert latency.metric is Metric.LATENCY
    assert latency.bias == pytest.approx(5)


def test_a_whole_results_file_is_a_reference_too(tmp_path: Path) -> None:
    write_csv(run_of(1000), tmp_path / "results.csv")
    assert validate(run_of(1000), read_published(tmp_path / "results.csv")).statistics[0].worst == 0


@pytest.mark.parametrize(
    ("columns", "complaint"),
    [(SHAPE, "no figure to compare with"), (["operator", "cycles_median"], "lacks the column 'dtype'")],
)
def test_a_file_that_says_too_little_is_refused(columns: list[str], complaint: str, tmp_path: Path) -> None:
    path = tmp_path / "published.csv"
    run_of(1000)[list(columns)].to_csv(path, index=False)
    with pytest.raises(ConfigError, match=complaint):
        read_published(path)


def test_a_case_with_a_hole_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "published.csv"
    rows = run_of(1000, 1000)
    rows.loc[1, "stride"] = None
    rows[[*SHAPE, "cycles_median"]].to_csv(path, index=False)
    with pytest.raises(ConfigError, match="row 3, the column 'stride' is empty"):
        read_published(path)


def test_what_one_side_varies_the_other_has_to_tell(tmp_path: Path) -> None:
    path = tmp_path / "published.csv"
    run_of(1000)[[*SHAPE, "cycles_median"]].to_csv(path, index=False)
    both = frame(measurement(flags="-O2"), measurement(flags="-O3"))
    with pytest.raises(ConfigError, match="differ in 'flags', of which the reference says nothing"):
        validate(both, read_published(path))
