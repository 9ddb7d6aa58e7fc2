from __future__ import annotations

import os
import signal
from contextlib import suppress
from pathlib import Path

import pytest
from rich.console import Console

from hilbench.cli._sweep_with_progress import Interruption, resuming, sweep_with_progress
from hilbench.results import RunRecord, Store
from hilbench.runner.events import CaseStarted, Event, Listener, Started
from hilbench.sweeps import SweepRequest
from tests.cli.runs import RUN

EVENT = CaseStarted("conv2d")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupt_that_a_library_swallows_is_raised_at_the_next_event(number: signal.Signals) -> None:
    seen: list[Event] = []
    with Interruption(seen.append) as listener:
        listener(EVENT)
        with suppress(KeyboardInterrupt):
            os.kill(os.getpid(), number)
        with pytest.raises(KeyboardInterrupt):
            listener(EVENT)
    assert seen == [EVENT]


@pytest.mark.parametrize("begun", [True, False])
def test_how_to_go_on_is_said_where_there_is_a_run(
    begun: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(request: SweepRequest, store: Store, listener: Listener) -> RunRecord:
        if begun:
            listener(Started(RUN, total=2, kept=0))
        raise KeyboardInterrupt

    monkeypatch.setattr("hilbench.cli._sweep_with_progress.run_sweep", interrupted)
    request = SweepRequest(board="bench", command="hilbench sweep --board bench")
    with Store(str(tmp_path / "store.sqlite")) as store, pytest.raises(KeyboardInterrupt) as ended:
        sweep_with_progress(request, store, Console())
    line = f"Every finished row is kept; go on with: hilbench sweep --board bench --resume {RUN.run_id}"
    assert getattr(ended.value, "__notes__", []) == [line] * begun


@pytest.mark.parametrize(
    ("typed", "again"),
    [
        ("hilbench sweep --board b", "hilbench sweep --board b --resume RUN"),
        ("hilbench sweep --resume --board b", "hilbench sweep --board b --resume RUN"),
        ("hilbench sweep --board b --resume old --force", "hilbench sweep --board b --resume RUN"),
        ("hilbench sweep --resume=old --grid 'a b'", "hilbench sweep --grid 'a b' --resume RUN"),
    ],
)
def test_the_command_that_goes_on_names_the_run_and_repeats_nothing(typed: str, again: str) -> None:
    assert resuming(typed, "RUN") == again


def test_handlers_are_put_back() -> None:
    before = signal.getsignal(signal.SIGTERM)
    with Interruption(lambda _: None):
        assert signal.getsignal(signal.SIGTERM) != before
    assert signal.getsignal(signal.SIGTERM) == before
