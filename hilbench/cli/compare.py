"""`hilbench compare`: two runs, case by case."""

from __future__ import annotations

import json
import math
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import click
from rich.table import Table

from hilbench.cli._console import print_contrasts, print_table, table_console
from hilbench.cli._options import allow_missing_option, examples, json_option, store_option
from hilbench.errors import ExitCode

if TYPE_CHECKING:
    from rich.console import Console

    from hilbench.analysis import Change, Comparison, Limit, Metric


@click.command(
    epilog=examples(
        "hilbench compare 20260504 latest",
        "hilbench compare base.csv new.csv --fail-on cycles:3%",
        "hilbench compare base.csv latest --metric energy --fail-on cycles:3% --fail-on energy:5%",
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
@store_option
@json_option
def command(
    *,
    base: str,
    new: str,
    metric: str,
    limits: tuple[str, ...],
    allow_missing: bool,
    store: str,
    as_json: bool,
) -> None:
    """Compare two runs, case by case.

    BASE and NEW are each a stored run (its id, the beginning of it, or latest) or a CSV file. Cases are
    paired by what they compute and by what varies within a run; what is constant in each run, though
    different between them, is what is compared.

    A ratio is new over base, so that less than 1 is better; its 95 % interval is a bootstrap of the medians.
    """
    from hilbench.analysis import Limit, Metric, compare
    from hilbench.cli._load_rows import load

    shown = Metric.parse(metric)
    bounds = [Limit.parse(text) for text in limits]
    before, after = load(base, store), load(new, store)
    comparison = compare(before.frame, after.frame)
    lost = bounds and (comparison.only_base or comparison.unmeasured(bounds))
    missing = bool(lost) and not allow_missing
    if as_json:
        click.echo(json.dumps(_document(comparison, bounds)))
    else:
        console = table_console()
        sides = [
            f"{source.run.run_id} ({source.run.provenance}, {source.run.board})" for source in (before, after)
        ]
        console.print(f"base {sides[0]}\nnew  {sides[1]}", highlight=False)
        _show(console, comparison, shown, bounds)
        if missing:
            console.print("missing: figures of the base; --allow-missing lets that pass", style="red")
    worse = comparison.broken or comparison.regressions(bounds) or comparison.unjudged(bounds)
    if bounds and (worse or missing):
        sys.exit(ExitCode.VERDICT)


def _show(console: Console, comparison: Comparison, metric: Metric, limits: Sequence[Limit]) -> None:
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
    for change in comparison.regressions(limits):
        growth = 100 * (change.ratio - 1)
        console.print(
            f"regression: {change.case}: {change.metric} +{growth:.1f} %", style="red", soft_wrap=True
        )
    for gap in comparison.unmeasured(limits):
        console.print(f"missing: {gap.case}: {gap.metric}", highlight=False, soft_wrap=True)
    for limit in comparison.unjudged(limits):
        console.print(f"nothing to compare: no case has {limit.metric} in both runs", style="red")


def _cells(change: Change) -> tuple[str, ...]:
    interval = "" if math.isnan(change.low) else f"{change.low:.3f}–{change.high:.3f}"
    base = _side(change.base, change.base_uncertainty_pct)
    new = _side(change.new, change.new_uncertainty_pct)
    return change.case, base, new, f"{change.ratio:.3f}", interval


def _side(value: float, percent: float | None) -> str:
    from hilbench.report.numbers import significant

    return significant(value, 4) + ("" if percent is None else f" ±{percent:g} %")


def _document(comparison: Comparison, limits: Sequence[Limit]) -> dict[str, Any]:
    return {
        "changes": [
            {
                "case": change.case,
                "metric": change.metric,
                "base": change.base,
                "new": change.new,
                "ratio": change.ratio,
                "uncertainty_pct": [change.base_uncertainty_pct, change.new_uncertainty_pct],
                "interval": None if math.isnan(change.low) else [change.low, change.high],
                "regression": any(map(change.beyond, limits)),
            }
            for change in comparison.changes
        ],
        "contrasts": {each.axis: [each.base, each.new] for each in comparison.contrasts},
        "unmeasured": [{"case": gap.case, "metric": gap.metric} for gap in comparison.unmeasured(limits)],
        "unjudged": [limit.metric for limit in comparison.unjudged(limits)],
        "broken": comparison.broken,
        "only_base": comparison.only_base,
        "only_new": comparison.only_new,
    }
