"""Attaching by a name in boards.yaml: the board, its twin, or a sentence."""

from __future__ import annotations

import json
import os
import signal
import sys
from collections.abc import Mapping
from contextlib import closing, suppress
from dataclasses import asdict
from pathlib import Path

import pytest

from hilbench.boards import Board, Recovery, attach, load_boards
from hilbench.boards.lock import holder_of
from hilbench.boards.providers.process import ProcessProvider
from hilbench.errors import BoardBusy, BoardMissing, ConfigError, ExitCode, HilbenchError
from hilbench.image import Image
from hilbench.power import MeterConfig
from hilbench.provenance import Provenance
from tests.boards.test_on_virtual_board import measure
from tests.launched import launched as start

TWIN = "stm32h7-virtual"


@pytest.fixture(autouse=True)
def nothing_attached(monkeypatch: pytest.MonkeyPatch) -> None:
    """No probe, whatever hangs on the machine that runs the tests."""
    monkeypatch.setattr("pyocd.core.helpers.ConnectHelper.get_all_connected_probes", lambda **_: [])


def launched() -> set[int]:
    """Process ids of the virtual boards that this process has launched."""
    found = set()
    for entry in Path("/proc").iterdir():
        with suppress(OSError):
            ours = entry.name.isdigit() and f"PPid:\t{os.getpid()}\n" in (entry / "status").read_text()
            if ours and b"serve" in (entry / "cmdline").read_bytes().split(b"\0"):
                found.add(int(entry.name))
    return found


def test_a_board_without_its_probe_is_its_twin_and_says_so(image: Image) -> None:
    before = launched()
    with attach("stm32h7", boards=load_boards(), command="pytest") as board:
        assert (board.name, board.twin_of) == (TWIN, "stm32h7")
        assert board.provenance is Provenance.EMULATED
        assert holder_of(TWIN) is holder_of("stm32h7") is None
        measure(board, image)
        assert len(launched() - before) == 1
    assert launched() == before


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
    others = launched()
    with attach(TWIN, boards=load_boards(), command="pytest") as board:
        measure(board, image)
        (first,) = launched() - others
        os.kill(first, signal.SIGKILL)
        with pytest.raises(HilbenchError) as lost:
            board.run(3)
        assert lost.value.transport
        for rung in board.ladder[:-1]:
            with pytest.raises(HilbenchError):
                board.recover(rung)
        assert board.ladder[-1] is Recovery.POWER_CYCLE
        board.recover(Recovery.POWER_CYCLE)
        assert launched() - others - {first}
        measure(board, image)


@pytest.mark.slow
def test_a_virtual_board_refuses_nobody_and_one_that_a_launcher_shares_does(tmp_path: Path) -> None:
    with attach(TWIN, boards=load_boards()) as one, attach(TWIN, boards=load_boards()) as other:
        assert one.is_own
        assert other.is_own
        assert one.environment.probe_id == other.environment.probe_id == TWIN
    with closing(start(load_boards()[TWIN])) as shared:
        said = json.dumps(asdict(shared.endpoints))
        launcher = f"import sys; print({said!r}, flush=True); sys.stdin.read()"
        provider = ProcessProvider(launch=(sys.executable, "-c", launcher))
        entry = load_boards()[TWIN].model_copy(update={"provider": provider})
        boards = {TWIN: entry}
        with attach(TWIN, boards=boards, command="first"), pytest.raises(BoardBusy, match="first"):
            attach(TWIN, boards=boards)


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
        read = board.window(board.window_iterations(board.run(1)[0]))
        assert board.environment.meter.startswith("LPM01A")
    assert read is not None
    window, _ = read
    assert window.samples >= 1000
    assert window.meter_s == pytest.approx(window.core_s, rel=0.01)
    assert window.energy_j > window.idle_w * window.meter_s > 0
