"""Addresses that the core does not get past: breakpoints, and the end of a single step.

Unicorn ends its translation before such an address, inside an IT block too, where a hook could not stop the
core. A run that gets there ends as at a WFI, whether or not the instruction's condition holds. That is what
a comparator on silicon does, which puts a BKPT in the instruction's place: one executes unconditionally
(ARMv7-M ARM, A7.7.17 and C1.11).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from unicorn import Uc

_HALFWORD = 2


class Exits:
    """Owns the engine's list of exits.

    Args:
        engine: what executes the code.
    """

    def __init__(self, engine: Uc) -> None:
        self._engine = engine
        self._breakpoints: set[int] = set()
        engine.ctl_exits_enabled(True)

    def __contains__(self, address: int) -> bool:
        """Whether there is a breakpoint."""
        return address in self._breakpoints

    def add(self, address: int) -> None:
        """Set a breakpoint; nothing if there is one."""
        self._breakpoints.add(address)
        self._apply(self._breakpoints, address)

    def remove(self, address: int) -> None:
        """Undo `add`; nothing if there is none."""
        self._breakpoints.discard(address)
        self._apply(self._breakpoints, address)

    @contextmanager
    def single_step(self, address: int, end: int) -> Iterator[None]:
        """Have only the instruction from `address` to `end` execute meanwhile, breakpoint or not."""
        self._apply(self._breakpoints - {address} | {end}, address, end)
        try:
            yield
        finally:
            self._apply(self._breakpoints, address, end)

    def _apply(self, exits: set[int], *changed: int) -> None:
        self._engine.ctl_set_exits(sorted(exits))
        for address in changed:
            # What was translated as far as the address, and what goes on there.
            self._engine.ctl_remove_cache(address - _HALFWORD, address)
            self._engine.ctl_remove_cache(address, address + _HALFWORD)
