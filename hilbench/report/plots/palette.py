"""Colours by role: figures are drawn in stand-ins that become the page's CSS colours, light or dark."""

from __future__ import annotations

import re
from enum import StrEnum

SERIES_COUNT = 8
"""Categorical colours that the style sheet defines as `--series-0` and on."""

_STAND_IN = re.compile(r"#0([abc])([0-9a-f]{2})([0-9a-f]{2})")


class Ink(StrEnum):
    """Stand-in colours for text, lines and surfaces."""

    TEXT = "#0a0000"
    SOFT = "#0a0001"
    RULE = "#0a0002"
    PAPER = "#0a0003"
    ACCENT = "#0a0004"
    PROVENANCE = "#0a0005"


class Ramp(StrEnum):
    """Continuous scales; each runs from `--NAME-low` to `--NAME-high`."""

    SPEED = "speed"
    ENERGY = "energy"


def series(index: int) -> str:
    """Stand-in of the categorical colour `index`; they repeat after `SERIES_COUNT`."""
    return f"#0b00{index % SERIES_COUNT:02x}"


def css_series(index: int) -> str:
    """CSS of the categorical colour `index`, for what is not drawn."""
    return f"var(--series-{index % SERIES_COUNT})"


def shade(ramp: Ramp, fraction: float) -> str:
    """Stand-in of the colour at `fraction` (0 to 1) of `ramp`."""
    return f"#0c{list(Ramp).index(ramp):02x}{round(255 * fraction):02x}"


def to_css(text: str) -> str:
    """`text` with every stand-in replaced by the CSS colour it stands for."""
    return _STAND_IN.sub(_css, text)


def _css(found: re.Match[str]) -> str:
    kind, group, value = found[1], int(found[2], 16), int(found[3], 16)
    if kind == "a":
        return f"var(--{list(Ink)[value].name.lower()})"
    if kind == "b":
        return f"var(--series-{value})"
    ramp = list(Ramp)[group]
    return f"color-mix(in oklab, var(--{ramp}-high) {value / 2.55:.0f}%, var(--{ramp}-low))"
