"""Settings that hold for every test."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import settings

# A shared machine is slow at times: a test says what is right, never how long it may take.
settings.register_profile("hilbench", deadline=None)
settings.load_profile("hilbench")


@pytest.fixture(autouse=True, scope="session")
def _own_store() -> Iterator[None]:
    """No test writes into the store of whoever runs it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("HILBENCH_STORE", raising=False)
        yield
