from __future__ import annotations

import threading
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hilbench.build.cache import BuildCache, digest, digest_files
from hilbench.errors import BuildError
from hilbench.resources import default_cache_dir

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
    assert [path.name for path in entry.iterdir()] == ["whole"]


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


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(BuildError, match=r"file.*HILBENCH_CACHE"):
        BuildCache(tmp_path / "file").entry(KEY, Path.touch)


def test_a_full_disk_is_told(tmp_path: Path) -> None:
    def fill_up(folder: Path) -> None:
        with Path("/dev/full").open("w") as full:
            full.write("an object")

    with pytest.raises(BuildError, match="No space left"):
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
