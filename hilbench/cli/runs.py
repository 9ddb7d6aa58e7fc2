"""`hilbench runs`: the runs of a store, listed, deleted and pruned."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import click

from hilbench.cli._console import print_table, table_console
from hilbench.cli._options import examples, json_option, store_option

if TYPE_CHECKING:
    from hilbench.results import RunRecord, Status, Store


@click.group(
    "runs",
    invoke_without_command=True,
    epilog=examples(
        "hilbench runs",
        "hilbench runs --board stm32h7 --json",
        "hilbench runs delete 20260504-120000-stm32h7",
        "hilbench runs prune --keep 20",
        "hilbench runs prune --older-than 90 --dry-run",
    ),
)
@click.option("--board", help="Runs on this board alone.")
@store_option
@json_option
@click.pass_context
def command(context: click.Context, *, board: str | None, store: str, as_json: bool) -> None:
    """List the runs of a store, delete and prune them."""
    from hilbench.results import Store

    if context.invoked_subcommand is not None:
        return
    with Store(store, create=False) as opened:
        documents = [document for document in _documents(opened) if board in (None, document["board"])]
    if as_json:
        click.echo(json.dumps(documents, indent=2))
    else:
        _print(documents)


@command.command("delete", epilog=examples("hilbench runs delete 20260504-120000-stm32h7"))
@click.argument("runs", nargs=-1, required=True, metavar="RUN...")
@click.option("--force", is_flag=True, help="Delete runs that have a tag, too.")
@store_option
def delete(*, runs: tuple[str, ...], force: bool, store: str) -> None:
    """Delete runs for good, with their rows.

    RUN is a run's id or tag, latest, or a board for its latest run.
    """
    from hilbench.errors import ConfigError
    from hilbench.results import Store

    with Store(store, create=False) as opened:
        chosen = dict.fromkeys(opened.run(name).run_id for name in runs)
        tagged = [f"{run_id} ({tag})" for tag, run_id in opened.tags().items() if run_id in chosen]
        if tagged and not force:
            raise ConfigError(f"{', '.join(tagged)} has a tag; give --force to delete it all the same.")
        for run_id in chosen:
            opened.remove(run_id)
            click.echo(f"deleted {run_id}")


@command.command(
    "prune", epilog=examples("hilbench runs prune --keep 20", "hilbench runs prune --older-than 90")
)
@click.option("--keep", type=click.IntRange(0), help="Latest runs of each board that stay.")
@click.option("--older-than", type=click.FloatRange(0), metavar="DAYS", help="Delete older runs alone.")
@click.option("--board", help="Runs on this board alone.")
@click.option("--dry-run", is_flag=True, help="Say what would go, and delete nothing.")
@store_option
def prune(
    *, keep: int | None, older_than: float | None, board: str | None, dry_run: bool, store: str
) -> None:
    """Delete old runs; those with a tag stay."""
    from hilbench.results import Store

    if keep is None and older_than is None:
        raise click.UsageError("Say which runs may go: --keep N, --older-than DAYS, or both.")
    with Store(store, create=False) as opened:
        tagged = set(opened.tags().values())
        old = [run for run in _old(opened, keep or 0, older_than) if board in (None, run.board)]
        for run in old:
            if run.run_id in tagged:
                continue
            if not dry_run:
                opened.remove(run.run_id)
            click.echo(f"{'would delete' if dry_run else 'deleted'} {run.run_id}")


def _old(store: Store, keep: int, older_than: float | None) -> list[RunRecord]:
    """Runs beyond the latest `keep` of their board, and begun more than so many days ago."""
    before = datetime.now(UTC) - timedelta(days=older_than or 0)
    seen: Counter[str] = Counter()
    old = []
    for run in reversed(store.runs()):
        seen[run.board] += 1
        if seen[run.board] > keep and run.started <= before:
            old.append(run)
    return old[::-1]


def _documents(store: Store) -> list[dict[str, Any]]:
    """Plain data of each run, oldest first."""
    counts, tags = store.row_counts(), store.tags()
    return [
        {
            "run_id": run.run_id,
            "tags": [tag for tag, run_id in tags.items() if run_id == run.run_id],
            "board": run.board,
            "provenance": str(run.provenance),
            "grid": run.grid,
            "started": run.started.isoformat(),
            "finished": run.finished.isoformat() if run.finished else None,
            "rows": _rows(counts.get(run.run_id, {})),
            "command": run.command,
        }
        for run in store.runs()
    ]


def _rows(counts: Mapping[Status, int]) -> dict[str, int]:
    return {str(status): count for status, count in sorted(counts.items())}


def _print(documents: list[dict[str, Any]]) -> None:
    from rich.table import Table

    table = Table("run", "tags", "board", "provenance", "grid", "rows", "", box=None, pad_edge=False)
    for each in documents:
        rows = ", ".join(f"{count} {status}" for status, count in each["rows"].items()) or "none"
        state = "" if each["finished"] else "unfinished: --resume goes on"
        cells = (each["run_id"], ", ".join(each["tags"]), each["board"], each["provenance"], each["grid"])
        table.add_row(*cells, rows, state)
    print_table(table_console(), table)
