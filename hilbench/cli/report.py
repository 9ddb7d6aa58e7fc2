"""`hilbench report`: render a run's page again."""

from __future__ import annotations

from pathlib import Path

import click

from hilbench.cli._options import (
    REPORTS,
    against_option,
    examples,
    library_option,
    out_option,
    store_option,
)


@click.command(
    epilog=examples(
        "hilbench report latest",
        "hilbench report 20260504 --out /tmp/report",
        "hilbench report results.csv --out report",
        "hilbench report latest --against baselines.csv --library cmsis_nn",
    )
)
@click.argument("run")
@out_option
@store_option
@against_option
@library_option
def command(*, run: str, out: Path | None, store: str, baselines: Path | None, library: str) -> None:
    """Write the page of a run again.

    RUN is a stored run (its id, tag or board, or latest) or a CSV file.
    """
    from hilbench.analysis import add_efficiency, read_baseline
    from hilbench.analysis.load_rows import load
    from hilbench.report import write_report

    source = load(run, store)
    folder = out or REPORTS / source.run.run_id
    baseline = read_baseline(baselines, library) if baselines else None
    click.echo(write_report(source.run, add_efficiency(source.frame), folder, source.example, baseline))
