"""The clock of a launched board: time passes while it works or waits, and hardly while it is held up."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from hilbench.boards import progress
from hilbench.boards.progress import ProgressClock


@pytest.fixture
def process() -> Iterator[subprocess.Popen[bytes]]:
    """A process that waits for its end."""
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as started:
        yield started
        started.kill()


def passed(clock: ProgressClock, looks: int) -> float:
    """Time that counts over some looks of 60 ms, s."""
    before = clock()
    for _ in range(looks):
        time.sleep(0.06)
        clock()
    return clock() - before


def test_a_process_that_waits_is_not_waited_for_without_end(process: subprocess.Popen[bytes]) -> None:
    assert passed(ProgressClock(process.pid), 5) > 0.02


def test_time_in_the_queue_for_a_processor_hardly_counts(
    process: subprocess.Popen[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(progress, "_queued_s", lambda _: time.monotonic())
    clock, began = ProgressClock(process.pid), time.monotonic()
    assert passed(clock, 5) < 0.5 * (time.monotonic() - began)


def test_processor_time_counts_whatever_the_queue(
    process: subprocess.Popen[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    used = iter(range(1, 100))
    monkeypatch.setattr(progress, "_queued_s", lambda _: time.monotonic())
    monkeypatch.setattr(progress, "_processor_s", lambda _: float(next(used)))
    assert passed(ProgressClock(process.pid), 3) >= 2


def test_wall_time_counts_where_nothing_can_be_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(progress, "_OWN", Path("/nowhere"))
    assert passed(ProgressClock(2**30), 5) >= 0.25
