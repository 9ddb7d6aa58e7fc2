"""A sweep that somebody watches and may interrupt."""

from __future__ import annotations

import shlex

from rich.console import Console

from hilbench.cli._interruption import Interruption
from hilbench.cli._progress import SweepProgress
from hilbench.results import RunRecord, Store
from hilbench.sweep import SweepRequest, run_sweep


def run_watched_sweep(request: SweepRequest, store: Store, console: Console) -> RunRecord:
    """Sweep, drawn on `console`.

    Whatever ends it once it has begun carries a note on how to go on.
    """
    with SweepProgress(console) as progress, Interruption(progress) as listener:
        try:
            return run_sweep(request, store, listener)
        except BaseException as error:
            if listener.begun is not None:
                error.add_note(how_to_go_on(request.command, listener.begun))
            raise


def how_to_go_on(command: str, run: RunRecord) -> str:
    """The line that tells it, with the command as it can be typed."""
    return f"Every finished row is kept; go on with: {resuming(command, run.run_id)}"


def resuming(command: str, run_id: str) -> str:
    """`command` with `--resume RUN` in place of its own --resume and --force."""
    words: list[str] = []
    left = iter(shlex.split(command))
    for word in left:
        if word == "--resume":
            following = next(left, None)
            if following is not None and following.startswith("-"):
                words.append(following)
        elif word != "--force" and not word.startswith("--resume="):
            words.append(word)
    return shlex.join([*(word for word in words if word != "--force"), "--resume", run_id])
