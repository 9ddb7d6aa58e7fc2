"""Small cases, and a workbench to sweep them on."""

from __future__ import annotations

from pathlib import Path

import pytest

from hilbench.cases import OperatorCase
from hilbench.cases.registry import Registry
from tests.sweep.workbench import Workbench, make_workbench


@pytest.fixture(scope="session")
def small(registry: Registry) -> OperatorCase:
    """A 3x3 convolution of some hundred MACs."""
    return registry.case(operator="conv2d", in_h=4, in_w=4, in_c=2, out_c=3, kernel_h=3, kernel_w=3)


@pytest.fixture(scope="session")
def other(registry: Registry) -> OperatorCase:
    """Another shape."""
    return registry.case(operator="conv2d", in_h=5, in_w=5, in_c=2, out_c=2, kernel_h=3, kernel_w=3)


@pytest.fixture
def workbench(tmp_path: Path, cache: Path) -> Workbench:
    """Faulty operators, the shipped boards with short deadlines, and no grid yet."""
    return make_workbench(tmp_path, cache)
