"""The lock that clients of a shared probe take; a client that vanished does not keep it."""

from __future__ import annotations

import threading

_CHECK_S = 0.05


class ClientLock:
    """A recursive lock whose holder is a thread and which passes on when that thread has ended."""

    def __init__(self) -> None:
        self._condition = threading.Condition()
        self._holder: threading.Thread | None = None
        self._depth = 0

    def acquire(self) -> None:
        """Wait for the lock and take it."""
        caller = threading.current_thread()
        with self._condition:
            while self._holder is not None and self._holder is not caller and self._holder.is_alive():
                self._condition.wait(_CHECK_S)
            if self._holder is not caller:
                self._holder, self._depth = caller, 0
            self._depth += 1

    def release(self) -> None:
        """Give back one `acquire`; nothing if the caller holds none."""
        with self._condition:
            if self._holder is not threading.current_thread():
                return
            self._depth -= 1
            if self._depth == 0:
                self._holder = None
                self._condition.notify()
