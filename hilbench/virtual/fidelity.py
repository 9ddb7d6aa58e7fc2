"""Fidelity of a virtual board to what it emulates."""

from __future__ import annotations

from enum import StrEnum


class Fidelity(StrEnum):
    """Treatment of loads and stores; instructions and fetches are counted one by one in either case."""

    BLOCK = "block"
    """Some accesses of each basic block represent all: hardly slower than not counting at all."""
    CACHE = "cache"
    """Every access is looked up in the data cache's sets and ways."""
