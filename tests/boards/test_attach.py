"""Attaching by a name in boards.yaml: the board, its twin, or a sentence."""

from __future__ import annotations

import os
import signal
from collections.abc import Mapping
from pathlib import Path

import pytest

from hilbench.boards import Board, OpenBoard, Recovery, attach, load_boards
from hilbench.boards.lock import holder_of
from hilbench.build import Image
from hilbench.errors import BoardMissing, ConfigError, ExitCode, HilbenchError
from hilbench.power import MeterConfig
from hilbench.provenance import Provenance
from tests.boards.test_on_virtual_board import measure

TWIN = "stm32h7-virtual"


@pytest.fixture(autouse=True)
def nothing_attached(monkeypatch: pytest.MonkeyPatch) -> None:
    """No probe, whatever hangs on the machine that runs the tests."""
    monkeypatch.setattr("pyocd.core.helpers.ConnectHelper.get_all_connected_probes", lambda **_: [])


def served_by(board: OpenBoard) -> int:
    """Process id of the program behind a launched board."""
    port = board.environment["probe_id"].rpartition(":")[2]
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and _listens(entry, int(port)):
            return int(entry.name)
    raise AssertionError(f"nobody serves {port}")


def _listens(process: Path, port: int) -> bool:
    try:
        sockets = {str(link.readlink()) for link in (process / "fd").iterdir()}
        listening = (process / "net" / "tcp").read_text()
    except OSError:
        return False
    inodes = [line.split()[9] for line in listening.splitlines()[1:] if f":{port:04X} 00000000:0000" in line]
    return any(f"socket:[{inode}]" in sockets for inode in inodes)


def test_a_board_without_its_probe_is_its_twin_and_says_so(image: Image) -> None:
    with attach("stm32h7", boards=load_boards(), command="pytest") as board:
        assert (board.name, board.twin_of) == (TWIN, "stm32h7")
        assert board.provenance is Provenance.EMULATED
        assert holder_of(TWIN) is not None
        assert holder_of("stm32h7") is None
        measure(board, image)
        pid = served_by(board)
    assert holder_of(TWIN) is None
    assert not Path(f"/proc/{pid}").exists()


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        (
            "stm32h7",
            r"No debug probe for 'stm32h7' \(stm32h743xx\) is attached: connect it, or use the",
        ),
        (TWIN, r"is an emulated board, and hardware is required"),
    ],
)
def test_hardware_can_be_required(name: str, sentence: str) -> None:
    with pytest.raises(BoardMissing, match=sentence) as missing:
        attach(name, boards=load_boards(), require_hardware=True)
    assert missing.value.exit_code is ExitCode.BOARD
    assert holder_of(name) is None


def test_an_unknown_board() -> None:
    with pytest.raises(ConfigError, match="there are: stm32h7, stm32h7-virtual"):
        attach("stm32f4", boards=load_boards())


@pytest.mark.slow
def test_a_board_that_dies_comes_back_by_power_cycle(image: Image) -> None:
    with attach(TWIN, boards=load_boards(), command="pytest") as board:
        measure(board, image)
        first = served_by(board)
        os.kill(first, signal.SIGKILL)
        with pytest.raises(HilbenchError) as lost:
            board.run(3)
        assert lost.value.transport
        for rung in board.ladder[:-1]:
            with pytest.raises(HilbenchError):
                board.recover(rung)
        assert board.ladder[-1] is Recovery.POWER_CYCLE
        board.recover(Recovery.POWER_CYCLE)
        assert served_by(board) != first
        measure(board, image)


def with_lpm01a(folder: Path) -> Mapping[str, Board]:
    """The shipped boards, the virtual one on another meter."""
    shipped = load_boards()[TWIN].boards_file.read_text()
    before, entry, virtual = shipped.partition(f"  {TWIN}:\n")
    path = folder / "boards.yaml"
    path.write_text(before + entry + virtual.replace("meter: ppk2", "meter: lpm01a", 1))
    return load_boards(path)


@pytest.mark.slow
def test_an_lpm01a_measures_as_a_ppk2_does(tmp_path: Path, image: Image) -> None:
    boards = with_lpm01a(tmp_path)
    assert isinstance(boards[TWIN].power, MeterConfig)
    with attach(TWIN, boards=boards, command="pytest") as board:
        measure(board, image)
        window = board.window(board.window_iterations(board.run(1)[0]))
        assert board.environment["meter"].startswith("LPM01A")
    assert window is not None
    assert window.samples >= 1000
    assert window.meter_s == pytest.approx(window.core_s, rel=0.01)
    assert window.energy_j > window.idle_w * window.meter_s > 0
