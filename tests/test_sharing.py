"""Work that is shared out: all of it once, nothing lost when it ends early, no worker left waiting."""

from __future__ import annotations

from collections.abc import Iterator
from threading import Event

import pytest

from hilbench.errors import LinkError
from hilbench.sharing import Withdrawal, share


class Squares:
    """A worker that fails at one number and waits for ever at another."""

    def __init__(self, fails_at: int = -1, waits_at: int = -1) -> None:
        self.fails_at = fails_at
        self.waits_at = waits_at
        self.abandoned = Event()

    def work(self, unit: int) -> Iterator[int]:
        if unit == self.fails_at:
            raise LinkError("silence")
        if unit == self.waits_at:
            self.abandoned.wait()
            return
        yield unit * unit

    def abandon(self) -> None:
        self.abandoned.set()


@pytest.mark.parametrize("count", [1, 2, 5])
def test_every_unit_is_done_once(count: int) -> None:
    kept: list[int] = []
    share([Squares() for _ in range(count)], range(40), kept.append)
    assert sorted(kept) == [number * number for number in range(40)]


def test_a_failure_ends_all_work_and_what_was_done_is_kept() -> None:
    kept: list[int] = []
    with pytest.raises(LinkError, match="silence"):
        share([Squares(fails_at=7) for _ in range(3)], range(7, 1_000_000), kept.append)
    assert len(kept) < 1_000_000


def test_an_interruption_lets_go_of_workers_that_wait() -> None:
    workers = [Squares(waits_at=1), Squares(waits_at=1)]
    kept: list[int] = []

    def keep(result: int) -> None:
        kept.append(result)
        if result == 16:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        share(workers, range(5), keep)
    assert all(worker.abandoned.is_set() for worker in workers)
    assert set(kept) == {0, 4, 9, 16}


def test_units_that_fail_to_come_end_the_work() -> None:
    def units() -> Iterator[int]:
        yield 3
        raise LinkError("no more")

    kept: list[int] = []
    with pytest.raises(LinkError, match="no more"):
        share([Squares(), Squares()], units(), kept.append)
    assert kept == [9]


class Leaving(Squares):
    """A worker that withdraws at one number."""

    def work(self, unit: int) -> Iterator[int]:
        if unit == self.fails_at:
            raise Withdrawal(LinkError("silence"))
        yield from super().work(unit)


def test_the_unit_of_a_worker_that_leaves_is_done_by_another() -> None:
    kept: list[int] = []
    share([Leaving(fails_at=39), Squares()], range(40), kept.append)
    assert sorted(kept) == [number * number for number in range(40)]


@pytest.mark.parametrize("count", [1, 3])
def test_the_last_worker_to_leave_ends_the_work(count: int) -> None:
    kept: list[int] = []
    with pytest.raises(LinkError, match="silence"):
        share([Leaving(fails_at=5) for _ in range(count)], range(10), kept.append)
    assert 25 not in kept
