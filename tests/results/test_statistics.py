from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hilbench.results.statistics import summarize

samples = st.lists(st.integers(0, 2**32 - 1), min_size=1, max_size=60)


@given(samples)
def test_summary_is_ordered_and_inside_the_samples(values: list[int]) -> None:
    summary = summarize(values)
    assert min(values) == summary.minimum <= summary.ci_low <= summary.median
    assert summary.median <= summary.ci_high <= summary.maximum == max(values)
    assert summary.distinct == len(set(values))
    assert summary.count == len(values)


@given(samples, st.integers(0, 1000))
def test_spread_does_not_move_with_the_samples(values: list[int], shift: int) -> None:
    summary, moved = summarize(values), summarize([value + shift for value in values])
    assert moved.mad == summary.mad
    assert moved.median == summary.median + shift


def test_median_and_mad_of_a_worked_example() -> None:
    summary = summarize([1, 1, 2, 2, 4, 6, 9])
    assert (summary.median, summary.mad) == (2, 1)


def test_the_interval_is_the_same_every_time() -> None:
    values = list(range(30))
    assert summarize(values) == summarize(values)


def test_a_quiet_board_has_an_interval_of_no_width() -> None:
    summary = summarize([480] * 10)
    assert (summary.ci_low, summary.ci_high, summary.mad, summary.distinct) == (480, 480, 0, 1)


def test_interval_covers_the_true_median_about_95_times_in_a_hundred() -> None:
    draws = np.random.default_rng(7).normal(100, 5, size=(200, 25))
    covered = sum(s.ci_low <= 100 <= s.ci_high for s in (summarize(list(row)) for row in draws))
    assert 180 <= covered <= 199


def test_outliers_are_flagged_by_degree_and_stay_in() -> None:
    summary = summarize([10, 11, 12, 13, 14, 15, 16, 23, 90])
    assert summary.mild_outliers == (7, 8)
    assert summary.extreme_outliers == (8,)
    assert summary.maximum == 90


@pytest.mark.parametrize(
    ("sample", "mild", "extreme"),
    [
        (6, (), ()),
        (6.5, (4,), ()),
        (9, (4,), ()),
        (9.5, (4,), (4,)),
        (-2, (), ()),
        (-2.5, (4,), ()),
        (-5.5, (4,), (4,)),
    ],
)
def test_a_sample_on_a_fence_is_no_outlier(
    sample: float, mild: tuple[int, ...], extreme: tuple[int, ...]
) -> None:
    """Quartiles 1 and 3, so that the fences are at -2 and 6, and at -5 and 9."""
    summary = summarize([0, 1, 2, 3, sample] if sample > 0 else [1, 2, 3, 4, sample])
    assert (summary.mild_outliers, summary.extreme_outliers) == (mild, extreme)


def test_no_samples_is_an_error() -> None:
    with pytest.raises(ValueError, match="no samples"):
        summarize([])
