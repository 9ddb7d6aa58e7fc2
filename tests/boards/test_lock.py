from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from hilbench.boards.lock import BoardLock, holder_of, lock_path
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


def test_a_symbolic_link_is_not_followed(lock_folder: Path, tmp_path: Path) -> None:
    lock_folder.mkdir()
    precious = tmp_path / "precious"
    precious.write_text("mine", encoding="utf-8")
    (lock_folder / "bench.lock").symlink_to(precious)
    with pytest.raises(ConfigError, match="HILBENCH_LOCKS"):
        BoardLock("bench", "me")
    assert precious.read_text(encoding="utf-8") == "mine"


def test_a_second_name_of_a_file_is_not_written(lock_folder: Path, tmp_path: Path) -> None:
    lock_folder.mkdir()
    precious = tmp_path / "precious"
    precious.write_text("mine", encoding="utf-8")
    (lock_folder / "bench.lock").hardlink_to(precious)
    with pytest.raises(ConfigError, match="HILBENCH_LOCKS"):
        BoardLock("bench", "me")
    assert precious.read_text(encoding="utf-8") == "mine"


@pytest.mark.parametrize("make", [os.mkfifo, Path.mkdir])
def test_what_is_no_plain_file_is_no_lock(make: Callable[[Path], None], lock_folder: Path) -> None:
    lock_folder.mkdir()
    make(lock_folder / "bench.lock")
    with pytest.raises(ConfigError, match="HILBENCH_LOCKS"):
        BoardLock("bench", "me")


def test_a_folder_that_is_a_symbolic_link_is_refused(lock_folder: Path, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    lock_folder.symlink_to(tmp_path / "elsewhere")
    with pytest.raises(ConfigError, match="HILBENCH_LOCKS"):
        BoardLock("bench", "me")


@pytest.mark.skipif(os.geteuid() != 0, reason="only root gives folders away")
@pytest.mark.parametrize(("owner", "mode", "user"), [(1, 0o1777, 0), (0, 0o777, 1), (1, 0o777, 2)])
def test_a_folder_in_which_others_could_swap_files_is_refused(
    owner: int, mode: int, user: int, lock_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lock_folder.mkdir()
    lock_folder.chmod(mode)
    os.chown(lock_folder, owner, owner)
    monkeypatch.setattr(os, "geteuid", lambda: user)
    with pytest.raises(ConfigError, match="neither yours nor root's with the sticky bit"):
        BoardLock("bench", "me")


@pytest.mark.skipif(os.geteuid() != 0, reason="only root gives folders away")
@pytest.mark.parametrize(("owner", "mode", "user"), [(0, 0o1777, 1), (1, 0o700, 1)])
def test_a_folder_of_root_s_with_the_sticky_bit_and_one_s_own_will_do(
    owner: int, mode: int, user: int, lock_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lock_folder.mkdir()
    lock_folder.chmod(mode)
    os.chown(lock_folder, owner, owner)
    monkeypatch.setattr(os, "geteuid", lambda: user)
    with BoardLock("bench", "me"):
        pass


def test_without_a_folder_of_their_own_all_users_meet_in_the_temporary_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("HILBENCH_LOCKS")
    monkeypatch.setattr("tempfile.tempdir", "/tmp")  # noqa: S108  # the very one
    assert lock_path("bench") == Path("/tmp/hilbench-bench.lock")  # noqa: S108


@pytest.mark.parametrize("record", ["[" * 8000, '{"pid": 1e999}', '{"pid": "me"}', "[1]", "\0"])
def test_a_record_of_anything_is_survived(record: str, lock_folder: Path) -> None:
    with BoardLock("bench", "me"):
        (lock_folder / "bench.lock").write_text(record, encoding="utf-8")
        with pytest.raises(BoardBusy, match="another process"):
            BoardLock("bench", "you")


def test_a_holder_s_command_does_not_reach_the_terminal_raw(lock_folder: Path) -> None:
    with BoardLock("bench", "\x1b[2J\x9bm" + "x" * 10_000), pytest.raises(BoardBusy) as busy:
        BoardLock("bench", "you")
    assert str(busy.value).isprintable()
    assert len(str(busy.value)) < 700


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
