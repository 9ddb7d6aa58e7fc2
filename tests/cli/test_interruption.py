from __future__ import annotations

import os
import signal
from contextlib import suppress

import pytest

from hilbench.cli._interruption import Interruption
from hilbench.sweep.events import CaseStarted, Event

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


def test_handlers_are_put_back() -> None:
    before = signal.getsignal(signal.SIGTERM)
    with Interruption(lambda _: None):
        assert signal.getsignal(signal.SIGTERM) != before
    assert signal.getsignal(signal.SIGTERM) == before
