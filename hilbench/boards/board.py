"""Board of boards.yaml: its entry, and the provider that reaches it."""

from __future__ import annotations

from pydantic import model_validator

from hilbench.boards.config import BoardConfig
from hilbench.boards.provider import BoardProvider
from hilbench.boards.providers.bench import BenchProvider


class Board(BoardConfig):
    """One entry of boards.yaml."""

    provider: BoardProvider = BenchProvider()
    """Provider of the board: of entries with `launch` a process, of others without `provider` the bench."""
    members: tuple[Board, ...] = ()
    """Boards of a pool, any of which may stand for it; empty for a single board."""
    pool: str = ""
    """Name of the pool that it is a member of; empty for a board of its own."""
    member: str = ""
    """Name in the pool."""

    @property
    def entry(self) -> str:
        """Name of its entry in boards.yaml, which rows and runs are called by."""
        return self.pool or self.name

    @model_validator(mode="after")
    def _has_what_its_provider_needs(self) -> Board:
        if not self.members:
            self.provider.check(self)
        return self

    @model_validator(mode="after")
    def _has_models_to_calibrate(self) -> Board:
        if self.calibration is not None and not self.provider.starts_boards:
            raise ValueError("has a 'calibration', which only a board with 'launch' can take")
        return self
