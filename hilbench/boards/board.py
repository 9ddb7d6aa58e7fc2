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

    @model_validator(mode="after")
    def _has_what_its_provider_needs(self) -> Board:
        self.provider.check(self)
        return self

    @model_validator(mode="after")
    def _has_models_to_calibrate(self) -> Board:
        if self.calibration is not None and not self.provider.starts_boards:
            raise ValueError("has a 'calibration', which only a board with 'launch' can take")
        return self
