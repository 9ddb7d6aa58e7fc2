"""Output of `hilbench plan`: needs of memory, and a picture of the memory plan."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import click
from rich.table import Table

from hilbench.cli._console import print_table, table_console
from hilbench.deploy.memory.search import curve
from hilbench.deploy.outline import Outline, OutlinedPlan
from hilbench.networks.names import short_name

_COLUMNS = 60
"""Width of the picture of memory over time, characters."""


def print_outline(found: Outline, board: str, *, smallest: bool) -> None:
    """Print what both plans need, and where the tensors of one of them lie."""
    verdict = "it fits" if found.fits else "it does not fit"
    click.echo(f"{found.model} on {board}: {found.layers} layers; {verdict}, placement {found.placement}.")
    console = table_console()
    table = Table(box=None, pad_edge=False)
    for heading, justify in (("", "left"), (_fastest(found), "right"), ("smallest", "right"), ("", "left")):
        table.add_column(heading, justify=justify)  # type: ignore[arg-type]  # rich's own literals
    for row in _needs(found):
        table.add_row(*row)
    print_table(console, table)
    alone, plain = found.overlap_bytes, found.plain_bytes
    click.echo(f"Tensors alone: {alone:,} bytes, or {plain:,} where no output grows into its input.")
    click.echo("Smallest is of whole layers; --curve searches for plans with layers in bands of rows.")
    if not found.is_predicted:
        unknown = found.layers - found.known_layers
        click.echo(f"No prediction yet for {unknown} layers: `hilbench bench` finds the fastest kernels.")
    click.echo()
    shown, name = (found.smallest, "smallest") if smallest else (found.fastest, _fastest(found))
    click.echo(f"The {name} plan:")
    for line in _picture(shown):
        click.echo(line)


def plan_points(found: Outline) -> list[dict[str, int | None]]:
    """Plans from the fastest to the smallest, as plain data: with copies of constants, then without any."""
    points = [
        {
            "ram_bytes": each.memory.peak,
            "copied_bytes": 0,
            "cycles": round(each.cycles) if found.is_predicted else None,
            "segments": len(each.segments),
        }
        for each in curve(found.pieces)
    ]
    fastest = found.fastest
    copying = {
        "ram_bytes": fastest.ram_bytes,
        "copied_bytes": fastest.copied_bytes,
        "cycles": fastest.cycles,
        "segments": fastest.segments,
    }
    return [copying, *points] if fastest.copied_bytes else points


def print_curve(points: Sequence[Mapping[str, int | None]]) -> None:
    """Print plans from the fastest to the smallest."""
    table = Table(box=None, pad_edge=False)
    for heading in ("RAM, bytes", "copied constants", "cycles, predicted", "segments in bands"):
        table.add_column(heading, justify="right")
    for point in points:
        table.add_row(*(f"{value:,}" if value is not None else "–" for value in point.values()))
    click.echo()
    print_table(table_console(), table)


def _fastest(found: Outline) -> str:
    return "fastest" if found.is_predicted else "likely fastest"


def _needs(found: Outline) -> Iterator[tuple[str, ...]]:
    plans = found.fastest, found.smallest
    yield (
        "RAM",
        *(f"{plan.ram_bytes:,}" for plan in plans),
        f"bytes of {found.ram:,}, scratch memory included",
    )
    yield (
        "flash",
        *(f"{plan.flash_bytes:,}" for plan in plans),
        f"bytes of {found.flash:,} for weights; code and tables come on top",
    )
    if any(plan.copied_bytes for plan in plans):
        yield "copies", *(f"{plan.copied_bytes:,}" for plan in plans), "bytes of RAM on top, for constants"
    if found.is_predicted:
        yield "cycles", *(f"{plan.cycles:,}" for plan in plans), "predicted"
    if any(plan.segments for plan in plans):
        yield "segments", *(str(plan.segments) for plan in plans), "of layers, in bands of rows"


def _picture(plan: OutlinedPlan) -> Iterator[str]:
    """A line for each buffer by bank and place, with the steps in which it lives."""
    scale = min(1.0, _COLUMNS / (plan.steps + 2))
    for bank in plan.banks:
        if not bank.bytes:
            continue
        yield f"{'offset':>10} {'bytes':>10}  {bank.name}: {bank.bytes:,} bytes; steps 0 to {plan.steps - 1}"
        for buffer in plan.buffers:
            if buffer.bank != bank.name:
                continue
            begin, end = (round((step + 1) * scale) for step in (buffer.first, buffer.last))
            bar = " " * begin + "█" * max(1, end - begin + 1)
            name = short_name(buffer.name)
            yield f"{buffer.offset:>10,} {buffer.bytes:>10,}  {bar:<{_COLUMNS + 2}} {name}"
