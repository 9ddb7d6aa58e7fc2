"""Colours by role, as CSS of the page's style sheet, which has them for light and dark."""

from __future__ import annotations

from enum import StrEnum

SERIES_COUNT = 8
"""Categorical colours that the style sheet defines as `--series-0` and on."""


class Ink(StrEnum):
    """Colours of text, lines and surfaces."""

    TEXT = "var(--text)"
    SOFT = "var(--soft)"
    RULE = "var(--rule)"
    PAPER = "var(--paper)"
    ACCENT = "var(--accent)"
    PROVENANCE = "var(--provenance)"


class Ramp(StrEnum):
    """Continuous scales; each runs from `--NAME-low` to `--NAME-high`."""

    SPEED = "speed"
    ENERGY = "energy"


def series(index: int) -> str:
    """Categorical colour `index`; they repeat after `SERIES_COUNT`."""
    return f"var(--series-{index % SERIES_COUNT})"


def shade(ramp: Ramp, fraction: float) -> str:
    """Colour at `fraction` (0 to 1) of `ramp`."""
    return f"color-mix(in oklab, var(--{ramp}-high) {100 * fraction:.0f}%, var(--{ramp}-low))"
