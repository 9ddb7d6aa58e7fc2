"""No test is written that never runs: pytest finds each file under tests/ that defines one."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

TESTS = Path(__file__).parent


def collected(node: pytest.Collector) -> Iterator[Path]:
    """Files below a directory that pytest takes for tests, as this session is set up; none is imported."""
    for child in node.collect():
        if isinstance(child, pytest.File):
            yield child.path
        elif isinstance(child, pytest.Collector):
            yield from collected(child)


def test_every_file_that_defines_a_test_is_collected(request: pytest.FixtureRequest) -> None:
    defines_tests = re.compile(r"^(def test_|class Test)", re.MULTILINE)
    written = {path for path in TESTS.rglob("*.py") if defines_tests.search(path.read_text())}
    whole = pytest.Dir.from_parent(request.session, path=TESTS)
    never_run = sorted(written - set(collected(whole)))
    assert never_run == []
