"""pytest plugin: tests that run on a board, physical or virtual.

A test says what it needs with `@pytest.mark.hardware(board="stm32h7", power=True)` and takes the
fixtures `board` and `bench`. One session has one board: `--hil-board`, else the one that the markers name.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from hilbench.errors import BoardBusy, BoardMissing, ConfigError
from hilbench.paths import BOARDS_FILE

if TYPE_CHECKING:
    from hilbench.boards import BoardSession
    from hilbench.sweep.bench import Bench

_MARKER = "hardware"
_DEFAULT_BOARD = "stm32h7"
_BOARD_NAME = pytest.StashKey[str]()
_OPEN_BOARD = pytest.StashKey["BoardSession"]()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options of hardware in the loop."""
    group = parser.getgroup("hilbench", "hardware in the loop")
    group.addoption(
        "--hil-board",
        metavar="NAME",
        help=f"board of this session; default: the one that the tests' markers name, else {_DEFAULT_BOARD}",
    )
    group.addoption("--hil-boards-file", type=Path, default=BOARDS_FILE, help="another boards.yaml")
    group.addoption(
        "--hil-require-hardware", action="store_true", help="never use the virtual twin of an absent board"
    )


def pytest_configure(config: pytest.Config) -> None:
    """Declare the marker."""
    config.addinivalue_line(
        "markers",
        f"{_MARKER}(board=None, power=False): runs on a board, with a power meter where asked; "
        "skipped, with the reason, when it is not there",
    )


def pytest_collection_finish(session: pytest.Session) -> None:
    """Settle which board this session is about; one that is not known ends it before the first test."""
    from hilbench.boards import get_board, load_boards

    config = session.config
    asked: str | None = config.getoption("--hil-board")
    markers = list(_markers(session))
    named = [marker.kwargs["board"] for marker in markers if marker.kwargs.get("board")]
    config.stash[_BOARD_NAME] = asked or next(iter(named), _DEFAULT_BOARD)
    if markers:
        try:
            get_board(load_boards(config.getoption("--hil-boards-file")), config.stash[_BOARD_NAME])
        except ConfigError as error:
            raise pytest.UsageError(str(error)) from error


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Say at the end where the numbers came from."""
    board = config.stash.get(_OPEN_BOARD, None)
    if board is not None:
        twin = f", the virtual twin of {board.twin_of}, which is not attached" if board.twin_of else ""
        terminalreporter.write_line(f"hilbench: {board.provenance} on {board.name}{twin}")


@pytest.fixture(scope="session")
def board(request: pytest.FixtureRequest) -> Iterator[BoardSession]:
    """The session's board, open and locked; tests that need it are skipped where it is not there."""
    from hilbench.boards import attach, load_boards

    config = request.config
    try:
        opened = attach(
            config.stash[_BOARD_NAME],
            boards=load_boards(config.getoption("--hil-boards-file")),
            require_hardware=config.getoption("--hil-require-hardware"),
            command="pytest",
        )
    except (BoardBusy, BoardMissing) as error:
        pytest.skip(str(error))
    with opened:
        config.stash[_OPEN_BOARD] = opened
        yield opened


@pytest.fixture(autouse=True)
def _hardware(request: pytest.FixtureRequest) -> None:
    """Skip a marked test when the session's board is not what its marker asks for."""
    marker = request.node.get_closest_marker(_MARKER)
    if marker is None:
        return
    opened: BoardSession = request.getfixturevalue("board")
    wanted = marker.kwargs.get("board")
    if wanted not in {None, opened.name, opened.twin_of}:
        pytest.skip(f"needs '{wanted}', this session has '{opened.name}'; choose with --hil-board")
    if marker.kwargs.get("power") and not opened.environment.has_meter:
        pytest.skip(f"needs a power meter, '{opened.name}' has none")


@pytest.fixture
def bench(board: BoardSession, request: pytest.FixtureRequest) -> Iterator[Bench]:
    """Runs cases, images and networks; what they cost goes into the test's properties (junitxml)."""
    from hilbench.boards import load_boards
    from hilbench.deploy.bench import NetworkBench
    from hilbench.sweep.bench import Bench

    networks = NetworkBench(board, load_boards(request.config.getoption("--hil-boards-file")))
    with Bench(board, request.node.user_properties.append, networks) as opened:
        yield opened


def _markers(session: pytest.Session) -> Iterator[pytest.Mark]:
    for item in session.items:
        yield from item.iter_markers(_MARKER)
