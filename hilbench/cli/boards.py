"""`hilbench boards`: every board, and whether it can be used now."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

import click

_STYLES = {"attached": "green", "launchable": "green", "busy": "yellow", "missing": "red"}

_EXAMPLES = """
\b
Examples:
  hilbench boards
  hilbench boards --boards lab.yaml --json
"""


@click.command("boards", epilog=_EXAMPLES)
@click.option("--boards", "boards_file", type=click.Path(path_type=Path), help="Use another boards.yaml.")
@click.option("--json", "as_json", is_flag=True, help="Print a JSON array.")
def command(boards_file: Path | None, as_json: bool) -> None:
    """Show every board: attached, busy by whom, or what is missing and why."""
    from rich.console import Console
    from rich.table import Table

    from hilbench.boards.config import load_boards
    from hilbench.boards.survey import survey
    from hilbench.resources import BOARDS_FILE

    states = survey(load_boards(boards_file or BOARDS_FILE))
    if as_json:
        click.echo(json.dumps([asdict(state) for state in states], indent=2))
        return
    table = Table("board", "state", "", box=None, pad_edge=False)
    for state in states:
        style = _STYLES[state.state]
        table.add_row(
            state.name, f"[{style}]{state.state}[/]", f"{state.description}\n[dim]{state.detail}[/]"
        )
    Console().print(table)
