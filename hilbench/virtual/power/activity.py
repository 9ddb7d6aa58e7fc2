"""Writes down what the machine does, as current over virtual time."""

from __future__ import annotations

import time
from typing import NamedTuple

from hilbench.virtual.core.core import Core
from hilbench.virtual.core.layout import CYCLE_PARTS
from hilbench.virtual.power.energy import SUPPLY_VOLTS, CurrentModel, FlashAction
from hilbench.virtual.power.mix import WEIGHTS, InstructionMix
from hilbench.virtual.power.timeline import Timeline

_MICRO, _MILLI = 1e-6, 1e-3
_WHILE_S = 1e-3
"""Length of a sleep that settles the supply, s."""


class _Note(NamedTuple):
    """Counts of what the core had executed at a look."""

    cycles: int
    """Core cycles, in parts of a cycle."""
    tight_cycles: int
    weighed: float


class Activity:
    """Moves virtual time on and enters each stretch in the timeline.

    Args:
        core: what runs.
        timeline: where it is written.
        model: what the chip draws.
        mix: how much more or less than typical the instructions of its core draw.
        realtime: while nothing executes, virtual time follows the wall clock; else it jumps to the
            next timer.

    Attributes:
        volts: of the supply, V.
    """

    def __init__(
        self, core: Core, timeline: Timeline, model: CurrentModel, mix: InstructionMix, *, realtime: bool
    ) -> None:
        self.volts = SUPPLY_VOLTS
        self._core = core
        self._timeline = timeline
        self._model = model
        self._mix = mix
        self._realtime = realtime
        self._mode = model.reset_mode
        self._point = model.at(core.clock.frequency, self._mode, self.volts)
        self._current = 0.0
        self._running = False
        self._idle_since: float | None = None
        core.counter.tally.set_weights(WEIGHTS)
        self._noted = self._note()

    def begin_running(self) -> None:
        """Note that the core is about to execute."""
        self._idle_since = None
        self._running = True

    def ran(self) -> None:
        """Note that the core has executed since the last call."""
        self._running = False
        self._look()
        self._timeline.advance(self._core.clock.seconds, self._current)

    def idled(self, *, powered: bool) -> None:
        """Note that the core has executed nothing since the last call."""
        clock = self._core.clock
        now, left = time.monotonic(), self._ticks_left()
        if self._realtime:
            passed = (now - (self._idle_since or now)) * clock.frequency
            clock.sleep(passed if left is None else min(passed, left))
        elif left is not None:
            clock.sleep(left)
        if self._idle_since is None and left is not None and left >= _WHILE_S * clock.frequency:
            self._timeline.settle()
        self._idle_since = now
        self._timeline.advance(clock.seconds, self._point.asleep if powered else 0.0)

    def _ticks_left(self) -> int | None:
        """Periods of the core clock until a timer wakes the core; None where none will."""
        expiry = self._core.expiry
        if expiry is None or not self._core.sleep.asleep:
            return None
        return max(0, expiry - self._core.clock.ticks)

    def set_clock(self, frequency: int) -> None:
        """Have the core run at `frequency` Hz from now on."""
        self._core.clock.set_frequency(frequency)
        self._choose_point()

    def set_mode(self, mode: str) -> None:
        """Have the chip be in this voltage range, or fed by this regulator, from now on."""
        self._mode = mode
        self._choose_point()

    def set_supply(self, volts: float) -> None:
        """Have the board fed with `volts` V from now on."""
        self.volts = volts
        self._choose_point()

    def set_trigger(self, level: bool) -> None:
        """Set the trigger pin, as the instruction being executed does."""
        self._look()
        self._timeline.advance(self._core.seconds_now(), self._current)
        self._timeline.set_trigger(level)

    def work_flash(self, action: FlashAction, times: int) -> None:
        """Let the flash controller work while the core waits for it."""
        self._look()
        clock, operation = self._core.clock, self._model.flash(action)
        waiting = self._current if self._running else self._point.asleep
        self._timeline.advance(clock.seconds, waiting)
        ticks = times * operation.us * _MICRO * clock.frequency
        if self._running:
            self._core.counter.add(round(ticks))
            self._noted = self._noted._replace(cycles=self._core.counter.parts)
        else:
            clock.sleep(ticks)
        self._timeline.advance(clock.seconds, waiting + operation.ma * _MILLI)

    def _choose_point(self) -> None:
        self._point = self._model.at(self._core.clock.frequency, self._mode, self.volts)

    def _look(self) -> None:
        """Find the current that the core has drawn since the last look, by where and what it executed."""
        before, self._noted = self._noted, self._note()
        cycles = self._noted.cycles - before.cycles
        if not cycles:
            return
        flow = (self._noted.weighed - before.weighed) * CYCLE_PARTS / cycles
        self._current = self._point.running(
            ram_share=round((self._noted.tight_cycles - before.tight_cycles) * CYCLE_PARTS / cycles, 2),
            cached=self._core.system.instruction_cache,
            weight=round(self._mix.weight(flow), 2),
        )

    def _note(self) -> _Note:
        counter = self._core.counter
        return _Note(counter.parts, counter.tight_cycles, counter.tally.weighed)
