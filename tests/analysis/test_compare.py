"""Two runs: pairing, ratios with intervals, limits."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hilbench.analysis import Change, Limit, Metric, compare
from hilbench.errors import ConfigError
from hilbench.results import Measurement, Status
from hilbench.results.columns import COLUMNS
from hilbench.results.csv_file import read_csv, write_csv
from tests.analysis.rows import failed, frame, ladder, measurement


def _only(changes: tuple[Change, ...], metric: Metric) -> Change:
    (change,) = (change for change in changes if change.metric is metric)
    return change


def test_a_run_beside_itself_changes_nothing() -> None:
    rows = frame(*ladder(("int8", "float32")))
    comparison = compare(rows, rows)
    assert {change.ratio for change in comparison.changes} == {1.0}
    assert comparison.overall(Metric.CYCLES) == pytest.approx(1.0)
    assert comparison.regressions([Limit(metric, 0.0) for metric in Metric]) == ()
    assert comparison.broken == comparison.only_base == comparison.only_new == ()


def test_each_metric_has_its_own_ratio() -> None:
    base = frame(measurement(cycles=[1000] * 5, run_uj=10, code_bytes=100, stack_bytes=50))
    new = frame(measurement(cycles=[1100] * 5, run_uj=9, code_bytes=120, stack_bytes=50))
    ratios = {change.metric: change.ratio for change in compare(base, new).changes}
    expected = {"cycles": 1.1, "latency": 1.1, "energy": 0.9, "code": 1.2, "stack": 1.0, "power": 1.0}
    assert ratios == pytest.approx(expected)


def test_latency_knows_of_the_clocks() -> None:
    base = frame(measurement(cycles=[1000] * 5, clock_hz=480_000_000))
    new = frame(measurement(cycles=[1000] * 5, clock_hz=240_000_000))
    change = _only(compare(base, new).changes, Metric.LATENCY)
    assert (change.ratio, change.low, change.high) == pytest.approx((2, 2, 2))


def test_what_differs_between_runs_but_not_within_them_is_compared() -> None:
    base = frame(*ladder(toolchain="gcc 12.2.1"))
    new = frame(*ladder(toolchain="clang 20.1"))
    comparison = compare(base, new)
    assert comparison.only_base == ()
    assert len([change for change in comparison.changes if change.metric is Metric.CYCLES]) == 16


def test_what_a_run_sweeps_tells_its_rows_apart() -> None:
    both = frame(measurement(cycles=[1000]), measurement(cycles=[2000], flags="-O0"))
    comparison = compare(both, both)
    assert {change.ratio for change in comparison.changes} == {1.0}
    assert {change.case.rpartition(" · ")[2] for change in comparison.changes} == {"-O2", "-O0"}


TWINS = (measurement(cycles=[1000] * 3), measurement(cycles=[2000] * 3, padding="valid"))
"""Two problems that differ in padding alone."""
TUNED = tuple(
    measurement(variant="dsp", tuning={"band_kib": kib}, cycles=[1000 * kib] * 3) for kib in (1, 2, 3)
)
"""One kernel in three tunings."""


@pytest.mark.parametrize("rows", [TWINS, TUNED], ids=["padding", "tuning"])
def test_rows_are_paired_by_what_they_are_and_not_by_their_order(rows: tuple[Measurement, ...]) -> None:
    comparison = compare(frame(*rows), frame(*reversed(rows)))
    assert {change.ratio for change in comparison.changes} == {1.0}
    assert comparison.only_base == comparison.only_new == ()
    assert len({change.case for change in comparison.changes}) == len(rows)


@pytest.mark.parametrize("rows", [TWINS, TUNED], ids=["padding", "tuning"])
def test_files_of_earlier_versions_are_paired_in_any_order_too(
    rows: tuple[Measurement, ...], tmp_path: Path
) -> None:
    later = list(COLUMNS)[list(COLUMNS).index("case") :]
    for name, order in (("base", rows), ("new", rows[::-1])):
        table = frame(*order)
        variant = (table["variant"] + " " + table["tuning"]).str.strip()
        table[list(COLUMNS)].assign(variant=variant).drop(columns=later).to_csv(tmp_path / f"{name}.csv")
    for other in (read_csv(tmp_path / "base.csv"), frame(*rows)):
        comparison = compare(other, read_csv(tmp_path / "new.csv"))
        assert {change.ratio for change in comparison.changes} == {1.0}
        assert comparison.only_base == comparison.only_new == ()


def test_a_variant_chosen_for_each_problem_is_no_part_of_the_case() -> None:
    base = frame(measurement(variant="dsp"), measurement(channels=16, variant="winograd", cycles=[1000] * 3))
    new = frame(measurement(variant="dsp"), measurement(channels=16, variant="dsp", cycles=[1200] * 3))
    comparison = compare(base, new)
    assert comparison.only_base == comparison.only_new == ()
    (change,) = comparison.regressions([Limit.parse("cycles:3%")])
    assert change.ratio == pytest.approx(1.2)
    assert change.case.endswith("winograd → dsp")


def test_a_choice_that_changed_beside_the_reference_is_compared_and_not_lost() -> None:
    plain = measurement(cycles=[9000] * 3)
    base = frame(plain, measurement(variant="winograd", cycles=[1000] * 3))
    new = frame(measurement(variant="dsp", cycles=[1500] * 3), plain)
    comparison = compare(base, new)
    ratios = {change.case: change.ratio for change in comparison.changes if change.metric is Metric.CYCLES}
    assert sorted(ratios.values()) == [1.0, 1.5]
    assert comparison.only_base == comparison.only_new == ()
    assert max(ratios, key=ratios.__getitem__).endswith("winograd → dsp")


def test_of_several_kernels_that_are_gone_the_fastest_stands_for_the_fastest() -> None:
    base = frame(*(measurement(variant=name, cycles=[count] * 3) for name, count in (("a", 300), ("b", 200))))
    new = frame(measurement(variant="a", cycles=[300] * 3), measurement(variant="c", cycles=[100] * 3))
    comparison = compare(base, new)
    assert {
        c.case.rpartition(" · ")[2]: c.ratio for c in comparison.changes if c.metric is Metric.CYCLES
    } == {
        "a": 1.0,
        "b → c": 0.5,
    }


def test_a_kernel_that_was_tuned_anew_stands_for_itself_however_fast() -> None:
    base, new = (
        frame(
            measurement(cycles=[900] * 3),
            measurement(variant="dsp", tuning={"band_kib": kib}, cycles=[dsp] * 3),
            measurement(variant="winograd", tuning={"band_kib": kib}, cycles=[500 - dsp] * 3),
        )
        for kib, dsp in ((4, 300), (8, 200))
    )
    cycles = [change for change in compare(base, new).changes if change.metric is Metric.CYCLES]
    assert [change.ratio for change in cycles] == [1, 200 / 300, 300 / 200]
    assert cycles[1].case.endswith("dsp · band_kib=4 → band_kib=8")


def test_rows_taken_out_of_a_run_are_paired_too() -> None:
    rows = frame(*(measurement(channels=count, cycles=[1000 * count] * 3) for count in (4, 8, 16)))
    comparison = compare(rows[rows["in_c"] > 4], rows[rows["in_c"] != 8])
    assert {change.ratio for change in comparison.changes} == {1.0}
    assert len(comparison.only_base) == len(comparison.only_new) == 1


def test_a_kernel_that_is_gone_from_a_run_of_all_is_missing() -> None:
    rows = [measurement(variant=name, cycles=[9000] * 3) for name in ("reference", "dsp", "winograd")]
    comparison = compare(frame(*rows), frame(*rows[:2]))
    (lost,) = comparison.only_base
    assert lost.endswith("winograd")


def test_what_was_not_measured_before_cannot_be_missing() -> None:
    base = frame(measurement(), failed(channels=16, status=Status.SKIPPED, cause="It is too large."))
    comparison = compare(base, frame(measurement()))
    assert comparison.only_base == comparison.broken == ()


def test_a_figure_that_is_gone_is_a_gap() -> None:
    comparison = compare(frame(measurement(run_uj=10)), frame(measurement()))
    assert {gap.metric for gap in comparison.gaps} == {Metric.ENERGY, Metric.POWER}
    assert comparison.unmeasured([Limit.parse("cycles:3%")]) == ()
    assert [gap.metric for gap in comparison.unmeasured([Limit.parse("energy:3%")])] == [Metric.ENERGY]


def test_what_is_compared_is_named() -> None:
    base = frame(*ladder(flags="-O2", toolchain="gcc 12.2.1"))
    new = frame(*ladder(flags="-O3", toolchain="gcc 12.2.1", variant="dsp"))
    assert [str(contrast) for contrast in compare(base, new).contrasts] == [
        "variant reference → dsp",
        "flags -O2 → -O3",
    ]
    assert compare(base, base).contrasts == ()


def test_what_one_of_the_runs_varies_is_not_what_is_compared() -> None:
    both = frame(measurement(flags="-O2"), measurement(flags="-O3"))
    comparison = compare(frame(measurement(flags="-O2")), both)
    assert comparison.contrasts == ()
    assert len(comparison.only_new) == 1


def test_cases_that_fail_now_or_are_not_in_both_are_listed() -> None:
    base = frame(measurement(), measurement("add"), measurement("depthwise_conv2d"))
    new = frame(
        failed(status=Status.VERIFY_FAILED, cause="Output 3 differs."),
        measurement("add"),
        measurement("pointwise_conv2d"),
    )
    comparison = compare(base, new)
    assert [case.split()[0] for case in comparison.broken] == ["conv2d"]
    assert [case.split()[0] for case in comparison.only_base] == ["depthwise_conv2d"]
    assert [case.split()[0] for case in comparison.only_new] == ["pointwise_conv2d"]


def test_noise_is_no_regression_and_a_shift_is() -> None:
    noise = np.random.default_rng(5).normal(0, 60, size=(3, 40)).astype(int)
    quiet, noisy, slower = (1000 + row for row in noise)
    limit = [Limit.parse("cycles:0%")]
    base = frame(measurement(cycles=quiet.tolist()))
    same = compare(base, frame(measurement(cycles=noisy.tolist())))
    worse = compare(base, frame(measurement(cycles=(slower + 200).tolist())))
    assert same.regressions(limit) == ()
    (change,) = worse.regressions(limit)
    assert 1 < change.low < change.ratio < change.high


def test_a_change_within_what_layouts_make_of_a_case_is_no_regression() -> None:
    limit = Limit(Metric.CYCLES, 0.02)
    base = measurement(cycles=[1000] * 5)
    spread = replace(base, layouts=((1080,) * 5,))
    slower = frame(replace(base, cycles=(1050,) * 5))
    assert len(compare(frame(base), slower).regressions([limit])) == 1
    assert compare(frame(spread), slower).regressions([limit]) == ()


@pytest.mark.parametrize(
    ("base", "new", "bounds"),
    [
        ((1000, 1000), (1000, 1000), (1.0, 1.0)),
        ((800, 1000), (1000, 1000), (1.0, 1.25)),
        ((1000, 1250), (1000, 1000), (0.8, 1.0)),
        ((1000, 1000), (900, 1000), (0.9, 1.0)),
        ((1000, 1000), (1000, 1100), (1.0, 1.1)),
    ],
)
def test_without_samples_the_ends_of_both_intervals_bound_the_ratio(
    base: tuple[int, int], new: tuple[int, int], bounds: tuple[float, float]
) -> None:
    """A base that may be smaller makes the ratio larger, and the other way round."""
    rows = [
        frame(measurement(cycles=[1000] * 5))
        .drop(columns="samples")
        .assign(cycles_ci_low=float(low), cycles_ci_high=float(high))
        for low, high in (base, new)
    ]
    change = _only(compare(*rows).changes, Metric.CYCLES)
    assert (change.low, change.high) == pytest.approx(bounds)


def test_a_csv_gives_nearly_the_interval_that_the_samples_give(tmp_path: Path) -> None:
    draws = np.random.default_rng(7).normal(10_000, 100, size=(2, 50)).astype(int)
    frames = [frame(measurement(cycles=row.tolist())) for row in draws]
    for index, rows in enumerate(frames):
        write_csv(rows, tmp_path / f"{index}.csv")
    sampled = _only(compare(*frames).changes, Metric.CYCLES)
    printed = _only(
        compare(read_csv(tmp_path / "0.csv"), read_csv(tmp_path / "1.csv")).changes, Metric.CYCLES
    )
    assert printed.ratio == sampled.ratio
    assert (printed.low, printed.high) == pytest.approx((sampled.low, sampled.high), abs=0.005)


@given(st.floats(0.5, 2), st.floats(0, 0.5))
def test_a_limit_is_exceeded_only_beyond_it(ratio: float, growth: float) -> None:
    change = Change("case", Metric.CODE, 1000, 1000 * ratio, float("nan"), float("nan"))
    assert change.beyond(Limit(Metric.CODE, growth)) == (change.ratio > 1 + growth)
    assert not change.beyond(Limit(Metric.STACK, growth))


@pytest.mark.parametrize(
    ("new", "low", "regression"),
    [
        (104.0, 1.001, True),
        (104.0, 1.0, False),
        (104.0, 0.999, False),
        (104.0, float("nan"), True),
        (103.0, 1.01, False),
        (100.0, 1.0, False),
    ],
)
def test_a_regression_is_more_than_the_limit_and_more_than_noise(
    new: float, low: float, regression: bool
) -> None:
    change = Change("case", Metric.CYCLES, base=100.0, new=new, low=low, high=1.1)
    assert change.beyond(Limit(Metric.CYCLES, 0.03)) == regression


@pytest.mark.parametrize("text", ["cycles", "cycles:", "cycles:3", "speed:3%", "cycles:-3%", ""])
def test_a_limit_that_cannot_be_read_is_refused_by_name(text: str) -> None:
    with pytest.raises(ConfigError, match=r"metric|limit"):
        Limit.parse(text)


def test_limits_read_fractions_of_percent() -> None:
    assert Limit.parse("energy:2.5 %") == Limit(Metric.ENERGY, 0.025)
