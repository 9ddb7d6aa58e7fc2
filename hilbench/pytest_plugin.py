"""pytest plugin: tests that run on a board, physical or virtual."""

from __future__ import annotations

import pytest


def pytest_configure(config: pytest.Config) -> None:
    """Declare the marker."""
    config.addinivalue_line(
        "markers", "hardware(board=None, power=False): runs on a board; skipped, with the reason, without it"
    )
