from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hilbench.errors import PowerError
from hilbench.power import Edge, PowerTrace
from hilbench.power.window import check_window, cut_window

_RATE = 100_000.0
_IDLE_S = 2e-3


def trace(
    running: int = 1200, *, gaps: tuple[int, ...] = (), edges: tuple[Edge, ...] | None = None
) -> PowerTrace:
    """300 samples asleep at 50 mA, `running` at 110 mA, 200 asleep, on 3.3 V."""
    current = np.concatenate([np.full(300, 0.05), np.full(running, 0.11), np.full(200, 0.05)])
    own = (Edge(300, rising=False), Edge(300 + running, rising=True))
    return PowerTrace(
        current, np.full(len(current), 3.3), _RATE, edges=own if edges is None else edges, gaps=gaps
    )


@given(running=st.integers(1, 5000))
def test_energy_length_and_baseline(running: int) -> None:
    window = cut_window(trace(running), _IDLE_S)
    assert window.samples == running
    assert window.seconds == pytest.approx(running / _RATE)
    assert window.energy_j == pytest.approx(0.11 * 3.3 * running / _RATE)
    assert window.idle_w == pytest.approx(0.05 * 3.3)


@pytest.mark.parametrize(
    "edges",
    [
        (),
        (Edge(300, rising=False),),
        (Edge(300, rising=True), Edge(900, rising=False)),
        (Edge(300, rising=False), Edge(310, rising=True), Edge(320, rising=False), Edge(900, rising=True)),
    ],
)
def test_a_trigger_that_did_not_fall_and_rise_once_is_refused(edges: tuple[Edge, ...]) -> None:
    with pytest.raises(PowerError, match=f"changed {len(edges)} times"):
        cut_window(trace(edges=edges), _IDLE_S)


@pytest.mark.parametrize("gap", [301, 900, 1500])
def test_a_gap_inside_makes_it_invalid(gap: int) -> None:
    with pytest.raises(PowerError, match="lost samples"):
        cut_window(trace(gaps=(gap,)), _IDLE_S)


@pytest.mark.parametrize("gaps", [(3,), (300,), (1501,), (1650,), (3, 300, 1650)])
def test_a_gap_outside_does_not_matter(gaps: tuple[int, ...]) -> None:
    """The window is samples 300 to 1499; a gap is just before its sample."""
    cut_window(trace(gaps=gaps), _IDLE_S)


def test_a_gap_in_the_baseline_makes_it_invalid() -> None:
    """The idle time is samples 110 to 289: a twentieth of 200 is left out at either end."""
    for gap in (111, 290):
        with pytest.raises(PowerError, match="lost samples"):
            cut_window(trace(gaps=(gap,)), _IDLE_S)
    for gap in (110, 291):
        cut_window(trace(gaps=(gap,)), _IDLE_S)


@pytest.mark.parametrize(
    ("start", "stop", "inside"), [(0, 4, True), (-1, 4, False), (0, 5, False), (2, 2, False)]
)
def test_the_energy_is_of_samples_that_there_are(start: int, stop: int, inside: bool) -> None:
    four = PowerTrace(np.array([1.0, 2.0, 3.0, 4.0]), np.full(4, 2.0), rate=10.0)
    edges = Edge(start, rising=False), Edge(stop, rising=True)
    if inside:
        assert four.energy_between(*edges) == pytest.approx(2.0)
    else:
        with pytest.raises(PowerError, match=f"window {start}..{stop} is not inside a trace of 4 samples"):
            four.energy_between(*edges)


def test_the_baseline_leaves_out_the_samples_next_to_an_edge() -> None:
    """Ten samples of idle time: one at either end is left out."""
    disturbed = trace(running=1000)
    disturbed.current[[289, 290, 299]] = 1.0
    assert cut_window(disturbed, idle_s=10 / _RATE).idle_w == pytest.approx(0.05 * 3.3)


def test_a_capture_that_began_too_late_has_no_baseline() -> None:
    with pytest.raises(PowerError):
        cut_window(trace(), idle_s=4e-3)


def test_a_window_of_just_enough_samples_is_accepted() -> None:
    check_window(cut_window(trace(1000), _IDLE_S), core_s=1000 / _RATE)


def test_too_short_a_window_is_refused() -> None:
    with pytest.raises(PowerError, match="spans 999 samples, 1000 are needed"):
        check_window(cut_window(trace(999), _IDLE_S), core_s=999 / _RATE)


@pytest.mark.parametrize(("ratio", "accepted"), [(0.985, False), (0.995, True), (1.005, True), (1.02, False)])
def test_clocks_must_agree_within_one_percent(ratio: float, accepted: bool) -> None:
    window = cut_window(trace(), _IDLE_S)
    if accepted:
        check_window(window, core_s=window.seconds * ratio)
    else:
        with pytest.raises(PowerError, match=rf"12\.000 ms .* {12 * ratio:.3f} ms .* apart"):
            check_window(window, core_s=window.seconds * ratio)
