"""Boards for the tests: an own lock folder, a device on a pty that answers as it is told."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from hilbench.boards import load_boards
from hilbench.boards.launch import LaunchedBoard
from hilbench.chips import load_chip
from hilbench.image import Builder, Image, find_toolchain
from hilbench.operators import Layer
from hilbench.operators.registry import load_operators
from tests.boards.bench import Bench
from tests.boards.scripted_device import ScriptedDevice
from tests.launched import launched as start


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


@pytest.fixture(scope="session")
def virtual_board() -> Iterator[LaunchedBoard]:
    """One virtual board for the session, launched as boards.yaml says."""
    launched = start(load_boards()["stm32h7-virtual"])
    yield launched
    launched.close()


@pytest.fixture
def bench(virtual_board: LaunchedBoard) -> Iterator[Bench]:
    """The virtual board with a proxy in each of its wires."""
    with Bench(virtual_board.endpoints) as proxied:
        yield proxied


@pytest.fixture(scope="session")
def cases() -> list[Layer]:
    """Two small cases."""
    operators = load_operators()
    shape = {"in_h": 8, "in_w": 8, "in_c": 4}
    return [
        operators.layer(operator="conv2d", out_c=8, kernel_h=3, kernel_w=3, **shape),
        operators.layer(operator="add", **shape),
    ]


@pytest.fixture(scope="session")
def builder(tmp_path_factory: pytest.TempPathFactory) -> Builder:
    """A compiler, and a cache of its own."""
    return Builder(load_chip("stm32h743"), find_toolchain("auto"), cache_dir=tmp_path_factory.mktemp("cache"))


@pytest.fixture(scope="session")
def image(builder: Builder, cases: list[Layer]) -> Image:
    """Both cases in an image."""
    (built,) = builder.build(cases).images
    return built


@pytest.fixture(scope="session")
def other_image(builder: Builder, cases: list[Layer]) -> Image:
    """One of the two cases in an image."""
    (built,) = builder.build(cases[1:]).images
    return built
