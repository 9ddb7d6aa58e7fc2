"""What a meter can see of a board: the current it draws and the trigger pin, on the board's own clock."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Samples:
    """Consecutive samples of a supply.

    Attributes:
        current: shape (n,), mean over each sample's interval, A.
        trigger: shape (n,), level of the trigger pin at each interval's end.
    """

    current: NDArray[np.float64]
    trigger: NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.current)


class Supply(Protocol):
    """The wire that a meter sits in."""

    @property
    def now(self) -> float:
        """The board's virtual time, in s; what lies before it can be sampled."""

    def sample(self, first: int, count: int, rate: float) -> Samples:
        """Samples `first` to `first + count` of a clock of `rate` Hz that ticks from virtual time 0."""

    def forget(self, before: float) -> None:
        """Let go of what happened before virtual time `before`, in s."""

    def switch(self, *, on: bool) -> None:
        """Feed the board, or cut its power."""
