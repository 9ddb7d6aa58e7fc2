"""η: matched, interpolated, never extrapolated; only between rows of one setup."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hilbench.efficiency import add_efficiency
from hilbench.efficiency.eta import StandardCost
from hilbench.results import Status
from tests.efficiency.rows import EFFICIENCY, failed, frame, ladder, measurement


def test_every_operator_gets_the_efficiency_it_was_built_with() -> None:
    rows = add_efficiency(frame(*ladder()))
    for column in ("eta_energy", "eta_latency"):
        for operator, group in rows.groupby("operator"):
            assert group[column].to_list() == pytest.approx([EFFICIENCY[str(operator)]] * 4, rel=1e-3)
    assert set(rows["eta_basis"]) == {"matched ±0 %"}


def test_a_few_percent_of_macs_apart_is_matched_and_does_not_shift_eta() -> None:
    rows = add_efficiency(
        frame(measurement(macs=100_000, cycles=[100_000]), measurement("add", macs=108_000, cycles=[216_000]))
    )
    assert rows["eta_latency"].iloc[1] == pytest.approx(0.5)
    assert rows["eta_basis"].iloc[1] == "matched ±7 %"


def test_between_two_standards_the_cost_is_interpolated_in_log_space() -> None:
    rows = add_efficiency(
        frame(
            measurement(macs=10_000, cycles=[20_000]),
            measurement(macs=1_000_000, cycles=[1_000_000]),
            measurement("depthwise_conv2d", macs=100_000, cycles=[1_000_000]),
        )
    )
    assert rows["eta_latency"].iloc[2] == pytest.approx(np.sqrt(20_000 * 1_000_000) / 1_000_000)
    assert rows["eta_basis"].iloc[2] == "interpolated"


@pytest.mark.parametrize("macs", [5_000, 50_000])
def test_beyond_the_standards_nothing_is_extrapolated(macs: int) -> None:
    rows = add_efficiency(
        frame(measurement(macs=10_000), measurement(macs=20_000), measurement("depthwise_conv2d", macs=macs))
    )
    assert np.isnan(rows["eta_latency"].iloc[2])
    assert rows["eta_basis"].iloc[2] == ""


@pytest.mark.parametrize(
    "changes",
    [
        {"dtype": "float32"},
        {"variant": "dsp"},
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
            measurement(macs=40_000),
            measurement(macs=90_000, run_uj=90),
            measurement("depthwise_conv2d", macs=40_000, run_uj=400),
        )
    )
    assert rows["eta_basis"].iloc[3] == "matched ±0 %; energy interpolated"


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
    cost, basis = StandardCost(counts, counts * per_mac).at(macs)
    inside = counts.min() * 0.9 <= macs <= counts.max() * 1.12
    if not basis:
        assert np.isnan(cost)
    else:
        assert inside
        assert per_mac.min() * 0.999 <= cost / macs <= per_mac.max() * 1.001
