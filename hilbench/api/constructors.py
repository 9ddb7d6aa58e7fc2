"""Constructors of cases by the names of their operators; their types are in `constructors.pyi`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any


def __getattr__(name: str) -> Callable[..., Any]:
    """Constructor of an operator's cases.

    Raises:
        AttributeError: there is no such operator.
    """
    from hilbench.api import operator_names
    from hilbench.api.construction import constructor

    if name not in operator_names():
        raise AttributeError(f"module 'hilbench' has no attribute {name!r}")
    return constructor(name)
