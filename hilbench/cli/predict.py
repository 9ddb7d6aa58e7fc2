"""`hilbench predict`: what variants, or a whole network, would take, without the board."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import click
from click.core import ParameterSource

from hilbench.chips import Placement
from hilbench.cli._forecast import show_forecast
from hilbench.cli._options import (
    PATH,
    against_option,
    boards_option,
    cost_model_option,
    examples,
    flags_option,
    flash_budget_option,
    grid_option,
    jobs_option,
    json_option,
    library_option,
    operators_option,
    placement_option,
    ram_budget_option,
    representative_option,
    toolchain_option,
)
from hilbench.errors import ExitCode

_OF_GRIDS = frozenset(
    {"grid", "toolchain", "flags", "placement", "ram_budget", "flash_budget", "baselines", "library", "jobs"}
)
_OF_MODELS = frozenset({"predictor", "cost_model", "representative"})
"""Parameters that say nothing about a grid."""


@click.command(
    epilog=examples(
        "hilbench predict --board stm32h7",
        "hilbench predict --board stm32l4 --grid kernels --flags=-O3 --ram-budget 64k",
        "hilbench predict --board stm32h7 --grid kernels --against baselines.csv --library cmsis_nn --json",
        "hilbench predict model.tflite --board nrf9160",
        "hilbench predict model.tflite --board stm32h7 --predictor emulator --json",
    )
)
@click.argument("model", required=False, type=PATH)
@click.option("--board", "name", required=True, help="For which board; its virtual twin runs the kernels.")
@click.option(
    "--predictor",
    type=click.Choice(("cost-model", "emulator")),
    default="cost-model",
    show_default=True,
    help="Of a MODEL's layers; the emulator runs each alone.",
)
@cost_model_option
@representative_option
@grid_option
@toolchain_option
@flags_option
@placement_option
@ram_budget_option
@flash_budget_option
@operators_option
@boards_option
@against_option
@library_option
@jobs_option
@json_option
def command(
    *,
    model: Path | None,
    name: str,
    predictor: str,
    cost_model: Path | None,
    representative: Path | None,
    grid: str,
    toolchain: str,
    flags: str,
    placement: str,
    ram_budget: int | None,
    flash_budget: int | None,
    operators: Path | None,
    boards_file: Path,
    baselines: Path | None,
    library: str,
    jobs: int | None,
    as_json: bool,
) -> None:
    """Say what each variant, or a MODEL, would take on a board.

    And which one `sweep --variant auto` chooses for each of a grid's cases. Every kernel is built and runs
    on the board's virtual twin, once; what was predicted before is remembered.

    A MODEL (.tflite, .onnx, .keras) is planned as a whole. The cost model of the board's chip predicts its
    layers at once; of operators that it does not know, and with --predictor emulator of all, the twin runs
    each layer alone. The column predictor says which.

    Exit status 1 when a case has no variant that builds and runs.
    """
    _refuse(_OF_GRIDS if model else _OF_MODELS)
    if model is not None:
        show_forecast(
            model,
            name,
            boards_file=boards_file,
            operators=operators,
            cost_model=cost_model,
            representative=representative,
            emulate=predictor == "emulator",
            as_json=as_json,
        )
        return
    from hilbench.analysis import compare_with_library, read_baseline
    from hilbench.boards import get_board, load_boards
    from hilbench.cli._library_table import print_comparison
    from hilbench.cli._predicted import print_choices
    from hilbench.cli._work_progress import WorkProgress
    from hilbench.console import plain_console
    from hilbench.grids import load_grid
    from hilbench.operators import load_operators
    from hilbench.sweeps import Budget
    from hilbench.tuning.predicted_choices import predict_choices

    baseline = read_baseline(baselines, library) if baselines else None
    if baseline:
        baseline.check_core(get_board(load_boards(boards_file), name).chip.core)
    with WorkProgress(plain_console(stderr=True), "kernels") as progress:
        progress.stage("building")
        predicted = predict_choices(
            load_grid(grid, load_operators(operators)),
            name,
            toolchain=toolchain,
            flags=flags,
            placement=Placement(placement),
            budget=Budget(ram_budget, flash_budget),
            boards_file=boards_file,
            jobs=jobs,
            watch=progress,
        )
    comparison = compare_with_library(predicted.frame(), baseline) if baseline else None
    if as_json:
        compared = {"against": comparison.document()} if comparison else {}
        click.echo(json.dumps(predicted.document() | compared, indent=2))
    else:
        print_choices(predicted)
        if comparison:
            print_comparison(comparison)
    if not predicted.all_run:
        sys.exit(ExitCode.VERDICT)


def _refuse(names: frozenset[str]) -> None:
    """Refuse options that were typed and would be ignored."""
    context = click.get_current_context()
    typed = [
        each.opts[0]
        for each in context.command.params
        if each.name in names and context.get_parameter_source(each.name) is ParameterSource.COMMANDLINE
    ]
    if typed:
        having = "with" if names is _OF_GRIDS else "without"
        raise click.UsageError(f"{', '.join(typed)} cannot be given {having} a MODEL.")
