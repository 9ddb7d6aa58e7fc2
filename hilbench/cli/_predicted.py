"""Printed predictions, and their conversion to rows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from itertools import chain
from typing import TYPE_CHECKING, Any

from rich.table import Table

from hilbench.cli._console import print_table, table_console
from hilbench.provenance import PredictedBy, Provenance
from hilbench.results import Measurement, Status
from hilbench.results.rows import to_frame

if TYPE_CHECKING:
    import pandas as pd

    from hilbench.boards import Board
    from hilbench.tuning.selection import Candidate, Choice

_NUMBERS = ("cycles", "insn/MAC", "RAM B", "scratch B", "code B", "constants B")


def print_choices(choices: Sequence[Choice], board: Board, built: Mapping[str, str]) -> None:
    """Print the candidates of each shape, the chosen one marked."""
    console = table_console()
    console.print(
        f"PREDICTED for {board.name} ({board.chip.core}) by its timing model, {' '.join(built.values())}; "
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


def document(choices: Sequence[Choice], board: Board, built: Mapping[str, str]) -> dict[str, Any]:
    """Plain data of all candidates."""
    return {
        "provenance": str(Provenance.PREDICTED),
        "board": board.name,
        "core": board.chip.core,
        **built,
        "shapes": [_shape(choice) for choice in choices],
    }


def rows(choices: Sequence[Choice], board: Board, built: Mapping[str, str]) -> pd.DataFrame:
    """A row for each prediction, as a sweep has them for measurements."""
    return to_frame(_measurements(choices, board, built))


def _measurements(choices: Sequence[Choice], board: Board, built: Mapping[str, str]) -> Iterator[Measurement]:
    for candidate in (each for choice in choices for each in choice.candidates):
        prediction = candidate.prediction
        if prediction is None:
            continue
        yield Measurement(
            workload=candidate.case.record(),
            board=board.name,
            chip=board.chip.name,
            core=board.chip.core,
            provenance=Provenance.PREDICTED,
            predictor=PredictedBy.EMULATOR,
            status=Status.OK,
            clock_hz=board.chip.clock_hz,
            cycles=(prediction.cycles,),
            instructions=prediction.instructions,
            code_bytes=prediction.code_bytes,
            constant_bytes=prediction.constant_bytes,
            ram_bytes=prediction.ram_bytes,
            scratch_bytes=prediction.scratch_bytes,
            toolchain=built["toolchain"],
            flags=built["flags"],
            placement=built["placement"],
        )


def _shape(choice: Choice) -> dict[str, Any]:
    return {
        "parameters": choice.problem.case.parameters(),
        "macs": choice.problem.macs,
        "chosen": choice.best.case.kernel_label if choice.best else None,
        "candidates": [
            {
                "variant": each.case.kernel_label,
                "prediction": asdict(each.prediction) if each.prediction else None,
                "obstacle": each.obstacle,
            }
            for each in choice.candidates
        ],
    }


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
