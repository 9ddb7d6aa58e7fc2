"""A cache that starts empty, and a way to make predictors on it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from hilbench.boards import load_boards
from hilbench.image import find_toolchain
from hilbench.prediction import Predictor

MakePredictor = Callable[[str], Predictor]


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Cache of objects and predictions."""
    return tmp_path_factory.mktemp("cache")


@pytest.fixture(scope="module")
def predictor_for(cache: Path) -> MakePredictor:
    """A predictor for a board of boards.yaml."""
    boards = load_boards()

    def make(board: str) -> Predictor:
        return Predictor(boards[board], boards, find_toolchain("auto"), cache_dir=cache)

    return make
