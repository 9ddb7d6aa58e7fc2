"""Forecast of a network that `hilbench predict MODEL` prints."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click
from rich.table import Table

from hilbench.cli._console import print_table, shown_status, table_console
from hilbench.console import plain_console

if TYPE_CHECKING:
    from hilbench.design.forecast import Forecast


def show_forecast(
    model: Path,
    name: str,
    *,
    boards_file: Path,
    operators: Path | None,
    cost_model: Path | None,
    representative: Path | None,
    emulate: bool,
    as_json: bool,
) -> None:
    """Print what a network takes on a board.

    Raises:
        ConfigError: there is no such board, or no cost model of its chip.
        ModelError: the model cannot be read or deployed.
        DoesNotFit: it needs more memory.
    """
    from hilbench.design.forecast import forecast
    from hilbench.design.session import target_of

    target = target_of(name, boards_file, operators, cost_model)
    with shown_status(plain_console(stderr=True), f"{model.name} for {name}"):
        found = forecast(model, target, emulate=emulate, representative=representative)
    if as_json:
        click.echo(json.dumps(found.document(), indent=2))
    else:
        _print(found)


def _print(found: Forecast) -> None:
    console = table_console()
    table = Table(box=None, pad_edge=False, header_style="dim")
    for heading in ("layer", "variant"):
        table.add_column(heading)
    for heading in ("cycles", "share"):
        table.add_column(heading, justify="right", no_wrap=True)
    table.add_column("predictor", no_wrap=True)
    for each in found.layers:
        share = f"{each.cycles / found.cycles:.1%}"
        table.add_row(
            each.layer.problem.label, each.layer.variant, f"{each.cycles:,}", share, str(each.predictor)
        )
    print_table(console, table)
    figures = found.document()
    bounds = figures["cycles_bounds"]
    milliseconds = 1e3 / found.clock_hz
    between = f" ({bounds[0] * milliseconds:,.2f} to {bounds[1] * milliseconds:,.2f})" if bounds else ""
    energy = "energy unknown"
    if found.energy_uj is not None and found.model is not None:
        energy = f"{found.energy_uj / 1e3:,.3g} mJ ± {found.model.energy_error:.0%}"
    flash = "" if found.flash_bytes is None else f", {found.flash_bytes:,} bytes of flash"
    console.print(
        f"\nPREDICTED for {found.board}, placement {figures['placement']}, by the {found.predictor}: "
        f"{found.cycles * milliseconds:,.2f} ms{between}, "
        f"{energy}, {figures['ram_bytes']:,} bytes of RAM{flash}; nothing is measured.",
        style="bold yellow",
        highlight=False,
        soft_wrap=True,
    )
