"""Windows without a trigger, found in the current; polled readings put on a grid."""

from __future__ import annotations

import numpy as np
import pytest

from hilbench.errors import PowerError
from hilbench.power import Edge, PowerTrace
from hilbench.power.current_step import find_edges
from hilbench.power.polled import trace_of_readings
from hilbench.power.window import cut_window
from tests.power.recorded import ASLEEP_A, IDLE, RUN, RUNNING_A, START, STOP, around_a_window

_RATE = 100.0


@pytest.mark.parametrize("noise", [0.0, 1e-3, 5e-3])
def test_the_window_lies_between_two_sleeps(noise: float) -> None:
    edges = find_edges(around_a_window(noise=noise))
    assert [edge.rising for edge in edges] == [False, True]
    assert [edge.index for edge in edges] == pytest.approx([START, STOP], abs=1)


def test_spikes_and_short_dips_are_no_edges() -> None:
    current = around_a_window(noise=1e-3)
    current[[START - 50, STOP + 60]] = 0.5
    current[START + 200 : START + 280] = ASLEEP_A
    assert [edge.index for edge in find_edges(current)] == pytest.approx([START, STOP], abs=1)


def test_layers_of_different_current_are_one_window() -> None:
    current = around_a_window(noise=5e-4)
    current[START : START + 400] = 0.09
    current[START + 400 : START + 800] = 0.2
    assert [edge.index for edge in find_edges(current)] == pytest.approx([START, STOP], abs=1)


@pytest.mark.parametrize(
    "current",
    [np.empty(0), np.full(50, 0.1), np.full(2000, 0.1), 0.1 + 1e-3 * np.sin(np.arange(2000))],
    ids=["nothing", "too short", "level", "ripple"],
)
def test_a_current_without_a_step_has_no_window(current: np.ndarray) -> None:
    assert len(find_edges(current)) < 2


def test_a_capture_that_ends_too_early_lacks_an_edge() -> None:
    current = around_a_window()
    assert find_edges(current[: START + 20]) == (Edge(START, rising=False),)
    assert find_edges(current[: START - 20]) == ()


def readings(current: np.ndarray) -> np.ndarray:
    """Rows of time, current and 3.3 V, with a pace as uneven as a host's."""
    jitter = np.random.default_rng(0).uniform(-0.3, 0.3, len(current)) / _RATE
    return np.column_stack(
        [5 + np.arange(len(current)) / _RATE + jitter, current, np.full(len(current), 3.3)]
    )


def traced(table: np.ndarray) -> PowerTrace:
    return trace_of_readings([tuple(row) for row in table.tolist()], _RATE)


def test_uneven_readings_give_the_energy() -> None:
    window = cut_window(traced(readings(around_a_window())), idle_s=200 / _RATE)
    assert window.energy_j == pytest.approx(RUN / _RATE * RUNNING_A * 3.3, rel=3e-3)
    assert window.idle_w == pytest.approx(ASLEEP_A * 3.3, rel=1e-3)


def test_edges_in_the_current_have_an_uncertainty() -> None:
    window = cut_window(traced(readings(around_a_window())), idle_s=200 / _RATE)
    step = 1 - ASLEEP_A / RUNNING_A
    assert window.edge_uncertainty_pct == pytest.approx(100 * np.sqrt(2) * step / RUN, rel=0.02)


@pytest.mark.parametrize("at", [START - 50, START + 600, STOP - 5])
@pytest.mark.parametrize("fault", ["pause", "nan", "infinite"])
def test_a_reading_that_is_missing_makes_the_window_invalid(at: int, fault: str) -> None:
    table = readings(around_a_window())
    if fault == "pause":
        table = np.delete(table, range(at, at + 4), axis=0)
    else:
        table[at, 1] = np.nan if fault == "nan" else np.inf
    trace = traced(table)
    assert trace.dropped >= 1
    with pytest.raises(PowerError, match="lost samples"):
        cut_window(trace, idle_s=200 / _RATE)


def test_what_is_missing_before_the_window_does_not_matter() -> None:
    table = readings(around_a_window())
    table[3, 1] = np.nan
    assert cut_window(traced(table), idle_s=200 / _RATE).samples == pytest.approx(RUN, abs=2)
    assert IDLE > 200


def test_no_reading_at_all_is_an_empty_trace() -> None:
    assert len(trace_of_readings([], _RATE)) == 0
    assert len(trace_of_readings([(0.0, float("nan"), 3.3)], _RATE)) == 0
