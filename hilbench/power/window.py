"""The energy window: cut from a trace by the trigger, which idles high and is low while the case runs."""

from __future__ import annotations

import math
from dataclasses import dataclass

from hilbench.errors import PowerError
from hilbench.power.trace import Edge, PowerTrace

MIN_SAMPLES = 1000
"""A shorter window says too little of the energy of what ran in it."""
CLOCK_TOLERANCE = 0.01
"""Largest relative difference between the meter's clock and the core's."""
_GUARD = 0.05
"""Share of the idle time next to an edge that is left out: the wake-up is in it."""


@dataclass(frozen=True)
class TriggeredWindow:
    """Window that a meter saw between the falling and the rising edge of the trigger."""

    start: Edge
    stop: Edge
    energy_j: float
    """Total energy, no baseline subtracted."""
    idle_w: float
    """Mean power of the idle time just before."""
    seconds: float
    """Length of the window on the meter's clock, s."""
    edge_samples: float = 0.0
    """Uncertainty of each edge's place, in samples."""

    @property
    def edge_uncertainty_pct(self) -> float:
        """Part of the energy's relative uncertainty that comes from the places of both edges, %.

        A misplaced edge trades a piece of running power for one of idle power.
        """
        mean_w = self.energy_j / self.seconds
        step = abs(1 - self.idle_w / mean_w) if mean_w else 0.0
        return 100 * math.sqrt(2) * self.edge_samples * step / self.samples

    @property
    def samples(self) -> int:
        """Samples inside the window."""
        return self.stop.index - self.start.index


@dataclass(frozen=True)
class EnergyWindow:
    """One window between two trigger edges."""

    iterations: int
    energy_j: float
    """Total energy of the window, as MLPerf Tiny counts it."""
    idle_w: float
    """Mean power of the idle window next to it."""
    meter_s: float
    """Length of the window on the meter's clock, s."""
    core_s: float
    """Length of the window on the core's clock, s; within 1 % of `meter_s` or the window is an error."""
    samples: int
    uncertainty_pct: float | None = None
    """Relative uncertainty of both energies, %; None where nobody states one."""


def cut_window(trace: PowerTrace, idle_s: float) -> TriggeredWindow:
    """The one window in `trace`, with the `idle_s` before it as its baseline.

    Raises:
        PowerError: the trigger did not fall and rise exactly once, or samples were lost.
    """
    if [edge.rising for edge in trace.edges] != [False, True]:
        if trace.gaps:
            raise PowerError(
                f"The meter lost samples (at {trace.gaps[0]}) and edges with them; measure it again."
            )
        raise PowerError(
            f"The trigger line changed {len(trace.edges)} times instead of falling and rising once; "
            "check the wire from the board's trigger pin to the meter's digital input."
        )
    start, stop = trace.edges
    idle_samples = round(idle_s * trace.rate)
    guard = max(1, round(_GUARD * idle_samples))
    idle = PowerTrace(trace.current, trace.voltage, trace.rate, gaps=trace.gaps)
    idle_start = Edge(start.index - idle_samples + guard, rising=True)
    idle_stop = Edge(start.index - guard, rising=False)
    seconds = idle.seconds_between(idle_start, idle_stop)
    return TriggeredWindow(
        start=start,
        stop=stop,
        energy_j=trace.energy_between(start, stop),
        idle_w=idle.energy_between(idle_start, idle_stop) / seconds,
        seconds=trace.seconds_between(start, stop),
        edge_samples=trace.edge_samples,
    )


def check_window(window: TriggeredWindow, core_s: float) -> None:
    """Refuse a window that is too short, or whose length the core's clock contradicts.

    Args:
        window: what the meter saw.
        core_s: its length on the core's clock, in s.

    Raises:
        PowerError: as said.
    """
    if window.samples < MIN_SAMPLES:
        raise PowerError(
            f"The window spans {window.samples} samples, {MIN_SAMPLES} are needed: run more iterations."
        )
    disagreement = abs(window.seconds - core_s) / core_s
    if disagreement > CLOCK_TOLERANCE:
        raise PowerError(
            f"The window lasted {window.seconds * 1e3:.3f} ms on the meter's clock and {core_s * 1e3:.3f} ms "
            f"on the core's, {disagreement:.1%} apart; check the clock tree and the trigger wire."
        )
