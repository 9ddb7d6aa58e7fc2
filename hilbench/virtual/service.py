"""The process around a virtual board: says where its wires are, and ends on request."""

from __future__ import annotations

import json
import os
import selectors
import signal
import sys
from dataclasses import asdict

from hilbench.virtual.serve import Endpoints

_SIGNALS = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)


def serve_until_stopped(endpoints: Endpoints, board: str, *, stop_with_stdin: bool) -> None:
    """Announce the endpoints as one line of JSON, then wait for a signal.

    Args:
        endpoints: what to announce.
        board: name of the board.
        stop_with_stdin: also return when standard input ends, as it does when a parent dies.
    """
    awoken, waker = os.pipe()
    os.set_blocking(waker, False)
    signal.set_wakeup_fd(waker)
    for each in _SIGNALS:
        signal.signal(each, lambda _number, _frame: None)
    _announce(endpoints, board)
    with selectors.PollSelector() as selector:
        selector.register(awoken, selectors.EVENT_READ)
        if stop_with_stdin:
            selector.register(sys.stdin.fileno(), selectors.EVENT_READ)
        while not _should_stop(selector, awoken):
            pass


def _should_stop(selector: selectors.BaseSelector, awoken: int) -> bool:
    """Wait for the next event: a signal, input (which is ignored), or the end of input."""
    descriptors = [key.fd for key, _ in selector.select()]
    return awoken in descriptors or any(not os.read(each, 4096) for each in descriptors)


def _announce(endpoints: Endpoints, board: str) -> None:
    wires = {name: where for name, where in asdict(endpoints).items() if where is not None}
    sys.stdout.write(json.dumps({**wires, "pid": os.getpid(), "board": board}) + "\n")
    sys.stdout.flush()
    if sys.stderr.isatty():
        from rich.console import Console
        from rich.table import Table
        from rich.text import Text

        table = Table(box=None, show_header=False)
        for name, where in wires.items():
            table.add_row(name, where)
        console = Console(stderr=True, markup=False, emoji=False)
        console.print(Text.assemble((board, "bold"), " is up; Ctrl-C stops it."))
        console.print(table)
