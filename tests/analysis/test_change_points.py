"""Change points: found where a level moves, and rarely where it does not."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hilbench.analysis.change_points import change_points


@pytest.mark.parametrize("count", [5, 8, 10, 20, 50, 100])
def test_noise_alone_is_rarely_cut(count: int) -> None:
    noise = np.random.default_rng(count).normal(0, 0.01, (300, count))
    assert np.mean([bool(change_points(list(np.exp(series)))) for series in noise]) < 0.03


def test_a_regression_and_its_revert_are_both_found() -> None:
    noise = np.random.default_rng(1).normal(0, 0.002, 30)
    levels = np.repeat([1.0, 1.03, 1.0], 10)
    assert change_points(list(1000 * levels * np.exp(noise))) == (10, 20)


def test_the_last_run_alone_can_be_a_change() -> None:
    noise = np.random.default_rng(2).normal(0, 0.002, 20)
    assert change_points([*(1000 * np.exp(noise)), 1100]) == (20,)


def test_noise_that_the_values_state_hides_what_is_smaller() -> None:
    values = [100.0] * 5 + [101.0] * 5
    assert change_points(values) == (5,)
    assert change_points(values, stated=0.01) == ()


@given(st.lists(st.integers(1, 10**9), min_size=1, max_size=30))
def test_each_difference_of_exact_figures_is_a_change(values: list[int]) -> None:
    found = change_points(values, exact=True)
    assert found == tuple(place for place, (a, b) in enumerate(pairwise(values), 1) if a != b)


@given(st.lists(st.floats(1, 1e6), min_size=2, max_size=20), st.floats(1e-3, 1e3))
def test_the_unit_does_not_matter(values: list[float], factor: float) -> None:
    scaled = [value * factor for value in values]
    assert change_points(scaled, stated=0.01) == change_points(values, stated=0.01)
