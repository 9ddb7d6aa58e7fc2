"""Tables of predictions that `hilbench predict` prints."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

from rich.table import Table

from hilbench.cli._console import print_table, table_console

if TYPE_CHECKING:
    from hilbench.tuning.predicted_choices import PredictedChoices
    from hilbench.tuning.selection import Candidate

_NUMBERS = ("cycles", "insn/MAC", "RAM B", "scratch B", "code B", "constants B")


def print_choices(predicted: PredictedChoices) -> None:
    """Print the candidates of each shape, the chosen one marked."""
    console, board, choices = table_console(), predicted.board, predicted.choices
    built = " ".join(predicted.built.values())
    console.print(
        f"PREDICTED for {board.name} ({board.chip.core}) by its timing model, {built}; "
        "none of these figures is measured.",
        style="bold yellow",
        highlight=False,
    )
    rows = [[_cells(each, chosen=each is choice.best) for each in choice.candidates] for choice in choices]
    widths = [max(map(len, cells)) for cells in zip(*chain(*rows), strict=True)]
    for choice, cells in zip(choices, rows, strict=True):
        console.print(f"\n{choice.problem.label}", style="bold", highlight=False)
        table = Table("", box=None, pad_edge=False, header_style="dim")
        table.add_column("variant", min_width=widths[1])
        for name, width in zip(_NUMBERS, widths[2:], strict=False):
            table.add_column(name, justify="right", min_width=max(width, len(name)), no_wrap=True)
        table.add_column("not chosen because" if any(row[-1] for row in cells) else "")
        for row in cells:
            table.add_row(*row)
        print_table(console, table)


def _cells(candidate: Candidate, *, chosen: bool) -> tuple[str, ...]:
    mark = "→" if chosen else ""
    prediction = candidate.prediction
    if prediction is None:
        return mark, candidate.case.kernel_label, *["–"] * 6, candidate.obstacle
    per_mac = f"{prediction.instructions / candidate.case.macs:.3f}" if prediction.instructions else "–"
    return (
        mark,
        candidate.case.kernel_label,
        f"{prediction.cycles:,}",
        per_mac,
        f"{prediction.ram_bytes:,}",
        f"{prediction.scratch_bytes:,}",
        f"{prediction.code_bytes:,}",
        f"{prediction.constant_bytes:,}",
        f"it needs {candidate.obstacle}" if candidate.obstacle else "",
    )
