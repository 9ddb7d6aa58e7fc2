"""`hilbench export`: a stored run as CSV or JSON."""

from __future__ import annotations

import json
import sys
from io import TextIOWrapper
from pathlib import Path

import click

from hilbench.cli._options import PATH, examples, store_option
from hilbench.cli._run_list import print_runs, run_documents
from hilbench.errors import ConfigError


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
@click.option("--list", "listing", is_flag=True, help="Show the runs there are, their variants and flags.")
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
            print_runs(run_documents(opened), as_json=as_json)
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
