"""pytest plugin: tests that run on a board, physical or virtual.

A test says what it needs with `@pytest.mark.hardware(board="stm32h7", power=True)` and takes the fixtures
`hil_board` and `hil_bench`, or by their short names `board` and `bench`. One session has one board:
`--hil-board`, else the one that the markers name.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import pytest

from hilbench.errors import BoardBusy, BoardMissing, ConfigError
from hilbench.paths import BOARDS_FILE

if TYPE_CHECKING:
    from hilbench.boards import BoardSession
    from hilbench.sweeps.baseline_rows import BaselineRows
    from hilbench.sweeps.bench import Bench

_MARKER = "hardware"
_DEFAULT_BOARD = "stm32h7"
_BOARD_NAME = pytest.StashKey[str]()
_OPEN_BOARD = pytest.StashKey["BoardSession"]()
_SHORT_NAMES = "hil_short_names"
_BASELINE = "hil_baseline"


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
        "--hil-require-hardware",
        action="store_true",
        help="never use the virtual twin of an absent board; implies --hil-strict",
    )
    group.addoption(
        "--hil-strict",
        action="store_true",
        help="a board or meter that is missing or busy is an error, no skip",
    )
    group.addoption(
        "--hil-update-baseline",
        action="store_true",
        help="take what hil_bench.check measures into the baseline, and judge nothing",
    )
    parser.addini(_BASELINE, "CSV file that hil_bench.check compares with", default="hil_baseline.csv")
    parser.addini(
        _SHORT_NAMES, "fixtures board and bench beside hil_board and hil_bench", "bool", default=True
    )


def pytest_configure(config: pytest.Config) -> None:
    """Declare the marker, and the short names of the fixtures."""
    if config.getini(_SHORT_NAMES):
        config.pluginmanager.register(_ShortNames(), "hilbench-short-names")
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
def hil_board(request: pytest.FixtureRequest) -> Iterator[BoardSession]:
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
        if isinstance(error, BoardBusy) and _workers() > 1:
            pytest.fail(f"{error} Workers of pytest-xdist cannot share it: run with -n 0.", pytrace=False)
        _lack(config, str(error))
    with opened:
        if _workers() > 1 and not opened.is_own and not opened.board.pool:
            pytest.fail(f"Workers of pytest-xdist cannot share {opened.name}: run with -n 0.", pytrace=False)
        config.stash[_OPEN_BOARD] = opened
        yield opened


@pytest.fixture(autouse=True)
def _hardware(request: pytest.FixtureRequest) -> None:
    """Skip a marked test when the session's board is not what its marker asks for."""
    marker = request.node.get_closest_marker(_MARKER)
    if marker is None:
        return
    opened: BoardSession = request.getfixturevalue("hil_board")
    wanted = marker.kwargs.get("board")
    if wanted not in {None, opened.name, opened.twin_of}:
        pytest.skip(f"needs '{wanted}', this session has '{opened.name}'; choose with --hil-board")
    if marker.kwargs.get("power") and not opened.environment.has_meter:
        _lack(request.config, f"needs a power meter, '{opened.name}' has none")


@pytest.fixture(scope="session")
def _hil_baseline(pytestconfig: pytest.Config) -> Iterator[BaselineRows]:
    """Rows that `hil_bench.check` compares with; written at the end where they are updated."""
    from hilbench.sweeps.baseline_rows import BaselineRows

    if pytestconfig.getoption("--hil-update-baseline") and _workers() > 1:
        pytest.fail("Workers of pytest-xdist cannot write one baseline: run with -n 0.", pytrace=False)
    rows = BaselineRows(pytestconfig.rootpath / pytestconfig.getini(_BASELINE))
    yield rows
    rows.write()


@pytest.fixture
def hil_bench(
    hil_board: BoardSession, _hil_baseline: BaselineRows, request: pytest.FixtureRequest
) -> Iterator[Bench]:
    """Runs cases, images and networks; what they cost goes into the test's properties (junitxml)."""
    from hilbench.boards import load_boards
    from hilbench.deploy.bench import NetworkBench
    from hilbench.sweeps.bench import Bench

    config = request.config
    networks = NetworkBench(hil_board, load_boards(config.getoption("--hil-boards-file")))
    with Bench(
        hil_board,
        request.node.user_properties.append,
        networks,
        _hil_baseline,
        update_baseline=config.getoption("--hil-update-baseline"),
    ) as opened:
        yield opened


class _ShortNames:
    """Fixtures by the names that they had first; `hil_short_names = false` leaves these to others."""

    @pytest.fixture(scope="session")
    def board(self, hil_board: BoardSession) -> BoardSession:
        """`hil_board`, by its short name."""
        return hil_board

    @pytest.fixture
    def bench(self, hil_bench: Bench) -> Bench:
        """`hil_bench`, by its short name."""
        return hil_bench


def _lack(config: pytest.Config, reason: str) -> NoReturn:
    """Skip the test, or fail it where nothing may be missing."""
    if config.getoption("--hil-strict") or config.getoption("--hil-require-hardware"):
        pytest.fail(reason, pytrace=False)
    pytest.skip(reason)


def _workers() -> int:
    """Processes that run the session's tests."""
    return int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))


def _markers(session: pytest.Session) -> Iterator[pytest.Mark]:
    for item in session.items:
        yield from item.iter_markers(_MARKER)
