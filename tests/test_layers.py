"""Dependencies point one way: no package imports one that docs/architecture.md writes to its left."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import hilbench

PACKAGE = Path(hilbench.__file__).parent
ARCHITECTURE = PACKAGE.parent / "docs" / "architecture.md"
LINES = ARCHITECTURE.read_text(encoding="utf-8").splitlines()
CHAIN = next(line for line in LINES if line.strip().startswith("{cli, api} →"))
LEVELS = {
    name: level for level, names in enumerate(CHAIN.split("→")) for name in re.findall(r"[a-z]+", names)
}


def imported(package: str) -> Iterator[tuple[str, str]]:
    """Each module of a package, and what it imports of hilbench."""
    whole = PACKAGE / package
    for path in whole.rglob("*.py") if whole.is_dir() else [whole.with_suffix(".py")]:
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("hilbench."):
                yield path.relative_to(PACKAGE).as_posix(), str(node.module).split(".")[1]


def test_the_chain_names_every_package_but_the_virtual_board() -> None:
    packages = {path.parent.name for path in PACKAGE.glob("*/__init__.py")}
    assert packages - set(LEVELS) == {"virtual"}


@pytest.mark.parametrize("package", LEVELS)
def test_no_stage_imports_one_to_its_left(package: str) -> None:
    for module, target in imported(package):
        assert LEVELS.get(target, LEVELS[package]) >= LEVELS[package], f"{module} imports {target}"


@pytest.mark.parametrize("package", sorted(set(LEVELS) - {"cli", "calibration"}))
def test_the_command_line_and_calibration_alone_import_the_virtual_board(package: str) -> None:
    assert not [module for module, target in imported(package) if target == "virtual"]


def test_text_files_are_utf_8_whatever_the_locale() -> None:
    texts = {"read_text", "write_text"}
    guessed = [
        f"{path.relative_to(PACKAGE)}:{node.lineno}"
        for path in PACKAGE.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and (node.func.attr in texts or "text=True" in ast.unparse(node))
        and "encoding" not in {keyword.arg for keyword in node.keywords}
    ]
    assert guessed == []
