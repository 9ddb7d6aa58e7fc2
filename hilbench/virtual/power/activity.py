"""Writes down what the machine does, as current over virtual time."""

from __future__ import annotations

import time

from hilbench.virtual.core.core import Core
from hilbench.virtual.power.energy import CurrentModel
from hilbench.virtual.power.timeline import Timeline


class Activity:
    """Moves virtual time on and enters each stretch in the timeline.

    Args:
        core: what runs.
        timeline: where it is written.
        model: what the chip draws.
        realtime: while nothing executes, virtual time follows the wall clock; else it jumps to the
            next timer.
    """

    def __init__(self, core: Core, timeline: Timeline, model: CurrentModel, *, realtime: bool) -> None:
        self._core = core
        self._timeline = timeline
        self._model = model
        self._realtime = realtime
        self._point = model.at(core.clock.frequency)
        self._current = 0.0
        self._idle_since: float | None = None
        self._noted_cycles = (0, 0)

    def begin_running(self) -> None:
        """The core is about to execute."""
        self._idle_since = None

    def ran(self) -> None:
        """The core has executed since the last call."""
        counter = self._core.counter
        before, tight_before = self._noted_cycles
        self._noted_cycles = counter.cycles, counter.tight_cycles
        executed = counter.cycles - before
        if executed:
            share = round((counter.tight_cycles - tight_before) / executed, 2)
            cached = self._core.system.instruction_cache
            self._current = self._point.running(tight_share=share, cached=cached)
        self._timeline.advance(self._core.clock.seconds, self._current)

    def idled(self, *, powered: bool) -> None:
        """The core has executed nothing since the last call."""
        clock, expiry = self._core.clock, self._core.systick.expiry
        now = time.monotonic()
        if self._realtime:
            clock.sleep((now - (self._idle_since or now)) * clock.frequency)
        elif expiry is not None:
            clock.sleep(max(0.0, expiry - clock.ticks))
        self._idle_since = now
        self._timeline.advance(clock.seconds, self._point.asleep if powered else 0.0)

    def set_clock(self, frequency: int) -> None:
        """From now on the core runs at `frequency` Hz."""
        self._core.clock.set_frequency(frequency)
        self._point = self._model.at(frequency)

    def set_trigger(self, level: bool) -> None:
        """The instruction being executed sets the trigger pin."""
        self._timeline.advance(self._core.seconds_now(), self._current)
        self._timeline.set_trigger(level)
