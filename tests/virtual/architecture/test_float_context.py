"""Floating-point context and exclusive monitor across exceptions, on every core that has them."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.virtual.architecture.chips import MAINLINE, passes


@pytest.mark.parametrize("chip", MAINLINE)
def test_an_exception_leaves_room_for_floating_point_and_fills_it_when_it_must(
    chip: str, tmp_path: Path
) -> None:
    passes(tmp_path, "lazy", chip)


@pytest.mark.parametrize("chip", MAINLINE)
def test_an_exception_between_load_and_store_has_the_store_fail(chip: str, tmp_path: Path) -> None:
    passes(tmp_path, "monitor", chip)
