"""Work shared out among workers that each wait for something of their own: a process, a board."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from threading import Condition, Event, Thread
from typing import Generic, Protocol, TypeVar

Unit = TypeVar("Unit")
Result = TypeVar("Result")
_Taken = TypeVar("_Taken", contravariant=True)
_Given = TypeVar("_Given", covariant=True)

_LOOK_S = 0.2
"""Time between two looks at threads that are to end: what they wait for may have been opened meanwhile."""


class Worker(Protocol[_Taken, _Given]):
    """Worker that does units, one at a time."""

    def work(self, unit: _Taken) -> Iterable[_Given]:
        """Do a unit whole."""

    def abandon(self) -> None:
        """Have `work` of another thread fail soon; called more than once."""


class Withdrawal(Exception):  # no error of the work: others go on with it
    """A worker that cannot go on; its unit goes to the others.

    Args:
        cause: raised in its place where no worker is left.
    """

    def __init__(self, cause: BaseException) -> None:
        super().__init__(str(cause))
        self.cause = cause


def cores() -> int:
    """Processors that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def share(
    workers: Sequence[Worker[Unit, Result]], units: Iterable[Unit], keep: Callable[[Result], None]
) -> None:
    """Have all units done, each by whichever worker is free; a single worker works in the calling thread.

    Args:
        workers: each with a thread of its own.
        units: taken one by one, in their order.
        keep: takes the results as they come, in the calling thread; also those that are there when a
            failure or an interruption ends the work.

    Raises:
        BaseException: what a worker, `units` or `keep` raises; all work ends then. A worker that raises
            Withdrawal leaves, and its unit is done whole by another one.
    """
    if len(workers) > 1:
        _Shift(workers, units).run(keep)
        return
    for unit in units:
        try:
            for result in workers[0].work(unit):
                keep(result)
        except Withdrawal as withdrawal:
            raise withdrawal.cause from withdrawal


class _Nothing:
    """End of the units."""


_NONE = _Nothing()


@dataclass(frozen=True)
class _Left:
    """A worker's thread has ended, maybe by a failure."""

    failure: BaseException | None


class _Shift(Generic[Unit, Result]):
    """A thread a worker, until the units are done."""

    def __init__(self, workers: Sequence[Worker[Unit, Result]], units: Iterable[Unit]) -> None:
        self._workers = workers
        self._units = iter(units)
        self._taking = Condition()
        self._returned: deque[Unit] = deque()
        self._busy = 0
        self._staying = len(workers)
        self._over = Event()
        self._told: SimpleQueue[Result | _Left] = SimpleQueue()

    def run(self, keep: Callable[[Result], None]) -> None:
        threads = [Thread(target=self._work, args=(worker,)) for worker in self._workers]
        for thread in threads:
            thread.start()
        try:
            for _ in threads:
                self._keep_until_one_leaves(keep)
        except BaseException:
            self._end(threads)
            with suppress(KeyboardInterrupt):
                self._keep_the_rest(keep)
            raise
        for thread in threads:
            thread.join()

    def _keep_until_one_leaves(self, keep: Callable[[Result], None]) -> None:
        while not isinstance(told := self._told.get(), _Left):
            keep(told)
        if told.failure is not None:
            raise told.failure

    def _keep_the_rest(self, keep: Callable[[Result], None]) -> None:
        with suppress(Empty):
            while True:
                told = self._told.get_nowait()
                if not isinstance(told, _Left):
                    keep(told)

    def _end(self, threads: Sequence[Thread]) -> None:
        """Let go of what the threads wait for, and wait until they have seen it."""
        self._over.set()
        while any(thread.is_alive() for thread in threads):
            for worker in self._workers:
                worker.abandon()
            for thread in threads:
                thread.join(_LOOK_S)

    def _work(self, worker: Worker[Unit, Result]) -> None:
        failure: BaseException | None = None
        try:
            while (unit := self._next()) is not None:
                try:
                    for result in worker.work(*unit):
                        self._told.put(result)
                except Withdrawal as withdrawal:
                    failure = self._withdraw(*unit, withdrawal)
                    break
                self._finish()
        except BaseException as error:  # noqa: BLE001  # raised again where the results are taken
            failure = error
        self._told.put(_Left(failure))

    def _withdraw(self, unit: Unit, withdrawal: Withdrawal) -> BaseException | None:
        """Give a unit back; the failure where there is nobody to take it."""
        with self._taking:
            self._returned.append(unit)
            self._staying -= 1
            self._busy -= 1
            self._taking.notify_all()
            return withdrawal.cause if self._staying == 0 else None

    def _finish(self) -> None:
        with self._taking:
            self._busy -= 1
            self._taking.notify_all()

    def _next(self) -> tuple[Unit] | None:
        """The next unit; while others work, one of theirs may still come back."""
        with self._taking:
            while not self._over.is_set():
                unit = self._returned.popleft() if self._returned else next(self._units, _NONE)
                if not isinstance(unit, _Nothing):
                    self._busy += 1
                    return (unit,)
                if not self._busy:
                    break
                self._taking.wait(_LOOK_S)
        return None
