"""A current as every meter sees it around a window, for meters that are fed with samples."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

ASLEEP_A, RUNNING_A = 0.05, 0.11
IDLE, RUN = 250, 1200


def around_a_window(*, noise: float = 0.0) -> NDArray[np.float64]:
    """20 samples awake, 250 asleep, 1200 running, 250 asleep, 20 awake, in A."""
    parts = [(20, RUNNING_A), (IDLE, ASLEEP_A), (RUN, RUNNING_A), (IDLE, ASLEEP_A), (20, RUNNING_A)]
    current = np.concatenate([np.full(count, level) for count, level in parts])
    return current + noise * np.random.default_rng(1).standard_normal(len(current))


START, STOP = 20 + IDLE, 20 + IDLE + RUN
"""Samples between which it runs."""


def trigger() -> NDArray[np.bool_]:
    """Level of the trigger pin in each of these samples."""
    level = np.ones(len(around_a_window()), bool)
    level[START:STOP] = False
    return level
