"""Output of `hilbench virtual explain`: the parts of a function's cycles."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import click

from hilbench.cli._console import print_table, table_console
from hilbench.virtual.timing.pipeline import Entry

if TYPE_CHECKING:
    from rich.table import Table

    from hilbench.virtual.programs.symbols import Function
    from hilbench.virtual.timing.explain import ExplainedBlock
    from hilbench.virtual.timing.pipeline import Issue

_OTHER_WAYS = {
    Entry.JOINED: "beside a branch",
    Entry.LATE: "by CBZ or CBNZ",
    Entry.STARVED: "just behind a branch not taken",
}


def print_json(function: Function, core: str, blocks: Sequence[ExplainedBlock]) -> None:
    """Print every block with both its costs, and its instructions with their stalls."""
    document = {
        "function": function.name,
        "address": function.address,
        "core": core,
        "provenance": "emulated",
        "blocks": [_block(block) for block in blocks],
    }
    click.echo(json.dumps(document, indent=2))


def print_tables(function: Function, core: str, blocks: Sequence[ExplainedBlock]) -> None:
    """Print a table a block, for people."""
    from rich.text import Text

    console = table_console()
    console.print(Text.assemble((function.name, "bold"), f" on a {core}, {len(blocks)} blocks"))
    for block in blocks:
        console.print(Text.assemble((f"\n0x{block.address:08x}", "bold"), f"  {_costs(block)}"))
        print_table(console, _table(block))
        for issue in block.usual.issues:
            if issue.bounds is not None:
                least, most = issue.bounds
                taken = f"{least:g} to {most:g} cycles by its operands, {issue.occupancy:g} expected"
                console.print(Text(f"0x{issue.instruction.address:08x} takes {taken}", "dim"))


def _costs(block: ExplainedBlock) -> str:
    ways = [f"{block.taken.cost:g} by a branch", f"{block.from_before.cost:g} from before"]
    for way, name in _OTHER_WAYS.items():
        usual = block.taken if way.taken else block.from_before
        if block.schedules[way].cost != usual.cost:
            ways.append(f"{block.schedules[way].cost:g} {name}")
    if block.usual.mispredict_penalty:
        ways.append(f"{block.usual.mispredict_penalty} more where its end is guessed wrongly")
    return f"cycles: {', '.join(ways)}"


def _block(block: ExplainedBlock) -> dict[str, Any]:
    return {
        "address": block.address,
        "cycles_entered_taken": block.taken.cost,
        "cycles_joining_branch": block.joined.cost,
        "cycles_by_late_branch": block.schedules[Entry.LATE].cost,
        "cycles_from_before": block.from_before.cost,
        "cycles_behind_untaken_branch": block.schedules[Entry.STARVED].cost,
        "memory_wait": block.usual.memory_wait,
        "mispredict_penalty": block.usual.mispredict_penalty,
        "instructions": [_instruction(issue) for issue in block.usual.issues],
    }


def _instruction(issue: Issue) -> dict[str, Any]:
    return {
        "address": issue.instruction.address,
        "text": issue.instruction.text,
        "issue_cycle": issue.cycle,
        "slot": issue.slot,
        "cycles": issue.occupancy,
        "cycles_by_operands": issue.bounds,
        "stalls": [{"cycles": stall.cycles, "cause": stall.cause.value} for stall in issue.stalls],
        "not_paired": issue.alone,
    }


def _table(block: ExplainedBlock) -> Table:
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, pad_edge=True, header_style="dim")
    table.add_column("cycle", justify="right")
    for title in ("address", "instruction", "waits for"):
        table.add_column(title)
    table.add_column("not paired because", style="dim")
    for issue in block.usual.issues:
        stalls = ", ".join(f"{stall.cycles} {stall.cause.value}" for stall in issue.stalls)
        cells = ("+" if issue.slot else str(issue.cycle), f"0x{issue.instruction.address:08x}")
        table.add_row(*cells, Text(issue.instruction.text), Text(stalls, style="red"), issue.alone)
    return table
