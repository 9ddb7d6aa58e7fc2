"""`hilbench report`: render a run's page again."""

from __future__ import annotations

from pathlib import Path

import click

from hilbench.results import DEFAULT_STORE

_EXAMPLES = """
\b
Examples:
  hilbench report latest
  hilbench report 20260504 --out /tmp/report
  hilbench report results.csv --out report
"""


@click.command(epilog=_EXAMPLES)
@click.argument("run")
@click.option("--out", type=click.Path(path_type=Path), help="Folder to write to.  [default: reports/RUN]")
@click.option("--store", default=DEFAULT_STORE, show_default=True, help="URL or path of the results.")
def command(*, run: str, out: Path | None, store: str) -> None:
    """Write index.html for RUN: a stored run (its id, the beginning of it, or latest) or a CSV file."""
    from hilbench.cli._source import load
    from hilbench.report import write_report

    source = load(run, store)
    folder = out or Path("reports") / source.run.run_id
    click.echo(write_report(source.run, source.frame, folder, source.example))
