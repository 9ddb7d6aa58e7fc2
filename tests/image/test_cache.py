from __future__ import annotations

import subprocess
import sys
import threading
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hilbench.digests import digest, digest_files
from hilbench.errors import BuildError, CacheError
from hilbench.image.cache import BuildCache
from hilbench.paths import default_cache_dir

KEY = digest(["an entry"])


def test_an_entry_is_made_once(tmp_path: Path) -> None:
    made: list[Path] = []

    def make(folder: Path) -> None:
        made.append(folder)
        (folder / "object").write_text("code")

    cache = BuildCache(tmp_path)
    first = cache.entry(KEY, make)
    assert BuildCache(tmp_path).entry(KEY, make) == first
    assert len(made) == 1
    assert (first / "object").read_text() == "code"


def test_what_failed_leaves_nothing_and_is_tried_again(tmp_path: Path) -> None:
    def fail(folder: Path) -> None:
        (folder / "half").write_text("an object")
        raise BuildError("no")

    cache = BuildCache(tmp_path)
    with pytest.raises(BuildError, match="no"):
        cache.entry(KEY, fail)
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []
    entry = cache.entry(KEY, lambda folder: (folder / "whole").touch())
    assert sorted(path.name for path in entry.iterdir()) == [".seal", "whole"]


def test_two_at_once_get_the_same_entry(tmp_path: Path) -> None:
    meeting = threading.Barrier(2)
    entries: list[Path] = []

    def make(folder: Path) -> None:
        meeting.wait(timeout=10)
        (folder / "object").write_text("code")

    threads = [
        threading.Thread(target=lambda: entries.append(BuildCache(tmp_path).entry(KEY, make)))
        for _ in range(2)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(entries) == 2
    assert entries[0] == entries[1]
    assert [path.name for path in entries[0].parent.iterdir()] == [KEY]


@pytest.mark.parametrize("damage", ["truncated", "changed", "lost", "added", "unsealed", "unreadable"])
def test_a_damaged_entry_is_made_again(damage: str, tmp_path: Path) -> None:
    def make(folder: Path) -> None:
        (folder / "sizes.json").write_text('{"code": 1}', encoding="utf-8")

    cache = BuildCache(tmp_path)
    entry = cache.entry(KEY, make)
    file = entry / "sizes.json"
    match damage:
        case "truncated":
            file.write_text('{"co', encoding="utf-8")
        case "changed":
            file.write_text('{"code": 2}', encoding="utf-8")
        case "lost":
            file.unlink()
        case "added":
            (entry / "more").touch()
        case "unsealed":
            (entry / ".seal").unlink()
        case "unreadable":
            file.unlink()
            file.mkdir()
    assert cache.find(KEY) is None
    assert cache.entry(KEY, make) == entry
    assert file.read_text(encoding="utf-8") == '{"code": 1}'
    assert [path.name for path in entry.parent.iterdir()] == [KEY]


_BUILD_FOR_EVER = """
import sys, time
from pathlib import Path
from hilbench.image.cache import BuildCache

def make(folder):
    (folder / "half").write_text("an object", encoding="utf-8")
    print("making", flush=True)
    time.sleep(600)

BuildCache(Path(sys.argv[1])).entry(sys.argv[2], make)
"""


def test_what_a_killed_build_left_is_removed_and_what_another_makes_stays(tmp_path: Path) -> None:
    builds = [
        subprocess.Popen(
            [sys.executable, "-c", _BUILD_FOR_EVER, tmp_path, digest([name])], stdout=subprocess.PIPE
        )
        for name in ("killed", "living")
    ]
    for build in builds:
        assert build.stdout is not None
        assert build.stdout.readline() == b"making\n"
    killed, living = builds
    killed.kill()
    killed.wait()
    assert len(list(tmp_path.glob("*/.new-*"))) == 2
    BuildCache(tmp_path).entry(KEY, lambda folder: (folder / "whole").touch())
    (left,) = tmp_path.glob("*/.new-*")
    assert left.parent.name == digest(["living"])[:2]
    living.kill()
    living.wait()


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(CacheError, match=r"file.*HILBENCH_CACHE"):
        BuildCache(tmp_path / "file").entry(KEY, Path.touch)


def test_a_full_disk_is_told(tmp_path: Path) -> None:
    def fill_up(folder: Path) -> None:
        with Path("/dev/full").open("w") as full:
            full.write("an object")

    with pytest.raises(CacheError, match="No space left"):
        BuildCache(tmp_path).entry(KEY, fill_up)


def test_the_environment_says_where(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("HILBENCH_CACHE", raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert default_cache_dir() == tmp_path / "hilbench"
    monkeypatch.setenv("HILBENCH_CACHE", str(tmp_path / "here"))
    assert default_cache_dir() == tmp_path / "here"


@given(st.lists(st.text()), st.lists(st.text()))
def test_different_parts_have_different_digests(one: list[str], other: list[str]) -> None:
    assert (digest(one) == digest(other)) == (one == other)


def test_a_file_s_name_and_content_count(tmp_path: Path) -> None:
    one, other = tmp_path / "one", tmp_path / "other"
    one.write_text("text")
    other.write_text("text")
    before = digest_files([one])
    assert digest_files([other]) != before
    one.write_text("another")
    assert digest_files([one]) != before
