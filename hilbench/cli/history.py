"""`hilbench history`: a case or a network over all runs of a store."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from hilbench.cli._console import print_table, table_console
from hilbench.cli._options import PATH, examples, json_option, store_option

if TYPE_CHECKING:
    from rich.console import Console

    from hilbench.analysis import History, Metric
    from hilbench.results import Measurement, RunRecord

_MOST = 24
"""Histories that can be read one by one."""


@click.command(
    epilog=examples(
        "hilbench history 'conv2d 8x8x8->16 k3x3'",
        "hilbench history kws_ref_model --metric energy",
        "hilbench history depthwise --board stm32h7 --out history",
        "hilbench history 3f2a91c07d4e --json",
    )
)
@click.argument("case")
@click.option(
    "--metric", default="cycles", show_default=True, help="cycles, latency, energy, code, stack or power."
)
@click.option("--board", help="Runs on this board alone.")
@click.option("--out", type=PATH, help="Folder in which to write a page of the figures over time.")
@store_option
@json_option
def command(
    *, case: str, metric: str, board: str | None, out: Path | None, store: str, as_json: bool
) -> None:
    """Show a case or network over all runs.

    CASE is words of its label in any order, a network's name, or the beginning of a case's digest.

    A change is marked where the level of a figure moves by more than its noise: optimal partitioning of the
    logarithms, with a penalty that noise alone exceeds in about one of a hundred histories. Emulated cycles
    and sizes have no noise, so that every difference is a change.
    """
    from hilbench.analysis import Metric, histories

    followed = Metric.parse(metric)
    found = histories(_rows(case, board, store), followed)
    _check(found, case, followed, store)
    if out is not None:
        from hilbench.report.history_page import write_history

        click.echo(write_history(found, case, out), err=as_json)
    if as_json:
        click.echo(json.dumps([_document(history) for history in found], indent=2))
        return
    console = table_console()
    for history in found:
        _print(console, history)


def _rows(case: str, board: str | None, store: str) -> list[tuple[RunRecord, list[Measurement]]]:
    from hilbench.analysis import is_named
    from hilbench.results import Store

    with Store(store, create=False) as opened:
        return [
            (run, [row for row in opened.measurements(run.run_id) if is_named(row, case)])
            for run in opened.runs()
            if board in (None, run.board)
        ]


def _check(found: tuple[History, ...], case: str, metric: Metric, store: str) -> None:
    from hilbench.errors import ConfigError

    if not found:
        raise ConfigError(
            f"No run in {store} has {metric} of '{case}'; `hilbench export latest` lists labels of cases."
        )
    if len(found) > _MOST:
        some = "; ".join(history.case for history in found[:3])
        raise ConfigError(
            f"'{case}' is {len(found)} cases, more than {_MOST}: {some}, …; say more words, or --board."
        )


def _document(history: History) -> dict[str, Any]:
    return {
        "case": history.case,
        "board": history.board,
        "provenance": history.provenance,
        "metric": history.metric,
        "unit": history.metric.unit,
        "points": [
            {
                "run_id": point.run.run_id,
                "started": point.run.started.isoformat(),
                "commit": point.commit or None,
                "value": point.value,
                "interval": [point.low, point.high] if point.low == point.low else None,
                "differs": list(point.differs),
            }
            for point in history.points
        ],
        "changes": [
            {"run_id": point.run.run_id, "commit": point.commit or None, "ratio": ratio}
            for point, ratio in history.changes
        ],
    }


def _print(console: Console, history: History) -> None:
    from rich.table import Table

    from hilbench.report.numbers import significant

    heading = f"{history.case}, {history.metric} on {history.board} ({history.provenance})"
    console.print(heading, style="bold", highlight=False, soft_wrap=True)
    table = Table("run", "commit", box=None, pad_edge=False)
    table.add_column(history.metric.unit, justify="right")
    table.add_column("change", justify="right")
    table.add_column("")
    ratios = {point.run.run_id: ratio for point, ratio in history.changes}
    for point in history.points:
        ratio = ratios.get(point.run.run_id)
        change = "" if ratio is None else f"{100 * (ratio - 1):+.2f} %"
        style = None if ratio is None else "red" if ratio > 1 else "green"
        cells = (point.run.run_id, point.commit or "–", significant(point.value, 5), change)
        table.add_row(*cells, ", ".join(point.differs), style=style)
    print_table(console, table)
    console.print()
