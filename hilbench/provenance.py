"""Where a number comes from. Every figure, row and plot carries one of these."""

from enum import StrEnum


class Provenance(StrEnum):
    """How a number was obtained."""

    MEASURED = "measured"
    """On a physical board, by a physical instrument."""
    EMULATED = "emulated"
    """On a virtual board."""
    PREDICTED = "predicted"
    """By a model of the chip; `PredictedBy` says which."""


class PredictedBy(StrEnum):
    """Models that predict."""

    EMULATOR = "emulator"
    """The image that the board would get ran on the chip's virtual board."""
    COST_MODEL = "cost model"
    """Figures fitted to other rows; nothing ran."""
