"""A running virtual board, and stock pyOCD on its probe."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from pyocd.core.helpers import ConnectHelper
from pyocd.core.session import Session

from hilbench.chips import load_chip
from hilbench.power.instruments.ppk2 import Ppk2Config
from hilbench.virtual.serve import VirtualBoard
from tests.virtual.wires.counting_program import IMAGE

TARGET = "stm32h743xx"


def open_session(probe: str, **options: object) -> Session:
    """A pyOCD session, not yet opened, as `pyocd -u PROBE -t stm32h743xx` makes it."""
    return ConnectHelper.session_with_chosen_probe(
        unique_id=probe, blocking=False, options={"target_override": TARGET, "no_config": True, **options}
    )


@pytest.fixture
def board() -> Iterator[VirtualBoard]:
    with VirtualBoard("under-test", load_chip("stm32h743"), Ppk2Config()) as running:
        yield running


@pytest.fixture
def session(board: VirtualBoard) -> Iterator[Session]:
    """An open session; the core is halted."""
    with open_session(board.endpoints.probe, connect_mode="halt") as opened:
        yield opened


@pytest.fixture
def image(tmp_path: Path) -> Path:
    """The counting program as a binary file."""
    path = tmp_path / "counting.bin"
    path.write_bytes(IMAGE)
    return path
