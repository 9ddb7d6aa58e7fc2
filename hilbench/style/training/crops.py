"""Crops of photographs, batch by batch, from a seed: a resumed training sees the same as one in one go."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from hilbench.style.pictures import Picture


class Crops:
    """Square crops at random places, mirrored half of the time.

    Args:
        photographs: no side shorter than any crop.
        seed: of all that is random.
    """

    def __init__(self, photographs: Sequence[Picture], seed: int) -> None:
        self._photographs = photographs
        self._seed = seed

    def batch(self, stage: int, iteration: int, count: int, side: int) -> NDArray[np.float32]:
        """Crops of one iteration: count, side, side, and colors from 0 to 1."""
        random = np.random.default_rng((self._seed, stage, iteration))
        crops = np.stack([self._crop(random, side) for _ in range(count)])
        return crops.astype(np.float32) / np.float32(255)

    def _crop(self, random: np.random.Generator, side: int) -> Picture:
        photograph = self._photographs[int(random.integers(len(self._photographs)))]
        top, left = (int(random.integers(length - side + 1)) for length in photograph.shape[:2])
        crop = photograph[top : top + side, left : left + side]
        return crop[:, ::-1] if random.random() < 0.5 else crop
