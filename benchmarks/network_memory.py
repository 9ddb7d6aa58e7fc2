"""Memory of networks against bounds that are known of them, and the time that generation and build take.

The CSV has a row for each network with the columns `model` (a path whose last part names the file),
`act_types`, `peak_file_order` (bytes of the tensors alone, in the order of the file) and `peak_overlap` (the
same where outputs grow into their inputs). Cycles are predictions on the board's virtual twin.

    python -m benchmarks.network_memory MODELS BOUNDS.csv --board stm32h7-virtual [--model kws] [--build]
"""

from __future__ import annotations

import argparse
import csv
import statistics
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from hilbench.boards import get_board, load_boards
from hilbench.chips import Chip
from hilbench.deploy.deployment import deploy
from hilbench.deploy.memory import Bank
from hilbench.deploy.memory.search import PlannedSchedule, curve
from hilbench.errors import HilbenchError
from hilbench.image import Builder, Toolchain, find_toolchain
from hilbench.networks.model_file import read_model
from hilbench.operators import load_operators
from hilbench.prediction import Predictor

_UNLIMITED = 2**30
_NEAR, _SCRATCH = 1.10, 4096
"""Goal of the smallest plan with its scratch memory: so many times the bound, and so many bytes."""
_LARGE = 16_000
"""Bytes from which on a network's plain peak counts in the median."""
_EXTRA = 1.05
"""Cycles of a plan that counts in the median, in those of the fastest."""


@dataclass(frozen=True)
class Bound:
    """A network with what is known of its memory, bytes."""

    path: Path
    plain: int
    overlap: int


def read_bounds(models: Path, table: Path, wanted: str) -> Iterator[Bound]:
    """Networks of the table that are int8 and lie in the folder."""
    files = {path.name: path for path in models.rglob("*.tflite")}
    with table.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            name = Path(row["model"]).name
            if "INT8" in row["act_types"] and name in files and wanted in name:
                yield Bound(files[name], int(row["peak_file_order"]), int(row["peak_overlap"]))


def cheap(plans: Sequence[PlannedSchedule]) -> PlannedSchedule:
    """The smallest plan that takes few cycles more than the fastest."""
    return [plan for plan in plans if plan.cycles <= _EXTRA * plans[0].cycles][-1]


def main() -> None:
    """Print a line for each network, and what all of them come to."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("models", type=Path)
    parser.add_argument("bounds", type=Path)
    parser.add_argument("--board", default="stm32h7-virtual")
    parser.add_argument("--model", default="", help="part of the name of those to look at")
    parser.add_argument("--build", action="store_true", help="time generation and build as well")
    arguments = parser.parse_args()
    boards = load_boards()
    board, toolchain, registry = get_board(boards, arguments.board), find_toolchain("auto"), load_operators()
    predictor = Predictor(board, boards, toolchain)

    line = "{:36} {:>8} {:>8} {:>8} | {:>8} {:>8} {:>7} {:>5} | {:>8} {:>6}"
    print(
        line.format(
            "network", "plain", "overlap", "goal", "fastest", "smallest", "cycles", "", "cheap", "plain"
        )
    )
    ratios, missed = [], 0
    for bound in read_bounds(arguments.models, arguments.bounds, arguments.model):
        try:
            deployment = deploy(read_model(bound.path), registry, predictor, [Bank("ram", _UNLIMITED)])
        except HilbenchError as error:
            print(f"{bound.path.stem[:36]:36} {error}")
            continue
        plans, goal = curve(deployment.pieces), round(_NEAR * bound.overlap + _SCRATCH)
        smallest, lean = plans[-1], cheap(plans)
        met = smallest.memory.peak <= goal
        missed += not met
        ratio = lean.memory.peak / bound.plain
        if bound.plain >= _LARGE:
            ratios.append(ratio)
        cells = (bound.plain, bound.overlap, goal, plans[0].memory.peak, smallest.memory.peak)
        extra = f"{smallest.cycles / plans[0].cycles:.2f}x"
        verdict = "met" if met else "above"
        print(
            line.format(bound.path.stem[:36], *cells, extra, verdict, lean.memory.peak, f"{ratio:.2f}"),
            flush=True,
        )
        if arguments.build:
            print_build(bound, board.chip, toolchain, predictor)
    median = f"{statistics.median(ratios):.2f}" if ratios else "-"
    print(f"\nsmallest plans above the goal: {missed}")
    print(f"cheap plan by plain memory, median of networks of {_LARGE} bytes and more: {median} (goal 0.60)")


def print_build(bound: Bound, chip: Chip, toolchain: Toolchain, predictor: Predictor) -> None:
    """Print the time that generation takes, with known kernels, and that of the build with its firmware."""
    begin = time.perf_counter()
    deployment = deploy(read_model(bound.path), load_operators(), predictor, [Bank("ram", _UNLIMITED)])
    generated = time.perf_counter()
    with tempfile.TemporaryDirectory() as cache:
        Builder(chip, toolchain, cache_dir=Path(cache)).build([deployment.program])
    built = time.perf_counter()
    print(f"{'':36} generation {generated - begin:.1f} s, build {built - generated:.1f} s", flush=True)


if __name__ == "__main__":
    main()
