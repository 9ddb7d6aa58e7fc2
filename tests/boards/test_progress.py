"""The clock of a launched board: time passes while it works or waits, and hardly while it is held up."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from hilbench.boards import progress
from hilbench.boards.progress import ProgressClock

NOBODY = 2**30
"""No process has this number."""
BURN = """
import time
for line in open(0):
    end = time.process_time() + float(line)
    while time.process_time() < end:
        pass
    print(flush=True)
"""


@dataclass
class Machine:
    """Times that the clock sees, s: of the wall, and of processes on a processor and in the queue for one."""

    wall: float = 0.0
    used: float = 0.0
    queued: float = 0.0

    def pass_time(self, clock: ProgressClock, looks: int, *, used: float = 0.0, queued: float = 0.0) -> float:
        """Time that counts over some looks of 60 ms."""
        before = clock()
        for _ in range(looks):
            self.wall += 0.06
            self.used += used
            self.queued += queued
            clock()
        return clock() - before


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch) -> Machine:
    """A machine of which the test says how busy it is."""
    machine = Machine()
    monkeypatch.setattr(progress, "_processor_s", lambda _: machine.used)
    monkeypatch.setattr(progress, "_queued_s", lambda _: machine.queued / 2)  # of two processes
    return machine


@pytest.fixture
def clock(machine: Machine) -> ProgressClock:
    return ProgressClock(NOBODY, lambda: machine.wall)


@pytest.fixture
def burners() -> Iterator[list[subprocess.Popen[str]]]:
    """Two processes that use a processor for as many seconds as they are told, and then say so."""
    command = [sys.executable, "-c", BURN]
    with (
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as one,
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as other,
    ):
        for process in (one, other):
            burn(process, 0)
            wait(process)
        yield [one, other]
        one.kill()
        other.kill()


def burn(process: subprocess.Popen[str], seconds: float) -> None:
    assert process.stdin
    process.stdin.write(f"{seconds}\n")
    process.stdin.flush()


def wait(process: subprocess.Popen[str]) -> None:
    assert process.stdout
    assert process.stdout.readline()


def test_a_process_that_waits_is_not_waited_for_without_end(machine: Machine, clock: ProgressClock) -> None:
    assert machine.pass_time(clock, 5) == pytest.approx(0.3)


def test_time_in_the_queue_for_a_processor_hardly_counts(machine: Machine, clock: ProgressClock) -> None:
    assert machine.pass_time(clock, 5, queued=0.06) == pytest.approx(0.03)
    assert machine.pass_time(clock, 5, queued=0.02) == pytest.approx(0.2)


def test_processor_time_counts_whatever_the_queue(machine: Machine, clock: ProgressClock) -> None:
    assert machine.pass_time(clock, 3, used=1, queued=0.06) == pytest.approx(3)


def test_the_clock_stands_between_two_looks(machine: Machine, clock: ProgressClock) -> None:
    machine.wall += 0.04
    assert clock() == 0
    machine.wall += 0.02
    assert clock() == pytest.approx(0.06)


def test_a_machine_that_was_asleep_counts_little(machine: Machine, clock: ProgressClock) -> None:
    machine.wall += 3600
    assert clock() == pytest.approx(0.5)


def test_wall_time_counts_where_nothing_can_be_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(progress, "_OWN", Path("/nowhere"))
    machine = Machine()
    assert machine.pass_time(ProgressClock(NOBODY, lambda: machine.wall), 5) == pytest.approx(0.3)


def test_processor_time_is_that_of_the_process(burners: list[subprocess.Popen[str]]) -> None:
    machine, process = Machine(), burners[0]
    clock = ProgressClock(process.pid, lambda: machine.wall)
    burn(process, 0.3)
    wait(process)
    machine.wall += 0.06
    assert clock() == pytest.approx(0.3, abs=0.1)


def test_time_in_the_queue_is_found_out(burners: list[subprocess.Popen[str]]) -> None:
    processor = {min(os.sched_getaffinity(0))}
    folders = [Path(f"/proc/{process.pid}") for process in burners]
    for process in burners:
        os.sched_setaffinity(process.pid, processor)
    before = sum(map(progress._queued_s, folders))
    for process in burners:
        burn(process, 0.2)
    for process in burners:
        wait(process)
    assert sum(map(progress._queued_s, folders)) - before > 0.1  # while one ran, the other waited
