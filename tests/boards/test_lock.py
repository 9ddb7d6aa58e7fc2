from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from hilbench.boards.lock import BoardLock, holder_of
from hilbench.errors import BoardBusy, ConfigError, ExitCode

_HOLD = """
import sys, time
from hilbench.boards.lock import BoardLock
lock = BoardLock("bench", "hilbench sweep --board bench")
print("held", flush=True)
sys.stdin.read()
"""


def other_process() -> subprocess.Popen[str]:
    process = subprocess.Popen(
        [sys.executable, "-c", _HOLD], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    return process


def test_another_process_is_refused_with_the_holders_name() -> None:
    with other_process() as holder:
        with pytest.raises(BoardBusy) as busy:
            BoardLock("bench", "hilbench sweep")
        holder.kill()
    assert f"process {holder.pid} (hilbench sweep --board bench) since 20" in str(busy.value)
    assert busy.value.exit_code is ExitCode.BOARD


def test_the_lock_of_a_killed_process_is_free() -> None:
    with other_process() as holder:
        os.kill(holder.pid, signal.SIGKILL)
    with BoardLock("bench", "me"):
        pass


def test_who_holds_it_can_be_asked() -> None:
    assert holder_of("bench") is None
    with BoardLock("bench", "me"):
        holder = holder_of("bench")
    assert holder is not None
    assert (holder.pid, holder.command) == (os.getpid(), "me")
    assert holder_of("bench") is None


def test_boards_do_not_block_one_another() -> None:
    with BoardLock("bench", "me"), BoardLock("other", "me"):
        pass


def test_a_folder_that_cannot_be_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("HILBENCH_LOCKS", str(tmp_path / "file" / "locks"))
    with pytest.raises(ConfigError, match="name another folder in HILBENCH_LOCKS"):
        BoardLock("bench", "pytest")


def test_nothing_is_left_behind(lock_folder: Path) -> None:
    with BoardLock("bench", "me") as lock:
        assert list(lock_folder.iterdir())
    lock.close()
    assert not list(lock_folder.iterdir())


def test_a_left_over_or_damaged_record_does_not_matter(lock_folder: Path) -> None:
    lock_folder.mkdir()
    (lock_folder / "bench.lock").write_text("{torn")
    with BoardLock("bench", "me"), pytest.raises(BoardBusy, match="me"):
        BoardLock("bench", "you")
