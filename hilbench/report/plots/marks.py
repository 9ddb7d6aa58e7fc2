"""Markers that tell series apart without colour too, in drawings and in their legends."""

from __future__ import annotations

_SYMBOLS = (
    "m-3.5 0a3.5 3.5 0 1 0 7 0 3.5 3.5 0 1 0-7 0",
    "m-3-3h6v6h-6z",
    "m0-3.9l3.7 6.6h-7.4z",
    "m0-4.2l4.2 4.2-4.2 4.2-4.2-4.2z",
    "m0 3.9l3.7-6.6h-7.4z",
    "m-1.3-3.9h2.6v2.6h2.6v2.6h-2.6v2.6h-2.6v-2.6h-2.6v-2.6h2.6z",
    "m0-1.7l2-2 1.7 1.7-2 2 2 2-1.7 1.7-2-2-2 2-1.7-1.7 2-2-2-2 1.7-1.7z",
    "m-3.9 0l6.6-3.7v7.4z",
)
SQUARE = _SYMBOLS[1]


def symbol(index: int) -> str:
    """Relative path data of marker `index` around the current point; they repeat."""
    return _SYMBOLS[index % len(_SYMBOLS)]
