"""Names in C, CMake and file systems that a network is given by that of its model."""

from __future__ import annotations

import re

_TARGETS = {
    "all",
    "build",
    "clean",
    "edit_cache",
    "help",
    "install",
    "package",
    "rebuild_cache",
    "src",
    "test",
}
"""Targets of CMake and of make."""
_HEADERS = {
    *(
        "assert",
        "complex",
        "ctype",
        "errno",
        "fenv",
        "float",
        "inttypes",
        "iso646",
        "limits",
        "locale",
        "math",
    ),
    *(
        "setjmp",
        "signal",
        "stdalign",
        "stdarg",
        "stdatomic",
        "stdbool",
        "stddef",
        "stdint",
        "stdio",
        "stdlib",
    ),
    *("stdnoreturn", "string", "tgmath", "threads", "time", "uchar", "vectors", "wchar", "wctype"),
}
"""Headers of the language, and of the package's test."""


def package_name(model: str, headers: frozenset[str]) -> str:
    """Name of a network's functions and files: lower case, and nobody else's.

    Args:
        model: name of the network.
        headers: names of the headers that its C includes, with `.h`.
    """
    name = re.sub(r"[^0-9a-z]+", "_", model.lower()).strip("_")
    if not name or name[0].isdigit():
        name = f"network_{name}".rstrip("_")
    return f"{name}_network" if name in _TARGETS | _HEADERS or f"{name}.h" in headers else name
