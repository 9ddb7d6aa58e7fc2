"""Settings that hold for every test, and what most rooms need."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from hilbench.operators import Layer
from hilbench.operators.registry import Registry, load_operators
from tests.workbench import Workbench, make_workbench

# A shared machine is slow at times: a test says what is right, never how long it may take.
settings.register_profile("hilbench", deadline=None)
settings.load_profile("hilbench")


@pytest.fixture(autouse=True, scope="session")
def _plain_environment() -> Iterator[None]:
    """No test writes into the store of whoever runs it, nor reads colours that their CI forces."""
    with pytest.MonkeyPatch.context() as patch:
        for name in ("HILBENCH_STORE", "FORCE_COLOR"):
            patch.delenv(name, raising=False)
        yield


@pytest.fixture(scope="session")
def registry() -> Registry:
    """hilbench's own operators."""
    return load_operators()


@pytest.fixture(scope="session")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One build cache, so that the firmware compiles once a session."""
    return tmp_path_factory.mktemp("cache")


@pytest.fixture(scope="session")
def small(registry: Registry) -> Layer:
    """A 3x3 convolution of some hundred MACs."""
    return registry.layer(operator="conv2d", in_h=4, in_w=4, in_c=2, out_c=3, kernel_h=3, kernel_w=3)


@pytest.fixture(scope="session")
def other(registry: Registry) -> Layer:
    """Another shape."""
    return registry.layer(operator="conv2d", in_h=5, in_w=5, in_c=2, out_c=2, kernel_h=3, kernel_w=3)


@pytest.fixture
def workbench(tmp_path: Path, cache: Path) -> Workbench:
    """Faulty operators, the shipped boards with short deadlines, and no grid yet."""
    return make_workbench(tmp_path, cache)
