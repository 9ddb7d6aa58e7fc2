"""Protocol of every power meter, the only one that sweeps use."""

from __future__ import annotations

from typing import Protocol

from hilbench.deadline import Deadline
from hilbench.power.trace import PowerTrace


class PowerMeter(Protocol):
    """A meter that supplies or watches the board and sees its trigger pin.

    Every method raises PowerError when the instrument does not answer in time.
    """

    identity: str
    """Model, serial number and calibration state, for the row's environment."""
    serial_number: str
    """Serial number as the meter's USB descriptor states it; empty where it has none."""
    rate: float
    """Samples a second."""

    def power(self, *, on: bool) -> None:
        """Switch the supply of the board, where the instrument is the supply."""

    def start(self) -> None:
        """Begin capturing, discarding what came before."""

    def await_edges(self, count: int, tail_s: float, deadline: Deadline) -> None:
        """Wait until the capture holds `count` trigger edges and `tail_s` of samples after the last."""

    def stop(self) -> PowerTrace:
        """End capturing and hand over what was captured since `start`."""

    def close(self) -> None:
        """Stop everything and let go of the port; the board stays on; safe to call twice."""
