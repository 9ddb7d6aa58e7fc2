"""Energy of the parts of a run, from a window in which the run was repeated many times."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from hilbench.power.trace import Edge, PowerTrace


def energy_of_parts(
    trace: PowerTrace, start: Edge, stop: Edge, iterations: int, durations: Sequence[float]
) -> tuple[float, ...]:
    """Energy of each part of one run in J, the mean over all runs of the window; their sum is the run's.

    The runs are taken to be equally long and to follow one another from edge to edge. Within a sample the
    power is taken to be constant, so that parts much shorter than one have about the power of their
    neighbors.

    Args:
        trace: of the meter.
        start: falling edge of the trigger, where the first run begins.
        stop: rising edge, where the last one ends.
        iterations: runs between the edges.
        durations: of the parts one after the other, in any unit.

    Raises:
        ValueError: the parts take no time.
    """
    shares = np.cumsum([0.0, *durations])
    if not shares[-1] > 0:
        raise ValueError("the parts of a run take no time")
    window = slice(start.index, stop.index)
    spent = np.cumsum([0.0, *(trace.current[window] * trace.voltage[window] / trace.rate)])
    samples = len(spent) - 1
    moments = (np.arange(iterations)[:, np.newaxis] + shares / shares[-1]) * (samples / iterations)
    spent_at = np.interp(moments, np.arange(samples + 1), spent)
    return tuple(np.diff(spent_at, axis=1).mean(axis=0).tolist())
