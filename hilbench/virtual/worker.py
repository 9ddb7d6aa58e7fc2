"""A thread that owns what it works on: others hand it functions to call between two turns."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import TypeVar

from hilbench.errors import VirtualBoardError

T = TypeVar("T")


class Worker:
    """Alternates between jobs from other threads and turns of its own work.

    Args:
        turn: does a piece of work; returns for how long, in s, there is none.
        interrupt: asks a turn in progress to end soon; called from any thread.
        prepare: forgets such requests; called before jobs are looked for.
    """

    def __init__(
        self, turn: Callable[[], float], interrupt: Callable[[], None], prepare: Callable[[], None]
    ) -> None:
        self._turn = turn
        self._interrupt = interrupt
        self._prepare = prepare
        self._jobs: queue.SimpleQueue[Callable[[], object]] = queue.SimpleQueue()
        self._closing = False
        self._failure: BaseException | None = None
        self._thread = threading.Thread(target=self._work, name="virtual core", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def close(self) -> None:
        """End the thread and wait for it; safe to call twice."""
        self._closing = True
        self._interrupt()
        self._jobs.put(lambda: None)
        if self._thread.is_alive():
            self._thread.join()

    def post(self, job: Callable[[], object]) -> None:
        """Have `job` called soon; returns at once."""
        self._jobs.put(job)
        self._interrupt()

    def call(self, job: Callable[[], T]) -> T:
        """Have `job` called soon and wait for what it returns or raises.

        Raises:
            VirtualBoardError: the worker has ended.
        """
        if threading.current_thread() is self._thread or not self._thread.is_alive():
            self._check()
            return job()
        future: Future[T] = Future()
        self.post(lambda: _settle(future, job))
        while not future.done():
            try:
                return future.result(timeout=0.5)
            except TimeoutError:
                if not self._thread.is_alive():
                    self._check()
                    return job()
        return future.result()

    def _check(self) -> None:
        if self._failure is not None:
            raise VirtualBoardError(f"The virtual core stopped working: {self._failure}") from self._failure

    def _work(self) -> None:
        try:
            wait = 0.0
            while not self._closing:
                self._prepare()
                self._drain(wait)
                wait = self._turn()
        except BaseException as failure:  # noqa: BLE001  # told to whoever calls next
            self._failure = failure

    def _drain(self, wait: float) -> None:
        try:
            self._jobs.get(timeout=wait)() if wait else self._jobs.get_nowait()()
            while True:
                self._jobs.get_nowait()()
        except queue.Empty:
            return


def _settle(future: Future[T], job: Callable[[], T]) -> None:
    try:
        future.set_result(job())
    except BaseException as failure:  # noqa: BLE001  # it belongs to the caller
        future.set_exception(failure)
