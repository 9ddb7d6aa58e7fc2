"""Provenance of a number. Every figure, row and plot carries one."""

from enum import StrEnum


class Provenance(StrEnum):
    """Way in which a number was obtained."""

    MEASURED = "measured"
    """Obtained on a physical board, by a physical instrument."""
    EMULATED = "emulated"
    """Obtained on a virtual board."""
    PREDICTED = "predicted"
    """Obtained by a model of the chip; `PredictedBy` says which."""


class PredictedBy(StrEnum):
    """Models that predict."""

    EMULATOR = "emulator"
    """The image that the board would get ran on the chip's virtual board."""
    COST_MODEL = "cost model"
    """Figures fitted to other rows; nothing ran."""
