"""Toolchains, a chip, and a build cache for the session."""

from __future__ import annotations

from pathlib import Path

import pytest

from hilbench.build import Toolchain, find_toolchain
from hilbench.cases import OperatorCase
from hilbench.cases.registry import Registry, load_operators
from hilbench.chips import Chip, load_chip
from hilbench.errors import ToolchainMissing


@pytest.fixture(scope="session")
def chip() -> Chip:
    """The chip of the shipped boards."""
    return load_chip("stm32h743")


@pytest.fixture(scope="session", params=["gcc", "clang"])
def toolchain(request: pytest.FixtureRequest) -> Toolchain:
    """Each toolchain in turn, as far as it is installed."""
    try:
        return find_toolchain(request.param)
    except ToolchainMissing as missing:
        pytest.skip(str(missing))


@pytest.fixture(scope="session")
def registry() -> Registry:
    """hilbench's own operators."""
    return load_operators()


@pytest.fixture(scope="session")
def conv(registry: Registry) -> OperatorCase:
    """A small convolution."""
    return registry.case(operator="conv2d", in_h=6, in_w=6, in_c=4, out_c=8, kernel_h=3, kernel_w=3)


@pytest.fixture(scope="session")
def add(registry: Registry) -> OperatorCase:
    """An operator with two inputs and no weights."""
    return registry.case(operator="add", in_h=5, in_w=5, in_c=3)


@pytest.fixture(scope="session")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One build cache, so that the firmware compiles once a session."""
    return tmp_path_factory.mktemp("cache")
