"""Branches at the ends of blocks, in the native table: what each does to the next block, and its history."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from hilbench.virtual.core import layout as at
from hilbench.virtual.core.block import Block
from hilbench.virtual.core.caches import parts
from hilbench.virtual.timing import Entry


class Branches:
    """Keeps this part of the table.

    Args:
        table: what the native hooks work on.
    """

    def __init__(self, table: NDArray[np.int64]) -> None:
        self._table = table
        self._histories: dict[int, int] = {}

    def enter(self, block: Block) -> None:
        """Predict the branch at a block's end as one that was never executed."""
        schedules = block.schedules
        self._table[block.entry + at.ONWARD] = sum(
            next_way - taken << at.ONWARD_BITS * (2 * way + taken)
            for way in Entry
            for taken, next_way in enumerate(schedules[way].onward)
        )
        penalty = parts(schedules[Entry.BEFORE].mispredict_penalty)
        if penalty:
            branch = block.instructions[-1]
            backward = branch.target is not None and branch.target <= branch.address
            self._table[block.entry + at.PENALTY] = -penalty if branch.redirects else penalty
            history = at.PREDICTED_TAKEN - (0 if backward else 1)
            self._histories[block.entry + at.HISTORY] = self._table[block.entry + at.HISTORY] = history

    def remove(self, block: Block) -> None:
        """Forget the branch of a block that is no more."""
        self._histories.pop(block.entry + at.HISTORY, None)

    def forget(self) -> None:
        """Predict every branch as one that was never executed."""
        places = np.fromiter(self._histories.keys(), np.int64, len(self._histories))
        self._table[places] = np.fromiter(self._histories.values(), np.int64, len(self._histories))
