"""The head of a new run on an open board."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime

from hilbench import __version__
from hilbench.boards import BoardSession
from hilbench.results import RunRecord


def new_run(board: BoardSession, grid: str, command: str) -> RunRecord:
    """A run that begins now.

    Args:
        board: an open one.
        grid: name of what is run.
        command: the command line as typed.
    """
    started = datetime.now(UTC)
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
        environment=board.environment,
    )
