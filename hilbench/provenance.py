"""Where a number comes from. Every figure, row and plot carries one of these."""

from enum import StrEnum


class Provenance(StrEnum):
    """How a number was obtained."""

    MEASURED = "measured"
    """On a physical board, by a physical instrument."""
    EMULATED = "emulated"
    """On a virtual board."""
    PREDICTED = "predicted"
    """By a fitted model."""
