"""Literals of C: the elements of an array, lines of assembly."""

from __future__ import annotations

from hilbench.tensors import Array

_LINE_WIDTH = 100


def c_array(values: Array) -> str:
    """The elements as indented, wrapped lines of a C initialiser: exact floats, hexadecimal words."""
    literal = {"f": _float_literal, "u": "0x{:08x}u".format}.get(values.dtype.kind, str)
    literals = [literal(value) for value in values.reshape(-1).tolist()]
    width = max(map(len, literals), default=1)
    per_line = max(1, _LINE_WIDTH // (width + 2))
    rows = (literals[start : start + per_line] for start in range(0, len(literals), per_line))
    return ",\n".join("    " + ", ".join(text.rjust(width) for text in row) for row in rows)


def c_strings(text: str) -> str:
    """The lines of assembly as string literals, a line each; empty ones are left out."""
    lines = (line.rstrip() for line in text.splitlines())
    return "\n".join(f'        "{line}\\n"' for line in lines if line)


def _float_literal(value: float) -> str:
    digits = f"{value:.9g}"
    return f"{digits}f" if "." in digits or "e" in digits else f"{digits}.0f"
