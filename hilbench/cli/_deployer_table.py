"""Output of `hilbench bench` with several deployers: their figures side by side."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import Any

import click
from rich.table import Table

from hilbench.cli._console import print_table, table_console

_RIGHT = ("cycles", "latency", "MAC/cycle", "energy", "RAM", "flash", "placement")


def print_side_by_side(documents: Iterable[dict[str, Any]]) -> None:
    """Print a table for each model, with a line for each deployer, and below it why some have no figures.

    Args:
        documents: of results and of refusals, as `--json` has them.
    """
    ordered = sorted(documents, key=lambda each: str(each["model"]))
    for model, group in groupby(ordered, key=lambda each: str(each["model"])):
        rows = list(group)
        ran = next((row for row in rows if "board" in row), None)
        click.echo(
            f"{model} on {ran['board']} ({ran['provenance']}), held against {ran['oracle']}" if ran else model
        )
        print_table(table_console(), _table(rows))
        for row in rows:
            for runtime, found in row.get("compared", {}).items():
                click.echo(f"{runtime} on the host: {_compared(found)}")
            for note in row.get("notes", ()):
                click.echo(f"{row['deployer']}: {note}")
            if row["status"] != "ok":
                click.echo(f"{row['deployer']}: {row['cause']}")


def _compared(found: dict[str, Any]) -> str:
    """Words on how far a runtime's outputs are from those that hilbench's own program must give."""
    if "refusal" in found:
        return str(found["refusal"])
    if not found["differing"]:
        return "equal"
    unit = ("step" if found["largest"] == 1 else "steps") if found["is_quantized"] else "in real numbers"
    return f"{found['share']:.1%} of outputs differ, by at most {found['largest']:g} {unit}"


def _table(rows: Sequence[dict[str, Any]]) -> Table:
    table = Table(box=None, pad_edge=False)
    table.add_column("deployer", no_wrap=True)
    for heading in _RIGHT:
        table.add_column(heading, justify="right")
    table.add_column("output")
    for row in rows:
        table.add_row(row["deployer"], *_figures(row), _output(row))
    return table


def _figures(row: dict[str, Any]) -> tuple[str, ...]:
    if not row.get("cycles"):
        return ("–",) * len(_RIGHT)
    latency, energy = row["latency_us"], row["energy_uj"]
    return (
        f"{row['cycles']:,.0f}",
        f"{latency / 1e3:,.3f} ms" if latency else "–",
        f"{row['mac_per_cycle']:.2f}" if row["macs"] else "–",
        f"{energy:,.1f} µJ" if energy else "–",
        f"{row['ram_bytes']:,}",
        f"{row['flash_bytes']:,}",
        row["placement"],
    )


def _output(row: dict[str, Any]) -> str:
    """Words on what the output is worth, and on operators that are missing."""
    if row["status"] != "ok":
        return str(row["status"]).replace("_", " ")
    cause = str(row["cause"]).rstrip(".")
    words = f"exact {cause}".rstrip() if row["verified"] else cause
    return f"{words}; without {', '.join(row['cut'])}" if row["cut"] else words
