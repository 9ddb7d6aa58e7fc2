"""`hilbench compare`: two runs, case by case."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

import click
from rich.table import Table

from hilbench.cli._console import print_contrasts, print_table, table_console
from hilbench.cli._options import allow_missing_option, examples, json_option, store_option
from hilbench.errors import ExitCode

if TYPE_CHECKING:
    from rich.console import Console

    from hilbench.analysis import Change, Metric, Verdict


@click.command(
    epilog=examples(
        "hilbench compare 20260504 latest",
        "hilbench compare base.csv new.csv --fail-on cycles:3%",
        "hilbench compare base.csv latest --metric energy --fail-on cycles:3% --fail-on energy:5%",
        "hilbench compare release-1.2 latest --fail-on cycles:3% --format junit > cycles.xml",
    )
)
@click.argument("base")
@click.argument("new")
@click.option(
    "--metric", default="cycles", show_default=True, help="cycles, latency, energy, code, stack or power."
)
@click.option(
    "--fail-on",
    "limits",
    multiple=True,
    metavar="METRIC:PERCENT%",
    help="Exit with 1 when a case got worse by more, fails or is missing that was measured, or nothing could "
    "be compared; may be repeated.",
)
@allow_missing_option
@click.option(
    "--format",
    "form",
    type=click.Choice(["table", "markdown", "junit", "json"]),
    default="table",
    show_default=True,
    help="A table for people, a comment for a merge request, tests for a CI, or data.",
)
@store_option
@json_option
def command(
    *,
    base: str,
    new: str,
    metric: str,
    limits: tuple[str, ...],
    allow_missing: bool,
    form: str,
    store: str,
    as_json: bool,
) -> None:
    """Compare two runs, case by case.

    BASE and NEW are each a stored run (its id, tag or board, or latest) or a CSV file. Cases are paired by
    what they compute and by what varies within a run; what is constant in each run, though different between
    them, is what is compared.

    A ratio is new over base, so that less than 1 is better; its 95 % interval is a bootstrap of the medians.
    """
    from hilbench.analysis import Limit, Metric, Verdict, compare
    from hilbench.analysis.load_rows import load
    from hilbench.report.comparison import as_document, as_junit, as_markdown

    shown = Metric.parse(metric)
    bounds = [Limit.parse(text) for text in limits]
    sources = [load(name, store) for name in (base, new)]
    verdict = Verdict(compare(*(source.frame for source in sources)), bounds, allow_missing)
    before, after = (
        f"{source.run.run_id} ({source.run.provenance}, {source.run.board})" for source in sources
    )
    if as_json or form == "json":
        click.echo(json.dumps(as_document(verdict)))
    elif form == "markdown":
        click.echo(as_markdown(verdict, shown, before, after), nl=False)
    elif form == "junit":
        click.echo(as_junit(verdict, shown, before, after), nl=False)
    else:
        console = table_console()
        console.print(f"base {before}\nnew  {after}", highlight=False)
        _show(console, verdict, shown)
    if not verdict.passes:
        sys.exit(ExitCode.VERDICT)


def _show(console: Console, verdict: Verdict, metric: Metric) -> None:
    comparison, limits = verdict.comparison, verdict.limits
    print_contrasts(console, comparison.contrasts)
    table = Table("case", box=None)
    for heading in ("base", "new", "ratio", "95 %"):
        table.add_column(heading, justify="right")
    changes = [change for change in comparison.changes if change.metric is metric]
    for change in sorted(changes, key=lambda change: -change.ratio):
        table.add_row(*_cells(change), style="red" if any(map(change.beyond, limits)) else None)
    print_table(console, table)
    if changes:
        console.print(
            f"{metric}: {comparison.overall(metric):.3f} of base, geometric mean of {len(changes)} cases"
        )
    else:
        console.print(f"No case has {metric} in both runs.")
    for cases, what in (
        (comparison.broken, "measured before, fails now"),
        (comparison.only_base, "missing, measured in base"),
        (comparison.only_new, "only in new"),
    ):
        for case in cases:
            console.print(f"{what}: {case}", highlight=False, soft_wrap=True)
    for change in verdict.regressions:
        console.print(
            f"regression: {change.case}: {change.metric} +{change.growth_pct:.1f} %",
            style="red",
            soft_wrap=True,
        )
    for gap in verdict.unmeasured:
        console.print(f"missing: {gap.case}: {gap.metric}", highlight=False, soft_wrap=True)
    for limit in verdict.unjudged:
        console.print(f"nothing to compare: no case has {limit.metric} in both runs", style="red")
    if verdict.misses:
        console.print("missing: figures of the base; --allow-missing lets that pass", style="red")


def _cells(change: Change) -> tuple[str, ...]:
    from hilbench.report.comparison import figure, interval

    base = figure(change.base, change.base_uncertainty_pct)
    new = figure(change.new, change.new_uncertainty_pct)
    return change.case, base, new, f"{change.ratio:.3f}", interval(change)
