"""Consoles on which tables are printed and progress is drawn."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from rich.cells import cell_len
from rich.console import Console
from rich.measure import Measurement
from rich.table import Table
from rich.text import Text

from hilbench.console import is_watched, plain_console

if TYPE_CHECKING:
    from hilbench.analysis import Contrast

_WIDE_ENOUGH = 200
"""Columns to print where nobody looks on, so that no cell is cut in a file."""


def table_console(*, stderr: bool = False) -> Console:
    """A console as wide as the terminal, or as any table where there is none."""
    terminal = plain_console(stderr=stderr)
    return terminal if is_watched(terminal) else plain_console(stderr=stderr, width=_WIDE_ENOUGH)


def print_table(console: Console, table: Table) -> None:
    """Print a table whole: where the terminal is too narrow lines run over, while rich would empty cells."""
    for column in table.columns:
        if column.no_wrap:  # what rich measures as the least would still break at spaces
            cells = (column.header, *column.cells)
            column.min_width = max(column.min_width or 0, *(cell_len(str(cell)) for cell in cells))
    width = console.width
    wide = console.options.update(max_width=_WIDE_ENOUGH)
    console.width = max(width, Measurement.get(console, wide, table).minimum)
    console.print(table)
    console.width = width


def print_contrasts(console: Console, contrasts: Iterable[Contrast]) -> None:
    """Say what two runs differ in as a whole, which every figure between them includes."""
    for contrast in contrasts:
        console.print(f"differs: {contrast}", highlight=False, soft_wrap=True)


@contextmanager
def shown_status(console: Console, text: str) -> Iterator[Callable[[str], None]]:
    """Show what is being done, where somebody looks on; yields what changes the text."""
    if not is_watched(console):
        yield lambda _: None
        return
    with console.status(Text(text)) as status:
        yield lambda changed: status.update(Text(changed))
