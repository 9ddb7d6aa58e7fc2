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


def headline(board: str, twin_of: str | None, provenance: Provenance) -> str:
    """Source of a board's numbers in a sentence, which is said first and loudly.

    Args:
        board: that runs.
        twin_of: board on the bench that it stands for; empty or None where it was asked for by name.
        provenance: of its numbers.
    """
    if twin_of:
        return (
            f"NO {twin_of} IS ATTACHED: running on its virtual twin {board}; "
            "every number is EMULATED, none is measured."
        )
    if provenance is Provenance.EMULATED:
        return f"{board} is a virtual board: every number is EMULATED, none is measured."
    return f"Measuring on {board}."
