"""`hilbench export`: a stored run as CSV or JSON."""

from __future__ import annotations

import json
import sys
from io import TextIOWrapper
from pathlib import Path

import click
from rich.table import Table

from hilbench.cli._console import print_table, table_console
from hilbench.cli._options import PATH, examples, store_option
from hilbench.errors import ConfigError
from hilbench.results import RunRecord


@click.command(
    epilog=examples(
        "hilbench export --list",
        "hilbench export latest --csv results.csv",
        "hilbench export 20260504 --json | jq .statuses",
    )
)
@click.argument("run", required=False)
@click.option("--csv", "table", type=PATH, help="Write the table here.")
@click.option("--json", "as_json", is_flag=True, help="Print everything, raw samples too, as JSON.")
@click.option("--list", "listing", is_flag=True, help="Show the runs there are.")
@store_option
def command(*, run: str | None, table: Path | None, as_json: bool, listing: bool, store: str) -> None:
    """Take a run out of the store, as CSV or JSON.

    RUN is a run's id, tag or board, or latest; a CSV on stdout is the default.
    """
    from hilbench.analysis import add_efficiency
    from hilbench.results import Store
    from hilbench.results.csv_file import write_csv
    from hilbench.results.document import run_document
    from hilbench.results.rows import to_frame

    with Store(store, create=False) as opened:
        if listing:
            _show(opened.runs(), as_json=as_json)
            return
        if run is None:
            raise ConfigError("Which run? Name one, or see them with `hilbench export --list`.")
        record = opened.run(run)
        measurements = opened.measurements(record.run_id)
    if as_json:
        click.echo(json.dumps(run_document(record, measurements)))
    if table is not None or not as_json:
        if table is None and isinstance(sys.stdout, TextIOWrapper):
            sys.stdout.reconfigure(encoding="utf-8")  # a file like any other, whatever the terminal speaks
        write_csv(add_efficiency(to_frame(measurements, record.run_id)), table or sys.stdout)


def _show(runs: tuple[RunRecord, ...], *, as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps([run.document() for run in runs]))
        return
    shown = Table("run", "provenance", "grid", "finished", box=None)
    shown.columns[0].no_wrap = True
    for run in runs:
        finished = f"{run.finished:%Y-%m-%d %H:%M}" if run.finished else "unfinished"
        shown.add_row(run.run_id, run.provenance, run.grid, finished)
    print_table(table_console(), shown)
