from __future__ import annotations

import sys
from pathlib import Path

import pytest

from hilbench.boards.board import Board
from hilbench.boards.config import Deadlines
from hilbench.boards.provider import Endpoints
from hilbench.boards.providers.process import ProcessProvider
from hilbench.errors import BoardMissing
from tests.launched import launched as start

_READY = """
import json, sys
print(json.dumps({"probe": "remote:127.0.0.1:1", "serial": "/dev/pts/7", "power": "/dev/pts/8"}), flush=True)
sys.stdin.read()
"""


def board(program: str, *, launch_s: float = 10) -> Board:
    return board_of((sys.executable, "-c", program, "{boards}"), launch_s)


def board_of(launch: tuple[str, ...], launch_s: float = 10) -> Board:
    return Board(
        name="bench",
        boards_file=Path("boards.yaml"),
        description="",
        chip="stm32h743",
        provider=ProcessProvider(launch=launch),
        deadlines=Deadlines(launch_s=launch_s),
    )


def alive(pid: int) -> bool:
    return Path(f"/proc/{pid}").exists()


def test_it_says_where_its_wires_are_and_ends_with_us() -> None:
    launched = start(board(_READY))
    assert launched.endpoints == Endpoints("remote:127.0.0.1:1", "/dev/pts/7", "/dev/pts/8")
    assert alive(launched.pid)
    launched.close()
    assert not alive(launched.pid)
    launched.close()


def test_it_is_told_which_boards_file_is_used() -> None:
    program = _READY.replace('"/dev/pts/7"', "sys.argv[1]")
    launched = start(board(program))
    launched.close()
    assert launched.endpoints.serial == "boards.yaml"


def test_a_program_that_ends_is_reported_with_its_last_words() -> None:
    with pytest.raises(BoardMissing, match=r"ended at once: no such chip"):
        start(board("import sys; sys.exit('no such chip')"))


def test_a_program_that_says_nothing_is_given_up_and_reaped(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pid_file = tmp_path / "pid"
    program = f"import os, time; open({str(pid_file)!r}, 'w').write(str(os.getpid())); time.sleep(60)"
    monkeypatch.setattr("hilbench.boards.launch._GRACE_S", 0.1)
    with pytest.raises(BoardMissing, match=r"did not say where its wires are within 1 s"):
        start(board(program, launch_s=1))
    assert not alive(int(pid_file.read_text()))


def test_a_program_that_ignores_the_end_of_its_input_is_killed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hilbench.boards.launch._GRACE_S", 0.1)
    launched = start(board(_READY + "\nimport time; time.sleep(60)"))
    launched.close()
    assert not alive(launched.pid)


@pytest.mark.parametrize("line", ["hello", "{}", "[1]", '{"probe": 1}'])
def test_what_is_no_endpoint_is_quoted(line: str) -> None:
    with pytest.raises(BoardMissing, match="instead of where its wires are"):
        start(board(f"print({line!r}, flush=True); import sys; sys.stdin.read()"))


def test_a_program_that_does_not_exist() -> None:
    missing = board_of(("/no/such/program",))
    with pytest.raises(BoardMissing, match="cannot be launched: No such file"):
        start(missing)


def test_no_descriptor_is_left_open() -> None:
    before = set(Path("/proc/self/fd").iterdir())
    start(board(_READY)).close()
    assert set(Path("/proc/self/fd").iterdir()) == before


@pytest.mark.parametrize(
    "line",
    ["not json", "[]", '{"probe": 1, "serial": "/dev/pts/7"}', '{"probe": "x"}', "[" * 5000, "9" * 5000],
)
def test_what_says_no_wires_is_quoted(line: str) -> None:
    with pytest.raises(BoardMissing, match="instead of where its wires are"):
        start(board(f"import sys; print({line!r}, flush=True); sys.stdin.read()"))


def test_a_line_without_end_is_given_up() -> None:
    with pytest.raises(BoardMissing, match="line without end"):
        start(board("import sys; sys.stdout.write('x' * 1_000_000); sys.stdout.flush()"))


def test_nothing_in_the_current_folder_runs_in_the_board_process(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("yaml.py", "hilbench.py", "click.py"):
        (tmp_path / name).write_text("raise SystemExit('the wrong module')\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    launched = board_of(("hilbench", "--version"))
    with pytest.raises(BoardMissing, match="said b'hilbench, version"):
        start(launched)
