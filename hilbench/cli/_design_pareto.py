"""`hilbench design scale --pareto`: fronts of a family on one platform or several side by side."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import click
from rich.table import Table

from hilbench.cli._console import print_table, shown_status, table_console
from hilbench.console import plain_console

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from hilbench.design.pareto import Front
    from hilbench.design.scaling import Scaled
    from hilbench.design.session import ScaleRequest

_HEADINGS = ("alpha", "beta", "gamma", "t0", "parameters", "MMAC", "ms", "RAM B", "flash B")


def show_fronts(requests: Sequence[ScaleRequest], picture: Path | None, *, as_json: bool) -> None:
    """Print the fronts of all platforms, and draw them.

    Raises:
        ConfigError: a request is wrong, nobody fitted a cost model, or the picture cannot be written.
        DoesNotFit: nothing fits one of the platforms.
    """
    from hilbench.design.pareto import draw_fronts, front
    from hilbench.design.session import search_of

    fronts = []
    with shown_status(plain_console(stderr=True), "fronts") as told:
        for request in requests:
            name = request.board or "three numbers"
            told(name)
            search, budgets, _ = search_of(request)
            fronts.append(front(name, search, budgets))
    if picture:
        draw_fronts(fronts, picture)
    if as_json:
        click.echo(json.dumps([_document(each) for each in fronts], indent=2))
    else:
        for each in fronts:
            _print(each)


def _document(front: Front) -> dict[str, Any]:
    points = [
        {
            "network": each.network.name,
            "input": list(each.network.input),
            **_chosen(each),
            "macs": each.network.macs,
            "parameters": each.network.parameters,
            "latency_us": each.figures.latency_us,
            "energy_uj": each.figures.energy_uj,
            "ram_bytes": each.figures.ram_bytes,
            "flash_bytes": each.figures.flash_bytes,
        }
        for each in front.points
    ]
    return {
        "platform": front.platform,
        "provenance": "predicted",
        "sampled": front.sampled,
        "front": points,
    }


def _chosen(point: Scaled) -> dict[str, float | int | None]:
    chosen = point.chosen
    return {"alpha": chosen.alpha, "beta": chosen.beta, "gamma": chosen.gamma, "t0": chosen.t_zero}


def _print(front: Front) -> None:
    console = table_console()
    table = Table(box=None, pad_edge=False, header_style="dim")
    for heading in _HEADINGS:
        table.add_column(heading, justify="right", no_wrap=True)
    for each in front.points:
        figures = each.figures
        table.add_row(
            *("" if value is None else f"{value:.3g}" for value in _chosen(each).values()),
            f"{figures.parameters:,}",
            f"{figures.macs / 1e6:,.1f}",
            f"{figures.latency_us / 1e3:,.2f}",
            f"{figures.ram_bytes:,.0f}",
            f"{figures.flash_bytes:,.0f}",
        )
    print_table(console, table)
    console.print(
        f"\n{front.platform}: {len(front.points)} of {front.sampled} sampled networks are on the front; "
        "PREDICTED, nothing ran.\n",
        style="bold yellow",
        highlight=False,
        soft_wrap=True,
    )
