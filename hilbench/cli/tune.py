"""`hilbench tune`: find the blocking, unrolling and alignment that a core likes best."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path
from statistics import geometric_mean
from typing import TYPE_CHECKING, Any

import click
from rich import box
from rich.console import Console
from rich.table import Table

from hilbench.chips import Placement
from hilbench.cli._console import print_table, table_console
from hilbench.cli._invocation import typed_command
from hilbench.cli._options import (
    PATH,
    boards_option,
    build_axes,
    examples,
    grid_option,
    jobs_option,
    json_option,
    operators_option,
    require_hardware_option,
)
from hilbench.errors import ExitCode
from hilbench.provenance import Provenance

if TYPE_CHECKING:
    from hilbench.boards import Board
    from hilbench.operators import Layer, Registry
    from hilbench.prediction import Predictor, Watch
    from hilbench.runner.board_pool import BoardPool
    from hilbench.runner.build_config import BuildConfig
    from hilbench.tuning.database import Tuned
    from hilbench.tuning.tuner import Evaluate


@click.command(
    epilog=examples(
        "hilbench tune --board stm32h7 --grid kernels --flags=-O3",
        'hilbench tune --board stm32h7 --case "operator: conv2d, input: 16x16x16, out_c: 32, kernel: 3"',
        "hilbench tune --board stm32l4 --predict --flags=-O2 --flags=-O3",
        "hilbench tune --board stm32l4 --predict --model model.tflite",
        "hilbench sweep --board stm32h7 --grid kernels --flags=-O3 --variant auto",
    )
)
@click.option("--board", "name", required=True, help="On which board, or for which with --predict.")
@grid_option
@click.option("--case", "entries", multiple=True, help="A case as a grid has it, in place of --grid.")
@click.option(
    "--model",
    "models",
    type=PATH,
    multiple=True,
    help="A network, whose layers are tuned in place of a grid.",
)
@click.option("--predict", is_flag=True, help="Take cycles from the timing model of the virtual twin.")
@build_axes("each is tuned for apart")
@operators_option
@boards_option
@require_hardware_option
@click.option(
    "--iterations", type=click.IntRange(1, 1000), default=3, show_default=True, help="Warm samples."
)
@jobs_option
@json_option
def command(
    *,
    name: str,
    grid: str,
    entries: tuple[str, ...],
    models: tuple[Path, ...],
    predict: bool,
    toolchains: tuple[str, ...],
    flags: tuple[str, ...],
    placements: tuple[str, ...],
    operators: Path | None,
    boards_file: Path,
    require_hardware: bool,
    iterations: int,
    jobs: int | None,
    as_json: bool,
) -> None:
    """Tune the kernels of a grid, or of a network, for a board.

    Tries blocking sizes, unrolling and loop alignment of every case, and keeps the best. The
    fastest variant of each shape is tuned, one parameter after the other; outputs are verified. What is found
    is remembered by core, shape, compiler, flags and placement, and `sweep --variant auto` and `bench` use it
    for as long as the kernels' sources do not change.
    """
    from hilbench.boards import load_boards
    from hilbench.boards.boards_file import get_board
    from hilbench.cli._work_progress import WorkProgress
    from hilbench.console import plain_console
    from hilbench.grids import load_grid, parse_cases
    from hilbench.image import find_toolchain
    from hilbench.operators import load_operators
    from hilbench.prediction import Predictor
    from hilbench.runner.build_config import configurations
    from hilbench.tuning.database import TunedCases
    from hilbench.tuning.tuner import tune

    boards = load_boards(boards_file)
    board = get_board(boards, name)
    registry = load_operators(operators)
    asked = [case for entry in entries for case in parse_cases(entry, registry)]
    asked += [layer for model in models for layer in _layers(model, registry)]
    cases = asked or load_grid(grid, registry)
    axes = configurations(map(find_toolchain, toolchains), flags, map(Placement, placements))
    console = table_console(stderr=as_json)
    documents = []
    with ExitStack() as stack:
        pool = None if predict else stack.enter_context(_board_pool(name, boards, require_hardware, jobs))
        opened = pool.first if pool else None
        progress = stack.enter_context(WorkProgress(plain_console(stderr=True), "kernels"))
        for axis in axes:
            predictor = Predictor(
                board,
                boards,
                axis.toolchain,
                flags=axis.flags,
                placement=axis.placement,
                jobs=jobs,
                watch=progress,
            )
            evaluate = stack.enter_context(_evaluator(pool, predictor, axis, iterations, progress))
            provenance = opened.provenance if opened else Provenance.PREDICTED
            of = opened.name if opened else name
            console.print(f"{provenance.upper()} cycles of {of} ({board.chip.core}), {axis}", style="bold")
            kept = TunedCases(board.chip.core, predictor.object_key)
            results: Sequence[Tuned] = ()
            try:
                for so_far in tune(cases, evaluate, provenance, partial(_tell, console)):
                    results = so_far
            except KeyboardInterrupt:
                new = [tuned for tuned in results if kept.find(tuned.best, axis) is None]
                for tuned in new:
                    kept.keep(tuned, axis)
                click.echo(f"Kept what was found for {_counted(len(new), 'new shape')}.", err=True)
                raise
            for tuned in results:
                kept.keep(tuned, axis)
            documents.append(_document(axis, provenance, results))
            if not as_json:
                _show(console, results)
    if as_json:
        click.echo(json.dumps(documents, indent=2))
    if not all(document["shapes"] for document in documents):
        sys.exit(ExitCode.VERDICT)


def _layers(model: Path, registry: Registry) -> list[Layer]:
    """Layers of a network, each with its own constants."""
    from hilbench.deploy.lowering import lower
    from hilbench.networks.model_file import read_model
    from hilbench.networks.passes import simplify

    return [step.layer for step in lower(simplify(read_model(model)), registry).steps]


def _board_pool(
    name: str, boards: Mapping[str, Board], require_hardware: bool, jobs: int | None
) -> BoardPool:
    from hilbench.runner.board_pool import BoardPool

    command = typed_command()
    return BoardPool(name, boards, jobs, require_hardware=require_hardware, command=command)


@contextmanager
def _evaluator(
    pool: BoardPool | None, predictor: Predictor, configuration: BuildConfig, iterations: int, watch: Watch
) -> Iterator[Evaluate]:
    from hilbench.runner.expected_outputs import ExpectedOutputs
    from hilbench.sweeps import RunSettings
    from hilbench.tuning.tuner import on_boards, predicted

    if pool is None:
        yield predicted(predictor)
        return
    with ExpectedOutputs() as references:
        settings = RunSettings(iterations=iterations, power=False)
        yield on_boards(pool, configuration, references, settings, watch)


def _tell(console: Console, what: str, count: int) -> None:
    if count:
        console.print(f"trying {what}: {_counted(count, 'kernel')}", style="dim", highlight=False)


def _show(console: Console, results: Sequence[Tuned]) -> None:
    table = Table("case", "before", box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False)
    table.add_column("cycles", justify="right")
    table.add_column("best")
    table.add_column("cycles", justify="right")
    table.add_column("gain", justify="right")
    for each in results:
        table.add_row(
            each.best.label,
            each.plain.kernel_label,
            f"{each.plain_cycles:,.0f}",
            each.best.kernel_label,
            f"{each.best_cycles:,.0f}",
            f"{100 * (each.gain - 1):.1f} %",
        )
    if not results:
        console.print("No kernel of these cases runs; `hilbench predict` with the same options says why.")
        return
    print_table(console, table)
    mean = geometric_mean(each.gain for each in results)
    console.print(
        f"{_counted(len(results), 'shape')}, {100 * (mean - 1):.1f} % faster in the geometric mean.",
        highlight=False,
    )


def _counted(count: int, what: str) -> str:
    return f"{count} {what}" + ("" if count == 1 else "s")


def _document(axis: BuildConfig, provenance: Provenance, results: Sequence[Tuned]) -> dict[str, Any]:
    return {
        "configuration": str(axis),
        "provenance": str(provenance),
        "shapes": [
            {
                "parameters": each.best.problem.case.parameters(),
                "plain": each.plain.kernel_label,
                "plain_cycles": each.plain_cycles,
                "best": {"variant": each.best.variant, "tuning": each.best.tuning.changes},
                "best_cycles": each.best_cycles,
                "gain": each.gain,
                "tried": each.tried,
            }
            for each in results
        ],
    }
