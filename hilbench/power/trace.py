"""A power trace: uniformly sampled current and voltage with the trigger's edges."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from hilbench.errors import PowerError


@dataclass(frozen=True)
class Edge:
    """A change of the trigger line at a sample."""

    index: int
    rising: bool


@dataclass(frozen=True)
class PowerTrace:
    """Uniform samples of a supply.

    Attributes:
        current: shape (n,), A.
        voltage: shape (n,), V.
        rate: samples a second.
        edges: trigger edges in sample order.
        dropped: samples known to be lost; a window over them is invalid.
        gaps: sample indexes just before which samples were lost.
        edge_samples: uncertainty of an edge's place, in samples; 0 where the trigger is sampled with the
            current.
    """

    current: NDArray[np.float64]
    voltage: NDArray[np.float64]
    rate: float
    edges: tuple[Edge, ...] = ()
    dropped: int = 0
    gaps: tuple[int, ...] = field(default=())
    edge_samples: float = 0.0

    def __len__(self) -> int:
        return len(self.current)

    def seconds_between(self, start: Edge, stop: Edge) -> float:
        """Length of the window on the meter's own clock, in s."""
        return (stop.index - start.index) / self.rate

    def energy_between(self, start: Edge, stop: Edge) -> float:
        """Energy from one edge to another, in J.

        Plain sum of samples, as MLPerf Tiny does; no baseline is subtracted.

        Raises:
            PowerError: samples were lost inside the window, or the window is empty.
        """
        if not 0 <= start.index < stop.index <= len(self):
            raise PowerError(
                f"The window {start.index}..{stop.index} is not inside a trace of {len(self)} samples."
            )
        lost = [gap for gap in self.gaps if start.index < gap <= stop.index]
        if lost:
            raise PowerError(
                f"The meter lost samples inside the window, at sample {lost[0]}; measure it again."
            )
        window = slice(start.index, stop.index)
        return float(np.dot(self.current[window], self.voltage[window]) / self.rate)
