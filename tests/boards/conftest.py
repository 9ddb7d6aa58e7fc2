"""Boards for the tests: an own lock folder, a device on a pty that answers as it is told."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.boards.scripted_device import ScriptedDevice


@pytest.fixture(autouse=True)
def lock_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Locks of their own, so that tests disturb nobody who works on this machine."""
    folder = tmp_path / "locks"
    monkeypatch.setenv("HILBENCH_LOCKS", str(folder))
    return folder


@pytest.fixture
def device() -> Iterator[ScriptedDevice]:
    """A device on a pty."""
    with ScriptedDevice() as scripted:
        yield scripted
