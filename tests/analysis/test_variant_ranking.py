"""Variants of one problem against each other, and what they gain over plain C."""

from __future__ import annotations

import math

import pandas as pd
import pytest

from hilbench.analysis import best, gains, overall_gain, variant_rankings
from hilbench.results import Status
from tests.analysis.rows import failed, frame, measurement


def test_the_fastest_variant_wins_its_shape() -> None:
    rows = frame(
        measurement(cycles=(400,) * 3),
        measurement(cycles=(100,) * 3, variant="winograd"),
        measurement(cycles=(250,) * 3, variant="dsp"),
        measurement(operator="depthwise_conv2d", cycles=(10,) * 3),
    )
    (ranking,) = variant_rankings(rows)
    assert [row["variant"] for row in ranking.rows] == ["winograd", "dsp", "reference"]
    assert ranking.lead == 2.5
    assert ranking.configuration == ""


def test_variants_built_differently_do_not_compete() -> None:
    rows = frame(
        measurement(cycles=(400,) * 3, flags="-O2"),
        measurement(cycles=(300,) * 3, flags="-O2", variant="dsp"),
        measurement(cycles=(200,) * 3, flags="-O3"),
    )
    (ranking,) = variant_rankings(rows)
    assert (ranking.configuration, ranking.winner["variant"]) == ("-O2", "dsp")


def test_rows_that_do_not_tell_a_clock_compete() -> None:
    rows = frame(measurement(cycles=(400,) * 3), measurement(cycles=(300,) * 3, variant="dsp"))
    (ranking,) = variant_rankings(rows.assign(clock_hz=math.nan))
    assert ranking.winner["variant"] == "dsp"


def test_a_tuning_competes_with_another() -> None:
    tuned = [measurement(variant="dsp", tuning={"band_kib": kib}, cycles=(100 * kib,) * 3) for kib in (2, 1)]
    (ranking,) = variant_rankings(frame(*tuned))
    assert [row["tuning"] for row in ranking.rows] == ["band_kib=1", "band_kib=2"]


def test_contests_come_in_the_order_of_the_run_whatever_the_clock() -> None:
    variants = ("dsp", "reference")
    rows = frame(*(measurement(name, variant=one) for name in ("mul", "add", "mean") for one in variants))
    rows["clock_hz"] = pd.NA
    assert [ranking.winner["operator"] for ranking in variant_rankings(rows)] == ["mul", "add", "mean"]


def test_problems_that_differ_in_padding_alone_do_not_compete() -> None:
    rows = [measurement(variant="dsp"), measurement(padding="valid")]
    assert variant_rankings(frame(*rows)) == ()
    assert len(best(frame(*rows), "cycles_median")) == 2


def test_the_best_is_verified_and_of_equals_the_first() -> None:
    rows = frame(
        measurement(cycles=(400,) * 3),
        measurement(cycles=(300,) * 3, variant="dsp"),
        measurement(cycles=(300,) * 3, variant="scalar"),
        failed(variant="winograd", status=Status.VERIFY_FAILED, cause="It differs."),
        measurement(cycles=(900,) * 3, flags="-O0"),
    )
    assert best(rows, "cycles_median").index.to_list() == [1, 4]
    assert best(rows, "energy_uj").empty
    assert best(rows[:3].assign(energy_uj=[3.0, 2.0, 0.0]), "energy_uj").index.to_list() == [1]


def test_the_gain_is_the_reference_s_cost_by_the_least() -> None:
    rows = frame(
        measurement(cycles=(800,) * 3, run_uj=9),
        measurement(cycles=(100,) * 3, run_uj=4, variant="dsp"),
        measurement(cycles=(200,) * 3, run_uj=1, variant="winograd"),
        measurement(cycles=(400,) * 3, channels=16),
        measurement(cycles=(200,) * 3, channels=16, variant="dsp"),
        measurement("add", cycles=(30,) * 3),
        measurement("add", cycles=(40,) * 3, variant="dsp"),
        measurement("mean", cycles=(30,) * 3),
        measurement("mul", cycles=(30,) * 3, variant="dsp"),
    )
    convolution, addition = gains(rows)
    assert (convolution.operator, convolution.problems, convolution.winners) == ("conv2d", 2, ("dsp",))
    assert (convolution.least, convolution.most) == (2.0, 8.0)
    assert convolution.speed == pytest.approx(4.0)
    assert convolution.energy == pytest.approx(9.0)
    assert (addition.operator, addition.speed, addition.winners) == ("add", 1.0, ("reference",))
    assert math.isnan(addition.energy)
    overall = overall_gain(rows)
    assert overall is not None
    assert overall.problems == 3
    assert overall.speed == pytest.approx(16 ** (1 / 3))


def test_gains_are_told_by_setting() -> None:
    rows = [
        measurement(dtype=dtype, variant=variant, cycles=(count,) * 3)
        for dtype, variant, count in (
            ("int8", "reference", 900),
            ("int8", "dsp", 100),
            ("float32", "reference", 300),
            ("float32", "dsp", 100),
        )
    ]
    found = gains(frame(*rows))
    assert [gain.setting for gain in found] == ["int8", "float32"]
    assert [gain.speed for gain in found] == pytest.approx([9, 3])


def test_a_run_without_the_reference_or_without_kernels_has_no_gain() -> None:
    kernels = [measurement(variant=name) for name in ("dsp", "winograd")]
    assert overall_gain(frame(*kernels)) is None
    assert gains(frame(measurement())) == ()
