"""Data watchpoints by page protection: pages nobody watches run at full speed."""

from __future__ import annotations

from enum import IntFlag

from unicorn import unicorn_const

from hilbench.virtual.bus import PAGE
from hilbench.virtual.core.cpu import Cpu


class Access(IntFlag):
    """Kinds of accesses that a watchpoint matches."""

    READ = 1
    WRITE = 2
    READ_WRITE = 3


_READS = (unicorn_const.UC_MEM_READ, unicorn_const.UC_MEM_READ_PROT)


class Watchpoints:
    """Stops the core soon after it touched watched memory.

    As on the chip, the core has moved on by some instructions when it stops (ARMv7-M ARM C1.8.1).
    """

    def __init__(self, cpu: Cpu) -> None:
        self._cpu = cpu
        self._watched: set[tuple[int, int, Access]] = set()
        self._hit = False
        cpu.accesses.on_guarded_access = self._touched

    def add(self, address: int, size: int, access: Access) -> None:
        """Watch `size` bytes of RAM from `address`."""
        self._watched.add((address, size, access))
        self._protect(address, size)

    def remove(self, address: int, size: int, access: Access) -> None:
        """Undo `add`; nothing if there is none."""
        self._watched.discard((address, size, access))
        self._protect(address, size)

    def take_hit(self) -> bool:
        """Whether a watchpoint matched since the last call."""
        hit, self._hit = self._hit, False
        return hit

    def _touched(self, kind: int, address: int, size: int) -> None:
        access = Access.READ if kind in _READS else Access.WRITE
        if any(
            access & wanted and start < address + size and address < start + length
            for start, length, wanted in self._watched
        ):
            self._hit = True
            self._cpu.request_stop()

    def _protect(self, address: int, size: int) -> None:
        for page in range(address // PAGE * PAGE, address + size, PAGE):
            guards = Access(0)
            for start, length, access in self._watched:
                if start < page + PAGE and page < start + length:
                    guards |= access
            self._cpu.pages.guard(page, reads=bool(guards & Access.READ), writes=bool(guards))
