from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hilbench.calibration.fit import Estimate, Vector, fit
from hilbench.chips import Effect, Parameter

_ROWS = np.array([[3.0, 0.0], [0.0, 2.0], [1.0, 1.0], [5.0, 1.0], [1.0, 4.0]])


def parameters(count: int = 2, lower: float = 0.0, upper: float = 10.0) -> list[Parameter]:
    names = [f"p{index}" for index in range(count)]
    return [Parameter(name, Effect.TIME, (lower + upper) / 2, lower, upper) for name in names]


def straight(values: Vector) -> Vector:
    """A model as those of cycles are: so much in any case, and so much a parameter."""
    expected: Vector = 50 + _ROWS @ values
    return expected


def estimates(truth: Vector, noise: Vector | float = 0.0) -> tuple[Estimate, ...]:
    measured = straight(truth) * (1 + noise)
    return fit(straight, measured, np.full(len(_ROWS), 0.01), parameters())


@given(st.tuples(st.floats(0, 10), st.floats(0, 10)))
def test_what_the_model_would_say_is_found_again(truth: tuple[float, float]) -> None:
    found = estimates(np.array(truth))
    for estimate, value in zip(found, truth, strict=True):
        assert estimate.identified
        assert estimate.value == pytest.approx(value, abs=0.01)


@given(st.integers(0, 2**32 - 1))
def test_under_noise_the_truth_lies_within_a_few_standard_errors(seed: int) -> None:
    def often(values: Vector) -> Vector:
        return np.tile(straight(values), 8)

    truth = np.array([4.0, 7.0])
    measured = often(truth) * (1 + np.random.default_rng(seed).normal(0, 0.002, 8 * len(_ROWS)))
    found = fit(often, measured, np.full(len(measured), 0.01), parameters())
    for estimate, value in zip(found, truth, strict=True):
        assert abs(estimate.value - value) < 6 * estimate.standard_error


def test_noise_makes_less_sure() -> None:
    truth = np.array([4.0, 7.0])
    noise = 0.01 * np.array([1, -1, 1, -1, 1])
    quiet, loud = estimates(truth)[0], estimates(truth, noise)[0]
    assert loud.standard_error > 5 * quiet.standard_error


def test_a_parameter_that_shows_nowhere_stays_and_is_not_claimed() -> None:
    def blind(values: Vector) -> Vector:
        expected: Vector = 50 + _ROWS[:, 0] * values[0]
        return expected

    truth = np.array([2.0, 9.0])
    seen, unseen = fit(blind, blind(truth), np.full(5, 0.01), parameters())
    assert seen.identified
    assert not unseen.identified
    assert unseen.value == unseen.parameter.default
    assert unseen.standard_error == pytest.approx(unseen.parameter.range)


def test_of_two_that_show_in_the_same_only_the_sum_is_found() -> None:
    def twins(values: Vector) -> Vector:
        expected: Vector = 50 + _ROWS[:, 0] * (values[0] + values[1])
        return expected

    found = fit(twins, twins(np.array([1.0, 6.0])), np.full(5, 0.01), parameters())
    assert not any(estimate.identified for estimate in found)
    assert sum(estimate.value for estimate in found) == pytest.approx(7.0, abs=0.01)


def test_values_stay_where_they_make_sense() -> None:
    found = fit(straight, straight(np.array([14.0, -3.0])), np.full(5, 0.01), parameters())
    for estimate in found:
        assert estimate.parameter.lower <= estimate.value <= estimate.parameter.upper
    assert found[0].value > 9.9
