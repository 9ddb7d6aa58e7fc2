"""The prefetch queue."""

from __future__ import annotations

from hilbench.virtual.timing.fetch import FetchQueue


def test_a_branch_target_brings_one_word_and_then_one_a_cycle() -> None:
    queue = FetchQueue(width=4, depth=3)
    queue.restart(0x100, 10, full=False)
    assert [queue.available(end) for end in (0x102, 0x104, 0x106, 0x108, 0x10C)] == [10, 10, 11, 11, 12]


def test_a_target_in_the_middle_of_a_word_brings_only_the_rest_of_it() -> None:
    queue = FetchQueue(width=8, depth=4)
    queue.restart(0x106, 0, full=False)
    assert [queue.available(end) for end in (0x108, 0x10A)] == [0, 1]


def test_a_full_queue_has_its_depth_at_once() -> None:
    queue = FetchQueue(width=4, depth=3)
    queue.restart(0x100, 5, full=True)
    assert queue.available(0x10C) == 5


def test_a_queue_without_room_fetches_only_when_words_are_taken() -> None:
    queue = FetchQueue(width=4, depth=2)
    queue.restart(0x100, 0, full=True)
    queue.consume(0x104, 9)
    assert queue.available(0x10C) == 10


def test_a_stolen_cycle_delays_the_word_that_was_due() -> None:
    queue = FetchQueue(width=4, depth=3)
    queue.restart(0x100, 0, full=False)
    queue.steal(0)
    assert queue.available(0x108) == 2
