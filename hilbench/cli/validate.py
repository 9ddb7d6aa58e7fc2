"""`hilbench validate`: how far a board's figures lie from another's, or from published ones."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from typing import TYPE_CHECKING

import click
from rich.table import Table

from hilbench.cli._console import print_contrasts, print_table, table_console
from hilbench.cli._options import allow_missing_option, examples, json_option, store_option
from hilbench.errors import ExitCode

if TYPE_CHECKING:
    from rich.console import Console

    from hilbench.analysis import Limit, Validation


@click.command(
    epilog=examples(
        "hilbench validate stm32h7-virtual stm32h7",
        "hilbench validate latest published.csv --fail-over cycles:7%",
        "hilbench validate emulated.csv measured.csv --fail-over cycles:7% --fail-over power:15% --json",
    )
)
@click.argument("board_or_run")
@click.argument("reference")
@click.option(
    "--fail-over",
    "limits",
    multiple=True,
    metavar="METRIC:PERCENT%",
    help="Exit with 1 when the mean absolute error is larger, a case of the reference was not compared, or "
    "none was; may be repeated.",
)
@allow_missing_option
@store_option
@json_option
def command(
    *,
    board_or_run: str,
    reference: str,
    limits: tuple[str, ...],
    allow_missing: bool,
    store: str,
    as_json: bool,
) -> None:
    """Say how far figures lie from others.

    Holds BOARD_OR_RUN against REFERENCE, over the cases that both have. Each is a stored run (its id or
    tag, or latest), a board (then its latest run) or a CSV file. A CSV of published figures needs
    the columns that tell the case (operator to activation in results.csv, but for the variant) and any of its
    figures. Board, clock and compiler may differ; a case of another variant, tuning, flags, placement or
    caches than its reference's is named and left out.

    An error is figure over reference, less 1; the mean of its magnitude is what --fail-over judges. Stated
    is the uncertainty of the tested energies, as an emulated board gives it.
    """
    from hilbench.analysis import Limit, validate
    from hilbench.analysis.load_rows import load_side

    bounds = [Limit.parse(text) for text in limits]
    tested, known = load_side(board_or_run, store), load_side(reference, store)
    validation = validate(tested.frame, known.frame)
    failed = [limit for limit in bounds if validation.fails(limit)]
    lost = bounds and (validation.unmatched or validation.comparison.unmeasured(bounds))
    missing = bool(lost) and not allow_missing
    if as_json:
        click.echo(json.dumps(_document(validation, failed)))
    else:
        console = table_console()
        console.print(f"tested    {tested.name}\nreference {known.name}", highlight=False, soft_wrap=True)
        _show(console, validation, failed)
        if missing:
            console.print("missing: figures of the reference; --allow-missing lets that pass", style="red")
    if failed or missing:
        sys.exit(ExitCode.VERDICT)


def _show(console: Console, validation: Validation, failed: list[Limit]) -> None:
    print_contrasts(console, validation.comparison.contrasts)
    table = Table("", box=None)
    for heading in ("cases", "mean |error|", "bias", "worst", "mean ratio", "stated"):
        table.add_column(heading, justify="right", no_wrap=True)
    table.add_column("worst case")
    over = {limit.metric for limit in failed}
    for row in validation.statistics:
        percents = (f"{row.mean_absolute:.1f} %", f"{row.bias:+.1f} %", f"{row.worst:+.1f} %")
        stated = "" if row.uncertainty_pct is None else f"±{row.uncertainty_pct:g} %"
        cells = (str(row.cases), *percents, f"{row.ratio:.3f}", stated, row.worst_case)
        table.add_row(row.metric, *cells, style="red" if row.metric in over else None)
    if validation.statistics:
        print_table(console, table)
    else:
        console.print("The two have no case in common.")
    if validation.mismatched:
        count = len(validation.mismatched)
        console.print(f"Not comparable: {count}, with {validation.mismatch}.", soft_wrap=True)
    if absent := len(validation.unmatched) - len(validation.mismatched):
        console.print(f"Of the reference not measured: {absent}.")
    compared = {row.metric for row in validation.statistics}
    for limit in failed:
        why = (
            f"beyond the limit: {limit.metric}, {100 * limit.growth:g} %"
            if limit.metric in compared
            else f"nothing to compare: no case has {limit.metric} on both sides"
        )
        console.print(why, style="red")


def _document(validation: Validation, failed: list[Limit]) -> dict[str, object]:
    return {
        "statistics": [asdict(row) for row in validation.statistics],
        "cases": [
            {
                "case": change.case,
                "metric": change.metric,
                "reference": change.base,
                "tested": change.new,
                "error_pct": change.growth_pct,
                "uncertainty_pct": change.new_uncertainty_pct,
            }
            for change in validation.comparison.changes
        ],
        "contrasts": {each.axis: [each.base, each.new] for each in validation.comparison.contrasts},
        "mismatched": validation.mismatched,
        "mismatch": validation.mismatch,
        "unmatched": validation.unmatched,
        "failed": [limit.metric for limit in failed],
    }
