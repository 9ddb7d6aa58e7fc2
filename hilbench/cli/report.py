"""`hilbench report`: the page of a run again, or of several side by side."""

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
        "hilbench report stm32h7 stm32l4 nrf52840-virtual",
        "hilbench report release-1.2 latest",
        "hilbench report results.csv --out report",
        "hilbench report latest --against baselines.csv --library cmsis_nn",
    )
)
@click.argument("names", nargs=-1, required=True, metavar="RUN...")
@out_option
@store_option
@against_option
@library_option
def command(
    *, names: tuple[str, ...], out: Path | None, store: str, baselines: Path | None, library: str
) -> None:
    """Write the page of a run, or of several runs.

    RUN is a stored run (its id, tag or board, or latest) or a CSV file. Of several, ratios are against the
    first; runs may be of any boards, and of operators, networks and style transfer.
    """
    from hilbench.analysis import add_efficiency, read_baseline
    from hilbench.analysis.load_rows import load
    from hilbench.errors import ConfigError
    from hilbench.report import write_report
    from hilbench.report.side_by_side_page import write_side_by_side

    sources = [load(name, store) for name in names]
    if len(sources) > 1:
        if baselines:
            raise ConfigError("--against holds the kernels of one run against a library; name one run.")
        runs = [(source.run, source.frame) for source in sources]
        click.echo(write_side_by_side(runs, out or REPORTS / _together([run.run_id for run, _ in runs])))
        return
    (source,) = sources
    folder = out or REPORTS / source.run.run_id
    baseline = read_baseline(baselines, library) if baselines else None
    click.echo(write_report(source.run, add_efficiency(source.frame), folder, source.example, baseline))


def _together(identifiers: list[str]) -> str:
    """Folder of a page of several runs."""
    first, *others = identifiers
    return f"{first}+{others[0]}" if len(others) == 1 else f"{first}+{len(others)}-others"
