"""Layouts: where in an image a workload lies, so that its cycles depend on nothing else in it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace

from hilbench.chips import Chip
from hilbench.operators.arena import ALIGNMENT

_LINE_BYTES = 32
"""A line of every cache that there is, and more than any core fetches at once."""
_LEAST_SPAN = 64
"""Bytes over which workloads are shifted where no cache asks for more."""
_THUMB, _WORD = 2, 4
"""Bytes at a multiple of which code and constants may begin."""
_SECTIONS = 8
"""Functions of a workload, or tables, that are reckoned with; an image of those with more may not link."""


@dataclass(frozen=True)
class Layout:
    """One of many layouts of an image.

    Layout 0 is the one that is measured: each workload begins at a multiple of `way`, its functions and
    tables at lines, its tensors where the arena begins. Whatever else is in the image, they meet the same
    lines and sets of every cache. The others shift code, constants and tensors, each by what is drawn for
    its number, and leave functions and tables at the boundaries that the compiler asked for, as an
    application's linker.

    Attributes:
        way: bytes of a way of the largest cache.
        number: which layout.
    """

    way: int
    number: int = 0

    @classmethod
    def of(cls, chip: Chip, number: int = 0) -> Layout:
        """The layout with this number on a chip."""
        return cls(chip.way_bytes, number)

    @property
    def without_caches(self) -> Layout:
        """The layout in memory without a cache."""
        return replace(self, way=min(self.way, _LINE_BYTES))

    @property
    def line(self) -> int:
        """Bytes at a multiple of which functions and tables begin; 0 where the compiler decides."""
        return 0 if self.number else min(self.way, _LINE_BYTES)

    @property
    def code_shift(self) -> int:
        """Bytes before a workload's code."""
        return self._draw("code", _THUMB)

    @property
    def constants_shift(self) -> int:
        """Bytes before a workload's constants."""
        return self._draw("constants", _WORD)

    def arena_shift(self, size: int, room: int) -> int:
        """Bytes before tensors of `size` bytes, in an arena of at most `room` bytes."""
        left = max(0, room - size) // ALIGNMENT * ALIGNMENT
        return min(self._draw("arena", ALIGNMENT), left)

    def footprint(self, *parts: int) -> int:
        """Bytes that parts of a workload take, one behind the other, with all that is lost to alignment."""
        shifts = max(self.way, _LEAST_SPAN) if self.number else 0
        whole = sum(part + _SECTIONS * (self.line or _WORD) + shifts for part in parts)
        return -(-whole // self.way) * self.way

    def _draw(self, what: str, step: int) -> int:
        """A multiple of `step`, anywhere in a way."""
        if not self.number:
            return 0
        drawn = hashlib.sha256(f"{what} {self.number}".encode()).digest()
        return int.from_bytes(drawn[:4], "little") % (max(self.way, _LEAST_SPAN) // step) * step
