"""η: the best against the best; matched, interpolated, never extrapolated; only under the same conditions."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hilbench.analysis import add_efficiency
from hilbench.analysis.standard import StandardCost
from hilbench.results import Status
from tests.analysis.rows import EFFICIENCY, failed, frame, ladder, measurement


def test_every_operator_gets_the_efficiency_it_was_built_with() -> None:
    rows = add_efficiency(frame(*ladder()))
    for column in ("eta_energy", "eta_latency"):
        for operator, group in rows.groupby("operator"):
            assert group[column].to_list() == pytest.approx([EFFICIENCY[str(operator)]] * 4, rel=1e-3)
    assert set(rows["eta_basis"].str.partition(" (")[0]) == {"matched ±0 %"}
    assert rows["eta_basis"].iloc[-1] == "matched ±0 % (16x16x32->32 k3x3 same relu reference)"


def test_a_few_percent_of_macs_apart_is_matched_and_does_not_shift_eta() -> None:
    rows = add_efficiency(
        frame(measurement(macs=100_000, cycles=[100_000]), measurement("add", macs=108_000, cycles=[216_000]))
    )
    assert rows["eta_latency"].iloc[1] == pytest.approx(0.5)
    assert rows["eta_basis"].iloc[1].startswith("matched ±7 %")


def test_between_two_standards_the_cost_is_interpolated_in_log_space() -> None:
    rows = add_efficiency(
        frame(
            measurement(macs=10_000, cycles=[20_000]),
            measurement(macs=1_000_000, cycles=[1_000_000], channels=16),
            measurement(macs=9_000_000, cycles=[1_000_000], channels=32),
            measurement("depthwise_conv2d", macs=100_000, cycles=[1_000_000]),
        )
    )
    assert rows["eta_latency"].iloc[3] == pytest.approx(np.sqrt(20_000 * 1_000_000) / 1_000_000)
    assert rows["eta_basis"].iloc[3] == (
        "interpolated (16x16x8->8 k3x3 same relu reference | 16x16x16->16 k3x3 same relu reference)"
    )


@pytest.mark.parametrize("macs", [5_000, 50_000])
def test_beyond_the_standards_nothing_is_extrapolated(macs: int) -> None:
    rows = add_efficiency(
        frame(
            measurement(macs=10_000),
            measurement(macs=20_000, channels=16),
            measurement("depthwise_conv2d", macs=macs),
        )
    )
    assert np.isnan(rows["eta_latency"].iloc[2])
    assert rows["eta_basis"].iloc[2] == ""


@pytest.mark.parametrize(
    "changes",
    [
        {"dtype": "float32"},
        {"toolchain": "clang 20"},
        {"flags": "-O3"},
        {"placement": "tcm"},
        {"board": "stm32h7"},
        {"clock_hz": 400_000_000},
    ],
    ids=lambda changes: next(iter(changes)),
)
def test_a_standard_of_another_setup_does_not_count(changes: dict[str, Any]) -> None:
    rows = add_efficiency(frame(measurement(), measurement("depthwise_conv2d", **changes)))
    assert np.isnan(rows["eta_latency"].iloc[1])


def test_without_a_meter_there_is_latency_efficiency_only() -> None:
    rows = add_efficiency(frame(*ladder(energy=False)))
    assert rows["eta_energy"].isna().all()
    assert rows["eta_latency"].notna().all()


def test_energy_found_in_another_way_says_so() -> None:
    rows = add_efficiency(
        frame(
            measurement(macs=10_000, run_uj=10),
            measurement(macs=40_000, channels=16),
            measurement(macs=90_000, run_uj=90, channels=32),
            measurement("depthwise_conv2d", macs=40_000, run_uj=400),
        )
    )
    assert re.sub(r" \([^)]*\)", "", rows["eta_basis"].iloc[3]) == "matched ±0 %; energy interpolated"


def test_failed_rows_and_operators_without_weights_have_none() -> None:
    rows = add_efficiency(
        frame(
            measurement(),
            failed("depthwise_conv2d", status=Status.VERIFY_FAILED, cause="Output 0 differs."),
            measurement("max_pool2d", weight_bytes=0),
        )
    )
    assert rows["eta_latency"].isna().to_list() == [False, True, True]
    assert rows["eta_basis"].to_list()[1:] == ["", ""]


def test_the_given_frame_stays_as_it_was() -> None:
    given_frame = frame(*ladder())
    add_efficiency(given_frame)
    assert given_frame["eta_latency"].isna().all()


def test_the_best_is_compared_with_the_best() -> None:
    """Under `auto` and `all`: each problem by its fastest variant, whatever those are called."""
    dsp = measurement("depthwise_conv2d", macs=10_000, cycles=[24_000], variant="dsp")
    rows = add_efficiency(
        frame(
            measurement(macs=10_000, cycles=[90_000], channels=4),
            measurement(macs=10_000, cycles=[10_000], channels=4, variant="winograd"),
            measurement(macs=10_000, cycles=[14_000], channels=6, variant="dsp"),
            measurement("depthwise_conv2d", macs=10_000, cycles=[80_000]),
            dsp,
            measurement(
                "depthwise_conv2d", macs=10_000, cycles=[24_000], variant="dsp", tuning={"band_kib": 4}
            ),
        )
    )
    expected = [np.nan, 1.2, 12_000 / 14_000, np.nan, 0.5, np.nan]
    assert rows["eta_latency"].to_list() == pytest.approx(expected, nan_ok=True)
    standard = "matched ±0 % (16x16x4->4 k3x3 same relu winograd, 16x16x6->6 k3x3 same relu dsp)"
    assert rows["eta_basis"].to_list() == [
        "winograd is faster",
        standard,
        standard,
        "dsp is faster",
        standard,
        "dsp is as fast",
    ]


def test_the_variant_with_the_least_energy_may_be_another_than_the_fastest() -> None:
    rows = add_efficiency(
        frame(
            measurement(macs=10_000, cycles=[10_000], run_uj=9),
            measurement(macs=10_000, cycles=[12_000], run_uj=6, variant="dsp"),
            measurement("depthwise_conv2d", macs=10_000, cycles=[20_000], run_uj=12),
            measurement("depthwise_conv2d", macs=10_000, cycles=[30_000], run_uj=12, variant="dsp"),
        )
    )
    assert rows["eta_latency"].to_list() == pytest.approx([1, np.nan, 0.5, np.nan], nan_ok=True)
    assert rows["eta_energy"].to_list() == pytest.approx([np.nan, 1, 0.5, np.nan], nan_ok=True)
    by_time = "matched ±0 % (16x16x8->8 k3x3 same relu reference)"
    by_energy = "matched ±0 % (16x16x8->8 k3x3 same relu dsp)"
    assert rows["eta_basis"].to_list() == [
        f"{by_time}; dsp takes less energy",
        f"reference is faster; energy {by_energy}",
        f"{by_time}; energy {by_energy}",
        "reference is faster; reference takes as little energy",
    ]


def test_the_efficiency_within_a_variant_has_columns_of_its_own() -> None:
    rows = add_efficiency(
        frame(
            measurement(macs=10_000, cycles=[90_000], run_uj=9),
            measurement(macs=10_000, cycles=[10_000], run_uj=1, variant="dsp"),
            measurement("depthwise_conv2d", macs=10_000, cycles=[180_000], run_uj=36),
            measurement("depthwise_conv2d", macs=10_000, cycles=[40_000], run_uj=2, variant="dsp"),
            measurement("depthwise_conv2d", macs=10_000, variant="scalar"),
        )
    )
    latency, energy = rows["eta_latency_same_variant"], rows["eta_energy_same_variant"]
    assert latency.to_list() == pytest.approx([1, 1, 0.5, 0.25, np.nan], nan_ok=True)
    assert energy.to_list() == pytest.approx([1, 1, 0.25, 0.5, np.nan], nan_ok=True)


def test_a_file_without_digests_holds_rows_apart_that_differ_in_nothing_it_says() -> None:
    twins = frame(measurement(cycles=[1000]), measurement(cycles=[2000], padding="valid"))
    old = twins.assign(problem="", padding="")
    assert add_efficiency(old)["eta_latency"].notna().all()


@pytest.mark.parametrize(
    ("macs", "basis"), [(9000, "matched ±10 % (a)"), (9255, "matched ±7 % (a)"), (8999, "")]
)
def test_ten_percent_of_macs_apart_is_the_most_that_is_matched(macs: int, basis: str) -> None:
    cost, found = StandardCost(np.array([float(macs)]), np.array([2.0 * macs]), ("a",)).at(10_000)
    assert found == basis
    assert cost == pytest.approx(20_000 if basis else np.nan, nan_ok=True)


def test_rows_of_an_unknown_clock_are_of_one_clock() -> None:
    rows = frame(measurement(run_uj=1), measurement("depthwise_conv2d", run_uj=2))
    rows["clock_hz"] = pd.NA
    assert add_efficiency(rows)["eta_energy"].to_list() == [1.0, 0.5]


def test_an_energy_of_nothing_is_none() -> None:
    rows = frame(measurement(run_uj=1), measurement("depthwise_conv2d", run_uj=2)).assign(
        energy_uj=[1.0, 0.0]
    )
    found = add_efficiency(rows)
    for column in ("eta_energy", "eta_energy_same_variant"):
        assert found[column].to_list() == pytest.approx([1, np.nan], nan_ok=True)


def test_one_byte_of_weights_multiplies_and_unknown_weights_do_not() -> None:
    rows = frame(*(measurement(name, weight_bytes=1) for name in ("conv2d", "add", "depthwise_conv2d")))
    rows.loc[1, "weight_bytes"] = pd.NA
    assert add_efficiency(rows)["eta_latency"].isna().to_list() == [False, True, False]


def test_rows_of_equal_macs_count_as_their_median_where_it_is_interpolated() -> None:
    standard = StandardCost(
        np.array([100.0, 100.0, 100.0, 10_000.0]), np.array([1.0, 4.0, 100.0, 900.0]), ("a", "b", "c", "d")
    )
    cost, basis = standard.at(1000)
    assert cost == pytest.approx(60)
    assert basis == "interpolated (a, b, c | d)"


@given(
    st.lists(st.tuples(st.integers(1_000, 10_000_000), st.floats(0.1, 10)), min_size=1, max_size=8),
    st.integers(1_000, 10_000_000),
)
def test_a_cost_stays_between_what_the_standards_cost_per_mac(
    standards: list[tuple[int, float]], macs: int
) -> None:
    standards.sort()
    counts = np.array([count for count, _ in standards], dtype=np.float64)
    per_mac = np.array([cost for _, cost in standards])
    cost, basis = StandardCost(counts, counts * per_mac, ("",) * len(counts)).at(macs)
    inside = counts.min() * 0.9 <= macs <= counts.max() * 1.12
    if not basis:
        assert np.isnan(cost)
    else:
        assert inside
        assert per_mac.min() * 0.999 <= cost / macs <= per_mac.max() * 1.001
