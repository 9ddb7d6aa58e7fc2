"""Predicted cycles of networks by their layers, each with synthetic constants and its fastest variant.

The CSV has a row for each layer with the columns `model`, `layer`, `macs` and `case`, parameters as a grid
file has them: "operator=conv2d input=32x32x3 out_c=16 kernel=3x3".

    python -m benchmarks.network_layers LAYERS.csv --board stm32h7-virtual [--model vww] [--ram-budget 64k]
"""

from __future__ import annotations

import argparse
import csv
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from hilbench.boards import get_board, load_boards
from hilbench.errors import HilbenchError
from hilbench.grids.loader import parse_cases
from hilbench.image import find_toolchain
from hilbench.operators import Layer, load_operators
from hilbench.prediction import Predictor
from hilbench.tuning.selection import Budget, Choice, choose


@dataclass(frozen=True)
class LayerRow:
    """One layer of a network, as a row of the CSV says."""

    model: str
    layer: str
    macs: int
    case: Layer


def read_layers(path: Path) -> list[LayerRow]:
    """Read the layers of all networks, in the order of the file."""
    registry = load_operators()
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return [
        LayerRow(row["model"], row["layer"], int(row["macs"]), _case(row["case"], registry)) for row in rows
    ]


def _case(text: str, registry: object) -> Layer:
    pairs = (part.split("=", 1) for part in text.split())
    entry = ", ".join(f"{name}: {value}" for name, value in pairs)
    (case,) = parse_cases(entry, registry)  # type: ignore[arg-type]
    return case


def print_network(model: str, rows: Sequence[LayerRow], choices: dict[Layer, Choice]) -> None:
    """Print a line for each layer, the largest share of the cycles marked by its percentage, and the sum."""
    found = [choices[row.case.problem].best for row in rows]
    cycles = [best.prediction.cycles if best and best.prediction else 0 for best in found]
    total, macs = sum(cycles), sum(row.macs for row in rows)
    line = "{:>5} {:66} {:>9} {:>9} {:>8} {:>8} {:>6}"
    print(f"\n{model}")
    print(line.format("layer", "case", "variant", "cycles", "MAC/cyc", "scratch", "share"))
    for row, best, count in zip(rows, found, cycles, strict=True):
        variant = best.case.variant if best else "none"
        scratch = best.prediction.scratch_bytes if best and best.prediction else 0
        rate = f"{row.macs / count:.3f}" if count else ""
        share = f"{100 * count / total:.1f}%"
        print(line.format(row.layer, row.case.problem.label[:66], variant, count, rate, scratch, share))
    print(line.format("", "sum", "", total, f"{macs / total:.3f}", "", ""))


def main() -> None:
    """Predict every layer once and print a table for each network."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("layers", type=Path)
    parser.add_argument("--board", default="stm32h7-virtual")
    parser.add_argument("--model", action="append", help="repeatable; default all")
    parser.add_argument("--ram-budget", type=int, help="bytes for inputs, output and scratch of a layer")
    parser.add_argument("--flags", default="-O3")
    parser.add_argument("--jobs", type=int)
    arguments = parser.parse_args()
    try:
        boards = load_boards(Path("boards.yaml"))
        board = get_board(boards, arguments.board)
        predictor = Predictor(
            board, boards, find_toolchain("auto"), flags=arguments.flags, jobs=arguments.jobs
        )
        layers = [
            row for row in read_layers(arguments.layers) if row.model in (arguments.model or [row.model])
        ]
        chosen = choose([row.case for row in layers], predictor, Budget(ram=arguments.ram_budget))
    except HilbenchError as error:
        parser.error(str(error))
    choices = {choice.problem: choice for choice in chosen}
    print(f"PREDICTED for {board.name} by its timing model, warm, synthetic weights; none of it is measured.")
    for model in dict.fromkeys(row.model for row in layers):
        print_network(model, [row for row in layers if row.model == model], choices)


if __name__ == "__main__":
    main()
