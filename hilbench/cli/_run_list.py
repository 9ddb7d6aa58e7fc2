"""List of the runs of a store, for `hilbench runs` and `hilbench export --list`."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import click

from hilbench.cli._console import print_table, table_console

if TYPE_CHECKING:
    from hilbench.results import Store


def run_documents(store: Store) -> list[dict[str, Any]]:
    """Plain data of each run, oldest first."""
    from hilbench.results.run_summary import RunSummary

    summaries, tags = store.summaries(), store.tags()
    return [
        {
            "run_id": run.run_id,
            "tags": [tag for tag, run_id in tags.items() if run_id == run.run_id],
            "board": run.board,
            "provenance": str(run.provenance),
            "grid": run.grid,
            "started": run.started.isoformat(),
            "finished": run.finished.isoformat() if run.finished else None,
            "rows": _sorted(summary.statuses),
            "variants": _sorted(summary.variants),
            "flags": _sorted(summary.flags),
            "command": run.command,
        }
        for run in store.runs()
        for summary in [summaries.get(run.run_id, RunSummary())]
    ]


def print_runs(documents: Sequence[Mapping[str, Any]], *, as_json: bool) -> None:
    """Print runs as a table, or as JSON."""
    if as_json:
        click.echo(json.dumps(documents, indent=2))
        return
    from rich.table import Table

    table = Table(
        *("run", "tags", "board", "provenance", "grid", "rows", "variants", "flags", ""),
        box=None,
        pad_edge=False,
    )
    table.columns[0].no_wrap = True
    for each in documents:
        state = "" if each["finished"] else "unfinished: --resume goes on"
        cells = (each["run_id"], ", ".join(each["tags"]), each["board"], each["provenance"], each["grid"])
        counts = (_counted(each["rows"]) or "none", _counted(each["variants"]), ", ".join(each["flags"]))
        table.add_row(*cells, *counts, state)
    print_table(table_console(), table)


def _counted(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{count} {name}" for name, count in counts.items())


def _sorted(counts: Mapping[Any, int]) -> dict[str, int]:
    return {str(name): count for name, count in sorted(counts.items())}
