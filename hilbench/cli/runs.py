"""`hilbench runs`: the runs of a store, listed, deleted and pruned."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import click

from hilbench.cli._options import examples, json_option, store_option
from hilbench.cli._run_list import print_runs, run_documents

if TYPE_CHECKING:
    from hilbench.results import RunRecord, Store


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
        documents = [each for each in run_documents(opened) if board in (None, each["board"])]
    print_runs(documents, as_json=as_json)


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
