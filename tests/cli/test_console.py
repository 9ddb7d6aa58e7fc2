"""Output where nobody looks on: whole cells, nothing that moves."""

from __future__ import annotations

import io
import re
from collections.abc import Callable

import pytest
from rich.console import Console
from rich.table import Table

from hilbench.cli._console import print_table, shown_status, table_console
from hilbench.cli._work_progress import WorkProgress
from hilbench.console import rough_duration
from hilbench.runner.events import CaseDone, CaseStarted, Started
from hilbench.sweeps.progress import SweepProgress
from tests.analysis.rows import measurement
from tests.cli.runs import RUN


@pytest.fixture
def log(monkeypatch: pytest.MonkeyPatch) -> Console:
    """A file, where CI forces colours."""
    monkeypatch.setenv("FORCE_COLOR", "1")
    return Console(file=io.StringIO())


def written(log: Console) -> str:
    assert isinstance(log.file, io.StringIO)
    return log.file.getvalue()


def sweep(progress: SweepProgress, rows: int, wait: Callable[[], None] = lambda: None) -> None:
    with progress:
        progress(Started(RUN, rows, kept=0))
        for done in range(1, rows + 1):
            progress(CaseStarted("conv2d"))
            wait()
            progress(CaseDone(measurement(), done))


def test_a_log_with_colours_has_no_bar(log: Console) -> None:
    sweep(SweepProgress(log), 3)
    with shown_status(log, "fitting") as show:
        show("still fitting")
    assert "Measuring on bench." in written(log)
    assert len(written(log).splitlines()) == 2
    assert "\r" not in written(log)
    assert "\x1b[2K" not in written(log)


def test_a_log_says_now_and_then_how_far_it_is_and_what_is_left(
    log: Console, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = [1000.0]
    monkeypatch.setattr("hilbench.sweeps.progress.time.monotonic", lambda: clock[0])
    sweep(SweepProgress(log), 10, wait=lambda: clock.__setitem__(0, clock[0] + 12))
    assert re.findall(r"(\d+) of 10 cases, (.*) left", written(log)) == [
        ("3", "about 1 min"),
        ("6", "about 50 s"),
        ("9", "about 10 s"),
    ]


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(1, "about 5 s"), (58, "about 1 min"), (200, "about 3 min"), (4810, "about 1 h 20 min")],
)
def test_durations_are_rough(seconds: float, words: str) -> None:
    assert rough_duration(seconds) == words


def test_a_table_in_a_file_is_wide_whatever_colours_are_forced(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    table_console().print("x" * 150, highlight=False)
    assert capsys.readouterr().out == "x" * 150 + "\n"


def test_a_table_loses_nothing_at_a_narrow_terminal() -> None:
    narrow = Console(file=io.StringIO(), width=30)
    table = Table("case", box=None)
    table.add_column("mean error", justify="right", no_wrap=True)
    table.add_column("cycles", justify="right")
    table.add_row("depthwise_conv2d 12x12x8", "-12.3 %", "1,234,567")
    print_table(narrow, table)
    for word in ("case", "mean error", "cycles", "depthwise_conv2d", "12x12x8", "-12.3 %", "1,234,567"):
        assert word in written(narrow)
    assert narrow.width == 30


def test_work_without_a_sweep_says_in_a_log_what_is_left(log: Console) -> None:
    now = [0.0]
    with WorkProgress(log, "kernels", clock=lambda: now[0]) as progress:
        progress.stage("building")
        progress(0, 10)
        for done in range(1, 11):
            now[0] += 12
            progress(done, 10)
        now[0] += 40
        progress.stage("running the network")
        progress(0, 4)  # another round, at another pace
        now[0] += 31
        progress(1, 4)
    assert re.sub(r"\x1b\[[\d;]*m", "", written(log)).splitlines() == [
        "3 of 10 kernels, about 1 min left",
        "6 of 10 kernels, about 50 s left",
        "9 of 10 kernels, about 10 s left",
        "running the network",
        "1 of 4 kernels, about 2 min left",
    ]


def test_a_short_command_says_nothing_in_a_log(log: Console) -> None:
    with WorkProgress(log, "kernels") as progress:
        progress.stage("building")
        progress(0, 2)
        progress(2, 2)
    assert written(log) == ""
