"""Settings of a sweep's measurements, the same for all its cases."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class RunSettings:
    """Number of runs and tries of a case.

    Attributes:
        iterations: warm samples of one case.
        attempts: tries at one case while wires fail in its runs; verdicts get one. Flashing and booting
            are tried once more for every rung of the board's recovery ladder.
        power: whether to measure energy where the board has a meter.
        exact: whether an output that differs from the reference's is a failure; else the row says how far
            it is off.
    """

    iterations: int = 10
    attempts: int = 3
    power: bool = True
    exact: bool = True
