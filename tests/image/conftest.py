"""Toolchains, a chip and small cases."""

from __future__ import annotations

import pytest

from hilbench.chips import Chip, load_chip
from hilbench.errors import ToolchainMissing
from hilbench.image import Toolchain, find_toolchain
from hilbench.operators import Layer
from hilbench.operators.registry import Registry


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
def conv(registry: Registry) -> Layer:
    """A small convolution."""
    return registry.layer(operator="conv2d", in_h=6, in_w=6, in_c=4, out_c=8, kernel_h=3, kernel_w=3)


@pytest.fixture(scope="session")
def add(registry: Registry) -> Layer:
    """An operator with two inputs and no weights."""
    return registry.layer(operator="add", in_h=5, in_w=5, in_c=3)
