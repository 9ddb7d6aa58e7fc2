"""Micro-kernels built for a chip."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache as remember
from pathlib import Path

import pytest

from hilbench.calibration.observations import GRID, OPERATORS
from hilbench.chips import load_chip
from hilbench.grids import load_grid
from hilbench.image import Builder, Image, find_toolchain
from hilbench.operators.registry import load_operators

Images = Callable[[str], tuple[Image, ...]]


@pytest.fixture(scope="session")
def images(cache: Path) -> Images:
    """The images of a calibration of a chip, by its name."""

    @remember
    def build(chip: str) -> tuple[Image, ...]:
        cases = load_grid(GRID, load_operators(OPERATORS))
        built = Builder(load_chip(chip), find_toolchain("auto"), cache_dir=cache).build(cases)
        assert not built.refused
        return built.images

    return build
