"""Samples of a meter from the current that the machine wrote down."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hilbench.virtual.meters.supply import TimelineSupply
from hilbench.virtual.power.timeline import Timeline

RATE = 100_000.0

stretches = st.lists(
    st.tuples(st.floats(1e-6, 5e-4), st.floats(0, 0.2), st.booleans()), min_size=1, max_size=30
)


@given(stretches, st.integers(1, 7))
def test_samples_add_up_to_the_charge_that_was_drawn(
    parts: list[tuple[float, float, bool]], chunk: int
) -> None:
    timeline = Timeline()
    for seconds, current, level in parts:
        timeline.set_trigger(level)
        timeline.advance(timeline.now + seconds, current)
    count = int(timeline.now * RATE)
    timeline.advance((count + 1) / RATE, 0.0)
    supply = TimelineSupply(timeline)
    total = 0.0
    for first in range(0, count + 1, chunk):
        total += supply.sample(first / RATE, min(chunk, count + 1 - first), RATE).current.sum() / RATE
    assert total == pytest.approx(timeline.charge, rel=1e-9, abs=1e-15)


def test_the_trigger_is_sampled_at_the_end_of_each_interval() -> None:
    timeline = Timeline()
    for level, until in ((True, 25e-6), (False, 51e-6), (True, 80e-6)):
        timeline.set_trigger(level)
        timeline.advance(until, 0.1)
    samples = TimelineSupply(timeline).sample(0, 8, RATE)
    assert samples.trigger.tolist() == [True, True, False, False, False, True, True, True]
    assert samples.current == pytest.approx(np.full(8, 0.1))


def test_what_lies_before_a_capture_is_left_out() -> None:
    timeline = Timeline()
    timeline.advance(1.0, 0.05)
    timeline.advance(2.0, 0.10)
    samples = TimelineSupply(timeline).sample(int(1.5 * RATE) / RATE, 10, RATE)
    assert samples.current == pytest.approx(np.full(10, 0.10))
