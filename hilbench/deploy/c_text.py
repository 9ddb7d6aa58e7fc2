"""Text of generated C: templates of this package, and comments."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import jinja2

_FOLDER = Path(__file__).parent


def comment(text: str) -> str:
    """A text that ends no comment."""
    return text.replace("*/", "* /")


def template_text(name: str) -> str:
    """Text of a template, for digests."""
    return (_FOLDER / name).read_text(encoding="utf-8")


def template(name: str) -> jinja2.Template:
    """The template of this package with that file name."""
    return _environment().get_template(name)


@lru_cache
def _environment() -> jinja2.Environment:
    import jinja2  # late: most commands generate nothing

    return jinja2.Environment(
        loader=jinja2.FileSystemLoader(_FOLDER),
        autoescape=jinja2.select_autoescape(enabled_extensions=()),
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
