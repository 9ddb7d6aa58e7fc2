"""Edges of a window that no trigger line shows, found in the current: the core sleeps, runs, sleeps."""

from __future__ import annotations

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from hilbench.power.trace import Edge

ASLEEP_SAMPLES = 100
"""Samples of low current in a row that show sleep: half of what the firmware sleeps on either side."""
EDGE_SAMPLES = 1.0
"""Uncertainty of an edge's place, in samples: one sample mixes both currents."""
_FILTER = 5
"""Samples whose median stands for the middle one, so that single spikes count for nothing."""
_NOISE = 6.0
"""Standard deviations of the sleeping current that running has to exceed."""
_LEAST_STEP = 0.05
"""Relative step between sleeping and running below which an edge is chance."""

Samples = NDArray[np.float64]


def find_edges(current: Samples) -> tuple[Edge, ...]:
    """Falling edge where the core wakes from its first sleep, rising edge where it next falls asleep.

    As many of the two as the samples show; none where sleep and run look alike.

    Args:
        current: shape (n,), uniform samples, A.
    """
    if len(current) < 2 * ASLEEP_SAMPLES:
        return ()
    smooth = _median_filtered(current)
    windows = sliding_window_view(smooth, ASLEEP_SAMPLES)
    calmest = windows[int(np.argmin(windows.mean(axis=1)))]
    asleep_a, noise = float(np.median(calmest)), float(np.std(calmest))
    running = smooth[smooth > asleep_a + max(_NOISE * noise, _LEAST_STEP * abs(asleep_a))]
    if not len(running):
        return ()
    asleep = smooth < (asleep_a + float(np.median(running))) / 2
    sleeps = [(start, stop) for start, stop in _stretches(asleep) if stop - start >= ASLEEP_SAMPLES]
    if not sleeps or sleeps[0][1] == len(current):
        return ()
    start = Edge(sleeps[0][1], rising=False)
    return (start,) if len(sleeps) == 1 else (start, Edge(sleeps[1][0], rising=True))


def _median_filtered(values: Samples) -> Samples:
    padded = np.pad(values, _FILTER // 2, mode="edge")
    filtered: Samples = np.median(sliding_window_view(padded, _FILTER), axis=1)
    return filtered


def _stretches(held: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """Beginning and end of each run of True."""
    changes = np.flatnonzero(np.diff(np.concatenate(([False], held, [False])).astype(np.int8)))
    return [(int(start), int(stop)) for start, stop in changes.reshape(-1, 2)]
