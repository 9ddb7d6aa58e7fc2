"""A register lock that two keys open, in their order."""

from __future__ import annotations


class KeyLock:
    """Locked after reset; a wrong key locks it for good, until the next reset (ST RM0433, 4.5.1)."""

    def __init__(self, keys: tuple[int, int]) -> None:
        self._keys = keys
        self.reset()

    def reset(self) -> None:
        """Lock, and forget a wrong key."""
        self.locked = True
        self._jammed = False
        self._first_seen = False

    def close(self) -> None:
        """Lock, as setting LOCK does."""
        self.locked = True
        self._first_seen = False

    def enter(self, key: int) -> None:
        """Take one of the two keys."""
        if self._jammed or not self.locked:
            return
        if key != self._keys[self._first_seen]:
            self._jammed = True
        elif self._first_seen:
            self.locked = False
        self._first_seen = not self._first_seen
