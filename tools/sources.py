"""Modules of a source tree, and which of them imports which."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

PACKAGE = "hilbench"


@dataclass(frozen=True)
class Import:
    """One imported name.

    Attributes:
        module: name of the module that the statement says.
        name: what is imported from it; empty where it is the module itself.
        running: whether it happens when the importing module is imported: neither in a function nor for
            annotations only.
    """

    module: str
    name: str
    running: bool


@dataclass(frozen=True)
class Module:
    """One module: its dotted name and its text."""

    name: str
    path: Path
    text: str

    @cached_property
    def tree(self) -> ast.Module:
        """Syntax tree of its text."""
        return ast.parse(self.text)

    @property
    def is_package(self) -> bool:
        """Whether it is the `__init__` of a package."""
        return self.path.name == "__init__.py"

    @property
    def room(self) -> str:
        """First part of its name below the package: `boards` of `hilbench.boards.config`."""
        return self.name.split(".")[1] if "." in self.name else ""

    @cached_property
    def imports(self) -> tuple[Import, ...]:
        """Imports of modules of the package."""
        return tuple(_imports(self.tree, running=True))


def _imports(node: ast.AST, *, running: bool) -> Iterator[Import]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.ImportFrom) and (child.module or "").split(".")[0] == PACKAGE:
            yield from (Import(str(child.module), alias.name, running) for alias in child.names)
        elif isinstance(child, ast.Import):
            own = (alias.name for alias in child.names if alias.name.split(".")[0] == PACKAGE)
            yield from (Import(name, "", running) for name in own)
        else:
            later = isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef) or (
                isinstance(child, ast.If) and "TYPE_CHECKING" in ast.unparse(child.test)
            )
            yield from _imports(child, running=running and not later)


class Sources:
    """The package in a source tree.

    Args:
        root: folder of the tree, in which the package's folder lies.

    Attributes:
        modules: modules of the package by name.
        users: modules outside of it that use it: the operators.
    """

    def __init__(self, root: Path) -> None:
        self.root = root
        paths = sorted((root / PACKAGE).rglob("*.py"))
        found = (Module(_name(path, root), path, path.read_text(encoding="utf-8")) for path in paths)
        self.modules = {module.name: module for module in found}
        self.users = tuple(
            Module(_name(path, root), path, path.read_text(encoding="utf-8"))
            for path in sorted((root / "operators").rglob("*.py"))
        )

    @cached_property
    def rooms(self) -> frozenset[str]:
        """Packages directly below the package."""
        return frozenset(module.room for module in self.modules.values() if module.name.count(".") > 1)

    def edges(self, *, running: bool = False) -> Mapping[str, frozenset[str]]:
        """Modules that each module imports, re-exports followed to the module that defines the name.

        Args:
            running: leave out what is imported in functions or for annotations only.
        """
        return {
            module.name: self.targets(module, running=running)
            for module in self.modules.values()
            if not module.is_package
        }

    def targets(self, module: Module, *, running: bool = False) -> frozenset[str]:
        """Modules that one module imports, as `edges`."""
        wanted = (each for each in module.imports if each.running or not running)
        return frozenset(self._target(each) for each in wanted) - {module.name}

    def _target(self, imported: Import) -> str:
        """The module that an import is about."""
        below = f"{imported.module}.{imported.name}"
        if below in self.modules:
            return below
        module = self.modules.get(imported.module)
        if module is not None and module.is_package:
            for each in module.imports:
                if each.name == imported.name and each.module != imported.module:
                    return self._target(each)
        return imported.module


def levels(root: Path) -> dict[str, int]:
    """Level of each room in the chain of docs/architecture.md, from 0 for the leftmost."""
    text = (root / "docs" / "architecture.md").read_text(encoding="utf-8")
    chain = next(line for line in text.splitlines() if line.strip().startswith("{cli, api} →"))
    return {
        name: level for level, names in enumerate(chain.split("→")) for name in re.findall(r"[a-z]+", names)
    }


def _name(path: Path, root: Path) -> str:
    parts = path.relative_to(root).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
