"""How closely a virtual board follows what it emulates."""

from __future__ import annotations

from enum import StrEnum


class Fidelity(StrEnum):
    """What becomes of loads and stores; instructions and fetches are counted one by one in either case."""

    BLOCK = "block"
    """Some accesses of each basic block stand for all: hardly slower than not counting at all."""
    CACHE = "cache"
    """Every access is looked up in the data cache's sets and ways."""
