"""A figure of a chip's description that a calibration may replace."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Effect(StrEnum):
    """Figure in which a parameter shows."""

    TIME = "time"
    """Time of runs whose code and data are where earlier runs have left them."""
    COLD_TIME = "cold time"
    """Time of a run behind emptied caches."""
    POWER = "power"


@dataclass(frozen=True)
class Parameter:
    """One free parameter of a chip's models.

    Attributes:
        name: its path in the chip's description.
        effect: what it has an effect on.
        default: its value without calibration.
        lower: the least that makes sense.
        upper: the most that makes sense.
    """

    name: str
    effect: Effect
    default: float
    lower: float
    upper: float

    @property
    def range(self) -> float:
        """Width of the range of values that make sense."""
        return self.upper - self.lower
