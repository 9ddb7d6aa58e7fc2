"""Cases small enough to run in an instant."""

from __future__ import annotations

import pytest

from hilbench.cases import OperatorCase
from hilbench.cases.registry import Registry, load_operators


@pytest.fixture(scope="session")
def registry() -> Registry:
    """hilbench's own operators."""
    return load_operators()


@pytest.fixture(scope="session")
def small(registry: Registry) -> OperatorCase:
    """A 3x3 convolution of some hundred MACs."""
    return registry.case(operator="conv2d", in_h=4, in_w=4, in_c=2, out_c=3, kernel_h=3, kernel_w=3)


@pytest.fixture(scope="session")
def other(registry: Registry) -> OperatorCase:
    """Another shape."""
    return registry.case(operator="conv2d", in_h=5, in_w=5, in_c=2, out_c=2, kernel_h=3, kernel_w=3)
