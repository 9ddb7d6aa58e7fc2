"""Files that the documents name are there, and so are the pages and headings that they link to."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
DOCUMENTS = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
_NAMED = re.compile(r"`((?:hilbench|operators|firmware|benchmarks|docs|tests|tools)/[\w./-]*)`")
_LINKED = re.compile(r"\]\(([\w./-]+)\)")


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.name))
def test_every_file_that_is_named_is_there(document: Path) -> None:
    text = document.read_text(encoding="utf-8")
    paths = [ROOT / name for name in _NAMED.findall(text)]
    paths += [document.parent / name for name in _LINKED.findall(text)]
    assert [str(path) for path in paths if not path.exists()] == []


@pytest.mark.slow
def test_the_site_is_built_and_every_link_of_it_leads_somewhere(tmp_path: Path) -> None:
    for package in ("mkdocs", "material", "mkdocstrings", "mkdocs_click"):
        pytest.importorskip(package)
    done = subprocess.run(
        [sys.executable, "-m", "mkdocs", "-q", "build", "--strict", "--site-dir", str(tmp_path / "site")],
        cwd=ROOT,
        env={**os.environ, "NO_MKDOCS_2_WARNING": "1"},
        capture_output=True,
        text=True,
        check=False,
        timeout=250,
    )
    assert done.returncode == 0, done.stderr
    commands = (tmp_path / "site" / "reference" / "cli.html").read_text(encoding="utf-8")
    assert "--require-hardware" in commands
    names = (tmp_path / "site" / "reference" / "python.html").read_text(encoding="utf-8")
    assert all(name in names for name in ("OpenBoard", "cycles_median", "BoardBusy"))
    assert "TFLite&#39;s CONV_2D" in (tmp_path / "site" / "reference" / "operators.html").read_text(
        encoding="utf-8"
    ).replace("'", "&#39;")
