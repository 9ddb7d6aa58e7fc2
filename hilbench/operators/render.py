"""Generation of a case's C source: Jinja templates of the operator's folder, and shared macros."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from hilbench.errors import BuildError
from hilbench.operators.c_literals import c_array, c_strings
from hilbench.operators.shared_constants import ConstantArrays, static_array
from hilbench.paths import OPERATORS_DIR

if TYPE_CHECKING:
    import jinja2

    from hilbench.operators.layer import Layer


def render(layer: Layer, symbol: str, constants: ConstantArrays = static_array) -> str:
    """The C99 source of `layer`, defining the kernel as function `symbol`.

    The source includes headers of firmware/common only. Its constants have names that start with `symbol`,
    so that they are distinct in a linked image.

    Args:
        layer: its kernel is generated.
        symbol: name of the function.
        constants: writes its constant arrays; by default the source has them all, and is self-contained.

    Raises:
        BuildError: the operator's Python or its template fails.
    """
    case = layer.case
    folder = layer.operator.folder
    try:
        template = _environment(folder.parent).get_template(f"{folder.name}/{case.variant}.c.j2")
        return template.render(case=case, symbol=symbol, constant_array=constants, **layer.template_context())
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
