"""The recovery ladder: what is tried, in order, when a wire failed."""

from __future__ import annotations

from enum import StrEnum


class Recovery(StrEnum):
    """One rung; each does what the rungs below it do, and more. The chip must be booted afterwards."""

    REOPEN = "reopen"
    """Close and open the wires again."""
    RESET = "reset"
    """Reset the chip through the probe as well."""
    CONNECT_UNDER_RESET = "connect_under_reset"
    """Take hold of the core while its reset line is held: for firmware that shuts the probe out."""
    POWER_CYCLE = "power_cycle"
    """Switch the supply off and on; a launched board is started anew."""
