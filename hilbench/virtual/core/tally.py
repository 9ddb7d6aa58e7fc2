"""Executed instructions, in all and by class, from how often each block was executed."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from hilbench.virtual.core import layout as at
from hilbench.virtual.core.block import CLASSES, Block
from hilbench.virtual.timing import Operation

_FIRST_ROWS = 256


class Tally:
    """Keeps a row for each block: where its executions are counted, and its instructions of each class.

    Args:
        table: what the native hooks count in.
    """

    def __init__(self, table: NDArray[np.int64]) -> None:
        self._table = table
        self._rows: dict[int, int] = {}
        self._places = np.zeros(_FIRST_ROWS, np.int64)
        self._classes = np.zeros((_FIRST_ROWS, len(CLASSES)), np.int64)
        self._settled = np.zeros(len(CLASSES), np.int64)
        self._weights = np.ones(len(CLASSES))
        self._weighed = np.zeros(_FIRST_ROWS)

    def add(self, block: Block) -> None:
        """Count a block's executions from now on."""
        row = len(self._rows)
        if row == len(self._places):
            self._places = np.resize(self._places, 2 * row)
            self._weighed = np.resize(self._weighed, 2 * row)
            self._classes = np.resize(self._classes, (2 * row, len(CLASSES)))
        self._rows[block.entry] = row
        self._places[row] = block.entry + at.EXECUTIONS
        self._classes[row] = block.classes
        self._weighed[row] = block.classes @ self._weights

    def remove(self, block: Block) -> None:
        """Settle a block's executions, whose place in the table may be used anew."""
        self.settle(block.classes * self._table[block.entry + at.EXECUTIONS])
        row = self._rows.pop(block.entry)
        last = len(self._rows)
        if row != last:
            moved = int(self._places[last]) - at.EXECUTIONS
            self._rows[moved] = row
            self._places[row] = self._places[last]
            self._weighed[row] = self._weighed[last]
            self._classes[row] = self._classes[last]

    def settle(self, classes: NDArray[np.int64]) -> None:
        """Add instructions of each class, or take them back; shape (len(CLASSES),)."""
        self._settled += classes

    def set_weights(self, weights: NDArray[np.float64]) -> None:
        """Have `weighed` count an instruction of each class so much; shape (len(CLASSES),)."""
        self._weights = weights
        self._weighed = self._classes @ weights

    @property
    def instructions(self) -> int:
        """Executed instructions."""
        return int(self._executions() @ self._classes[: len(self._rows)].sum(axis=1) + self._settled.sum())

    @property
    def weighed(self) -> float:
        """Executed instructions, each by the weight of its class."""
        return float(self._executions() @ self._weighed[: len(self._rows)] + self._settled @ self._weights)

    def by_class(self) -> Mapping[Operation, int]:
        """Executed instructions by class."""
        total = self._executions() @ self._classes[: len(self._rows)] + self._settled
        return dict(zip(CLASSES, total.tolist(), strict=True))

    def _executions(self) -> NDArray[np.int64]:
        executions: NDArray[np.int64] = self._table[self._places[: len(self._rows)]]
        return executions
