"""First lines of docstrings can be read alone, in a hover or an index, and all words are plain."""

from __future__ import annotations

import ast
import re
from pathlib import Path

from tools.metrics import docstrings, fragments
from tools.sources import Module

ROOT = Path(__file__).resolve().parents[1]
MODULES = [
    Module(path.stem, path, path.read_text(encoding="utf-8"))
    for folder in ("hilbench", "operators", "benchmarks", "tools")
    for path in (ROOT / folder).rglob("*.py")
]
ARCHAIC = re.compile(r"\b(told(?!:)|lest|beside|thereof|therein|whence|shall)\b", re.IGNORECASE)


def test_every_first_line_can_be_read_alone() -> None:
    assert [place for module in MODULES for place in fragments(module)] == []


def test_texts_below_attributes_are_looked_at_too() -> None:
    module = Module("m", Path("m.py"), '"""Module."""\nX = 1\n"""What it is."""\n')
    assert list(docstrings(module)) == [(1, "Module."), (3, "What it is.")]
    assert fragments(module) == ["m.py:3: What it is."]


def test_words_are_those_of_today() -> None:
    found = [
        f"{module.path}:{node.lineno}: {text}"
        for module in MODULES
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
        for text in str(node.value.value).splitlines()
        if ARCHAIC.search(text)
    ]
    assert found == []
