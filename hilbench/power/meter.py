"""What every power meter can do: the one protocol that sweeps use."""

from __future__ import annotations

from typing import Protocol

from hilbench.power.trace import PowerTrace


class PowerMeter(Protocol):
    """A meter that supplies or watches the board and sees its trigger pin.

    Every method raises PowerError when the instrument does not answer in time.
    """

    @property
    def identity(self) -> str:
        """Model, serial number and calibration state, for the row's environment."""

    @property
    def rate(self) -> float:
        """Samples a second."""

    def power(self, *, on: bool) -> None:
        """Switch the supply of the board, where the instrument is the supply."""

    def start(self) -> None:
        """Begin capturing, discarding what came before."""

    def stop(self) -> PowerTrace:
        """End capturing and hand over what was captured since `start`."""

    def close(self) -> None:
        """Stop everything and let go of the port; safe to call twice."""
