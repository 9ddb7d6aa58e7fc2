"""The time that a process had to get on: on a busy machine it passes as slowly as the process comes along."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from threading import Lock

_LOOK_S = 0.05
"""Wall time between two looks at the processes; in between the clock stops."""
_LONGEST_LOOK_AWAY_S = 0.5
"""Most wall time that counts between two looks: this process may have been stopped, or the machine asleep."""
_LEAST_SHARE = 0.1
"""Least share of wall time that counts, however busy the machine is: every wait ends."""
_OWN = Path("/proc/self")
_NS = 1e-9


class ProgressClock:
    """Seconds that count for another process, as the clock of a deadline.

    Wall time counts, less that in which a thread of either process stood in the queue for a processor; and
    processor time of the other process counts in any case. Where there is no /proc to ask, wall time counts.

    Source: proc_pid_stat(5) and proc_pid_schedstat of the kernel's sched-stats documentation.

    Args:
        pid: the process.
        wall: wall time, s.
    """

    def __init__(self, pid: int, wall: Callable[[], float] = time.monotonic) -> None:
        self._folder = Path(f"/proc/{pid}")
        self._lock = Lock()
        self._total = 0.0
        self._wall = wall
        self._looked = wall()
        self._used, self._queued = self._look()

    def __call__(self) -> float:
        """Seconds that have counted since it was made."""
        with self._lock:
            passed = self._wall() - self._looked
            if passed >= _LOOK_S:
                self._looked += passed
                self._count(min(passed, _LONGEST_LOOK_AWAY_S))
            return self._total

    def _count(self, passed: float) -> None:
        used, queued = self._look()
        undisturbed = passed - max(0.0, queued - self._queued)
        self._total += max(undisturbed, _LEAST_SHARE * passed, used - self._used)
        self._used, self._queued = used, queued

    def _look(self) -> tuple[float, float]:
        """Processor time of the other process, and time in the queue of both, s."""
        return _processor_s(self._folder), _queued_s(self._folder) + _queued_s(_OWN)


def _processor_s(process: Path) -> float:
    """Processor time of all threads; 0 of a process that has ended."""
    try:
        text = (process / "stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return 0.0
    user, system = text.rpartition(")")[2].split()[11:13]  # before it stands a name that may hold anything
    return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


def _queued_s(process: Path) -> float:
    """Time that the threads of a process were ready to run while others had the processors."""
    waited = 0
    with suppress(OSError, IndexError):
        for thread in (process / "task").iterdir():
            with suppress(OSError):  # it has ended meanwhile
                waited += int((thread / "schedstat").read_text(encoding="utf-8").split()[1])
    return waited * _NS
