"""Providers of boards: a module a kind, and those of other packages, by entry points.

A module defines one subclass of `BoardProvider`.
"""

from hilbench.boards.provider import BoardProvider
from hilbench.plugins import Plugins

PROVIDERS: Plugins[BoardProvider] = Plugins(
    BoardProvider,  # type: ignore[type-abstract]  # its subclasses are what is made
    __name__,
    "hilbench.board_providers",
    "board provider",
)

__all__ = ["PROVIDERS"]
