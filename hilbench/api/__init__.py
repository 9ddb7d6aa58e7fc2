"""Names that `import hilbench` offers to Python; each is loaded when it is used first.

The public face is what `NAMES` lists, a constructor for each operator, and `hilbench.errors`. Everything else
may change between versions.
"""

from __future__ import annotations

from importlib import import_module

from hilbench.paths import OPERATORS_DIR

NAMES = {
    "Comparison": "comparison",
    "Layer": "cases",
    "Measurement": "open_board",
    "OpenBoard": "open_board",
    "case": "cases",
    "cases": "cases",
    "compare": "comparison",
    "load": "runs",
    "open": "open_board",
    "predict": "runs",
    "sweep": "runs",
}
"""Modules of the names that are no operators."""


def operator_names() -> tuple[str, ...]:
    """Names of hilbench's own operators, by their folders."""
    return tuple(sorted(path.parent.name for path in OPERATORS_DIR.glob("*/operator.py")))


def find(name: str) -> object:
    """A name of the public face.

    Raises:
        AttributeError: there is no such name.
    """
    if name in NAMES:
        return getattr(import_module(f"hilbench.api.{NAMES[name]}"), name)
    if not name.startswith("_") and (OPERATORS_DIR / name / "operator.py").is_file():
        return getattr(import_module("hilbench.api.constructors"), name)
    raise AttributeError(f"module 'hilbench' has no attribute {name!r}")
