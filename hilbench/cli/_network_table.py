"""Output of `hilbench bench`: a network's figures and its layers."""

from __future__ import annotations

import click
from rich.table import Table

from hilbench.cli._console import print_table, table_console
from hilbench.deploy.benchmark import NetworkResult
from hilbench.results.network import NetworkDetails
from hilbench.runner.verify import Difference


def print_result(result: NetworkResult) -> None:
    """Print the figures of the whole, then a line for each layer."""
    document, program = result.document(), result.deployment.program
    console = table_console()
    count = result.verified_inputs
    exact = f"verified bit for bit with {document['oracle']} on {count} input{'s' if count != 1 else ''}"
    if document["cause"]:  # another firmware's output is known as far as it prints it
        exact = f"agrees with {document['oracle']} {document['cause']}"
    state = exact if document["verified"] else document["cause"]
    if document["status"] != "ok":
        state = f"{document['status']}: {document['cause']}"
    maker = "" if document["deployer"] == "hilbench" else f" by {document['deployer']}"
    click.echo(f"{document['model']}{maker} on {document['board']} ({document['provenance']}): {state}")
    for note in document["notes"]:
        click.echo(note)
    if document["cut"]:
        click.echo(f"without {', '.join(document['cut'])}, which {document['deployer']} does not know")
    if result.cycles is None:
        return
    figures = Table(box=None, show_header=False, pad_edge=False)
    latency, energy = document["latency_us"], document["energy_uj"]
    figures.add_row("latency", f"{latency / 1e3:,.3f} ms" if latency else "–", f"{result.cycles:,.0f} cycles")
    details = result.details
    for name, cycles in (
        ("the sum of layers as predicted", details.predicted_cycles if details else None),
        ("the sum of layers with probes", details.layer_cycles if details else None),
    ):
        if cycles is not None:
            figures.add_row("", "", f"{cycles:,} as {name} ({cycles / result.cycles - 1:+.1%})")
    percent = document["energy_uncertainty_pct"]
    sure = f"±{percent:g} %" if percent is not None else ""
    figures.add_row("energy", f"{energy:,.1f} µJ" if energy else "not measured", sure)
    live = f", {document['live_macs']:,} of them live" if document["live_macs"] != program.macs else ""
    figures.add_row("MACs", f"{document['mac_per_cycle']:.2f} a cycle, nominal", f"{program.macs:,}{live}")
    arena = document["arena_bytes"]
    others = "" if arena == document["ram_bytes"] else f", {arena:,} of them; else constants and variables"
    figures.add_row("RAM", f"{document['ram_bytes']:,} bytes", f"tensors and scratch memory{others}")
    figures.add_row("flash", f"{document['flash_bytes']:,} bytes", "code and constants")
    figures.add_row("placement", document["placement"], "of code and activations")
    if (checked := result.verification) is not None and checked.accuracy is not None:
        figures.add_row(
            "accuracy", f"{checked.accuracy:.1%}", f"{checked.right} of {checked.labelled}, top-1"
        )
    figures.add_row("stack", f"{document['stack_bytes']:,} bytes", "")
    for runtime, found in result.compared.items():
        figures.add_row(runtime, found if isinstance(found, str) else _share(found), "compared on the host")
    console.print(figures)
    if details is not None:
        print_table(console, _layers(details))


def _share(difference: Difference) -> str:
    """Words on how many outputs are off, and how far."""
    return f"{difference.share:.1%}: {difference}" if difference.differing else "equal"


def _layers(details: NetworkDetails) -> Table:
    table = Table(box=None, pad_edge=False)
    table.add_column("layer", no_wrap=True)
    table.add_column("variant")
    for heading in ("cycles", "share", "predicted", "MAC/cycle"):
        table.add_column(heading, justify="right")
    total = details.layer_cycles or 1
    for row in details.layers:
        shown = ("–", "–", "–")
        if row.cycles is not None:
            rate = f"{row.macs / max(row.cycles, 1):.2f}" if row.macs else "–"
            shown = (f"{row.cycles:,}", f"{row.cycles / total:.1%}", rate)
        table.add_row(row.label, row.variant, *shown[:2], f"{row.predicted_cycles:,}", shown[2])
    return table
