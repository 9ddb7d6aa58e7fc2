"""The lock of a shared probe."""

from __future__ import annotations

import threading

from hilbench.virtual.debug.client_lock import ClientLock


def _taking(lock: ClientLock) -> tuple[threading.Thread, threading.Event]:
    """A thread that waits for the lock, and an event that says it has it."""
    taken = threading.Event()

    def take() -> None:
        lock.acquire()
        taken.set()

    thread = threading.Thread(target=take, daemon=True)
    thread.start()
    return thread, taken


def test_it_is_recursive_and_passes_on_when_released_as_often() -> None:
    lock = ClientLock()
    lock.acquire()
    lock.acquire()
    other, taken = _taking(lock)
    lock.release()
    assert not taken.wait(0.2)
    lock.release()
    assert taken.wait(5)
    other.join()


def test_a_holder_that_vanished_does_not_keep_it() -> None:
    lock = ClientLock()
    gone = threading.Thread(target=lock.acquire)
    gone.start()
    gone.join()
    taken = threading.Thread(target=lock.acquire, daemon=True)
    taken.start()
    taken.join(5)
    assert not taken.is_alive()


def test_releasing_what_another_holds_changes_nothing() -> None:
    lock = ClientLock()
    lock.acquire()
    stranger = threading.Thread(target=lock.release)
    stranger.start()
    stranger.join()
    _, taken = _taking(lock)
    assert not taken.wait(0.2)
    lock.release()
    assert taken.wait(5)
