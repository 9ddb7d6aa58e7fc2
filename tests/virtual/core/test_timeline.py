"""The timeline hands over exactly what was written, however it is cut."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hilbench.virtual.power.timeline import Segment, Timeline

STRETCHES = st.lists(
    st.tuples(st.floats(1e-6, 1.0), st.sampled_from([0.0, 0.05, 0.11]), st.booleans()),
    min_size=1,
    max_size=30,
)


def filled(stretches: list[tuple[float, float, bool]]) -> Timeline:
    """A timeline of (length, current, trigger) after one another."""
    timeline = Timeline()
    for seconds, current, trigger in stretches:
        timeline.set_trigger(trigger)
        timeline.advance(timeline.now + seconds, current)
    return timeline


def charge(segments: tuple[Segment, ...]) -> float:
    """Charge in C."""
    return sum(segment.seconds * segment.current for segment in segments)


@given(STRETCHES, st.lists(st.floats(0, 30), max_size=5))
def test_cutting_loses_nothing(stretches: list[tuple[float, float, bool]], cuts: list[float]) -> None:
    timeline = filled(stretches)
    pieces = [timeline.read(cut) for cut in sorted(cuts)] + [timeline.read()]
    segments = tuple(segment for piece in pieces for segment in piece)
    assert charge(segments) == pytest.approx(sum(length * current for length, current, _ in stretches))
    assert charge(segments) == pytest.approx(timeline.charge)
    assert segments[0].start == 0
    assert segments[-1].end == timeline.now
    assert all(one.end == next_.start for one, next_ in pairwise(segments))
    high = sum(length for length, _, trigger in stretches if trigger)
    assert sum(segment.seconds for segment in segments if segment.trigger) == pytest.approx(high)


def test_a_cut_ends_where_it_was_asked_to() -> None:
    timeline = filled([(1.0, 0.1, False), (1.0, 0.2, True)])
    assert timeline.read(1.5) == (Segment(0.0, 1.0, 0.1, False), Segment(1.0, 1.5, 0.2, True))
    assert timeline.read(1.5) == ()
    assert timeline.read() == (Segment(1.5, 2.0, 0.2, True),)


def test_equal_stretches_become_one() -> None:
    assert len(filled([(0.5, 0.1, False), (0.25, 0.1, False), (0.25, 0.1, True)]).read()) == 2


def test_time_does_not_go_back() -> None:
    timeline = filled([(1.0, 0.1, False)])
    timeline.advance(0.5, 0.3)
    assert timeline.now == 1.0
    assert timeline.charge == pytest.approx(0.1)
