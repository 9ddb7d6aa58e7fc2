"""A basic block whose cost is known."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from hilbench.virtual.timing import CoreModel, Entry, Instruction, Operation, Schedule

CLASSES = tuple(Operation)


@dataclass(frozen=True)
class Block:
    """A basic block, what its instructions are and what it costs."""

    start: int
    code: bytes
    entry: int
    instructions: tuple[Instruction, ...]
    classes: NDArray[np.int64]
    """Shape (len(CLASSES),): instructions of each class."""
    schedules: Mapping[Entry, Schedule]
    lead: tuple[Instruction, ...] = ()
    """Instructions before it from which only the emulator parts it, as at a page's border; else empty."""
    lead_entry: Entry = Entry.BEFORE
    """Way into the lead when the core first went on from there."""
    costs: dict[CoreModel, Sequence[int]] = field(default_factory=dict)
    """Parts of cycles by way in, by each model so far."""
    rests: dict[int, int] = field(default_factory=dict)
    """Parts of cycles from an instruction's address to the end, for those that were asked for."""


def histogram(instructions: Sequence[Instruction]) -> NDArray[np.int64]:
    """Instructions of each class; shape (len(CLASSES),)."""
    kinds = np.array([CLASSES.index(each.operation) for each in instructions], np.int64)
    return np.bincount(kinds, minlength=len(CLASSES)).astype(np.int64)
