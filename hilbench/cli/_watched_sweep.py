"""A sweep that somebody watches and may interrupt."""

from __future__ import annotations

import click
from rich.console import Console

from hilbench.cli._interruption import Interruption
from hilbench.cli._progress import SweepProgress
from hilbench.results import RunRecord, Store
from hilbench.sweep import SweepRequest, run_sweep


def run_watched_sweep(request: SweepRequest, store: Store, console: Console) -> RunRecord:
    """Sweep, drawn on `console`.

    Raises:
        KeyboardInterrupt: a signal ended it; how to go on has been said.
    """
    with SweepProgress(console) as progress, Interruption(progress) as listener:
        try:
            return run_sweep(request, store, listener)
        except KeyboardInterrupt:
            again = "" if request.resume else " --resume"
            if request.resume or listener.begun:
                click.echo(f"Every finished row is kept; go on with: {request.command}{again}", err=True)
            raise
