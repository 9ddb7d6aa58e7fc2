"""Energy of parts of a run, from the samples of many runs."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hilbench.power import Edge, PowerTrace
from hilbench.power.folding import energy_of_parts

VOLTS = 3.3
IDLE = 7
"""Samples before and behind the window, at a current that must not count."""


def repeated(run: list[float], iterations: int) -> tuple[PowerTrace, Edge, Edge]:
    """A window of runs, each with these currents in A, a sample each, at 1 kS/s."""
    current = np.concatenate([np.full(IDLE, 9.0), np.tile(run, iterations), np.full(IDLE, 9.0)])
    edges = Edge(IDLE, rising=False), Edge(IDLE + len(run) * iterations, rising=True)
    return PowerTrace(current, np.full(len(current), VOLTS), 1000.0, edges), *edges


def test_each_part_has_its_own_energy() -> None:
    trace, start, stop = repeated([0.1, 0.1, 0.1, 0.5], iterations=5)
    low, high = energy_of_parts(trace, start, stop, 5, [300, 100])
    assert low == pytest.approx(3 * 0.1 * VOLTS / 1000)
    assert high == pytest.approx(0.5 * VOLTS / 1000)


@given(
    st.lists(st.floats(0.01, 1.0), min_size=1, max_size=40),
    st.integers(1, 30),
    st.lists(st.floats(0.1, 1e6), min_size=1, max_size=20),
)
def test_the_parts_add_up_to_a_run(run: list[float], iterations: int, durations: list[float]) -> None:
    trace, start, stop = repeated(run, iterations)
    parts = energy_of_parts(trace, start, stop, iterations, durations)
    assert len(parts) == len(durations)
    assert min(parts) >= 0
    assert sum(parts) == pytest.approx(trace.energy_between(start, stop) / iterations)


def test_parts_shorter_than_a_sample_are_found_over_many_runs() -> None:
    """A run of 2.5 samples, the second half of it at twice the current, seen at ten phases."""
    fine = np.tile(np.repeat([0.1, 0.2], 125), 40)
    current = fine.reshape(-1, 100).mean(axis=1)
    edges = Edge(0, rising=False), Edge(len(current), rising=True)
    trace = PowerTrace(current, np.full(len(current), VOLTS), 1000.0, edges)
    first, second = energy_of_parts(trace, *edges, 40, [1, 1])
    assert 1.3 < second / first < 2.0, "blurred, as a sample is not short, and yet told apart"


@pytest.mark.parametrize("durations", [[], [0, 0]])
def test_parts_that_take_no_time_are_refused(durations: list[float]) -> None:
    trace, start, stop = repeated([0.1], iterations=3)
    with pytest.raises(ValueError, match="no time"):
        energy_of_parts(trace, start, stop, 3, durations)
