"""Generation of a case's C source: Jinja templates of the operator's folder, and shared macros."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from hilbench.errors import BuildError
from hilbench.paths import OPERATORS_DIR
from hilbench.tensors import Array

if TYPE_CHECKING:
    import jinja2

    from hilbench.operators.layer import Layer

_LINE_WIDTH = 100


def render(layer: Layer, symbol: str) -> str:
    """The self-contained C99 source of `layer`, defining the kernel as function `symbol`.

    The source includes headers of firmware/common only; constants are static and their names start
    with `symbol`, so that they are distinct in a linked image.

    Raises:
        BuildError: the operator's Python or its template fails.
    """
    case = layer.case
    folder = layer.operator.folder
    try:
        template = _environment(folder.parent).get_template(f"{folder.name}/{case.variant}.c.j2")
        return template.render(case=case, symbol=symbol, **layer.template_context())
    except Exception as error:  # an operator of the user's may raise anything
        raise BuildError(
            f"The C of {case} cannot be generated: {type(error).__name__}: {error}; mend {folder}."
        ) from error


@lru_cache
def _environment(operators: Path) -> jinja2.Environment:
    """Templates of a folder of operators; macros of our own are imported as `_common/…` from any."""
    import jinja2  # late: most commands render nothing

    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader([operators, OPERATORS_DIR]),
        autoescape=jinja2.select_autoescape(enabled_extensions=()),
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters["c_array"] = c_array
    environment.filters["c_strings"] = c_strings
    return environment


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
