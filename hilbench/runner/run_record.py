"""The head of a new run on an open board."""

from __future__ import annotations

import secrets
import subprocess
from dataclasses import replace
from datetime import UTC, datetime

from hilbench import __version__
from hilbench.boards import BoardSession
from hilbench.results import RunRecord

_GIT_S = 5.0


def new_run(board: BoardSession, grid: str, command: str) -> RunRecord:
    """A run that begins now.

    Args:
        board: an open one.
        grid: name of what is run.
        command: the command line as typed.
    """
    started = datetime.now(UTC)
    environment = board.environment
    if board.board.pool:  # each row has those of its member
        environment = replace(environment, member="", probe_id="", uid="", meter_serial="")
    return RunRecord(
        run_id=f"{started:%Y%m%d-%H%M%S}-{board.name}-{secrets.token_hex(2)}",
        board=board.name,
        twin_of=board.twin_of or "",
        provenance=board.provenance,
        chip=board.chip.name,
        core=board.chip.core,
        grid=grid,
        command=command,
        started=started,
        hilbench_version=__version__,
        environment=replace(environment, commit=_commit()),
    )


def _commit() -> str:
    """Commit of the working folder, `-dirty` where tracked files differ; empty outside of a repository."""
    command = ("git", "describe", "--always", "--dirty", "--abbrev=12", "--exclude=*")
    try:
        done = subprocess.run(
            command, capture_output=True, text=True, encoding="utf-8", timeout=_GIT_S, check=False
        )
    except (OSError, subprocess.SubprocessError):
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""
