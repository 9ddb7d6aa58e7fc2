"""`hilbench boards`: every board, and whether it can be used now."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

import click

from hilbench.cli._console import print_table, table_console
from hilbench.cli._options import boards_option, examples, json_option

_STYLES = {"attached": "green", "launchable": "green", "busy": "yellow", "missing": "red"}


@click.command(
    "boards",
    epilog=examples(
        "hilbench boards",
        "hilbench boards --boards lab.yaml --json",
    ),
)
@boards_option
@json_option
def command(boards_file: Path, as_json: bool) -> None:
    """Show which boards are attached, busy or missing.

    Says who holds a busy one, and what is missing of another and why. Virtual twins are listed below the
    boards that they can replace.
    """
    from rich.table import Table
    from rich.text import Text

    from hilbench.boards.boards_file import load_boards
    from hilbench.boards.status import board_states

    states = board_states(load_boards(boards_file))
    if as_json:
        click.echo(json.dumps([asdict(state) for state in states], indent=2))
        return
    table = Table("board", "state", "", box=None, pad_edge=False)
    for state in states:
        name = f"  {state.name}" if state.twin_of else state.name
        told = Text.assemble(state.description, (f": {state.detail}", "dim"))
        table.add_row(name, Text(state.state, _STYLES[state.state]), told)
    print_table(table_console(), table)
