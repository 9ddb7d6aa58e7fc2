"""Files that the documents name are there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
DOCUMENTS = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
_NAMED = re.compile(r"`((?:hilbench|operators|firmware|benchmarks|docs|tests|tools)/[\w./-]*)`")
_LINKED = re.compile(r"\]\(([\w./-]+)\)")


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.name))
def test_every_file_that_is_named_is_there(document: Path) -> None:
    text = document.read_text(encoding="utf-8")
    paths = [ROOT / name for name in _NAMED.findall(text)]
    paths += [document.parent / name for name in _LINKED.findall(text)]
    assert [str(path) for path in paths if not path.exists()] == []
