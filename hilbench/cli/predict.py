"""`hilbench predict`: what variants would take, without the board."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import click

from hilbench.chips import Placement
from hilbench.cli._options import (
    against_option,
    boards_option,
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
    toolchain_option,
)
from hilbench.errors import ExitCode


@click.command(
    epilog=examples(
        "hilbench predict --board stm32h7",
        "hilbench predict --board stm32l4 --grid kernels --flags=-O3 --ram-budget 64k",
        "hilbench predict --board stm32h7 --grid kernels --against baselines.csv --library cmsis_nn --json",
    )
)
@click.option("--board", "name", required=True, help="For which board; its virtual twin runs the kernels.")
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
    name: str,
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
    """Say what each variant would take on a board.

    And which one `sweep --variant auto` chooses for each of a grid's cases. Every kernel is built and runs
    on the board's virtual twin, once; what was predicted before is remembered.

    Exit status 1 when a case has no variant that builds and runs.
    """
    from hilbench.analysis import compare_with_library, read_baseline
    from hilbench.boards import get_board, load_boards
    from hilbench.cli._library_table import print_comparison
    from hilbench.cli._predicted import document, print_choices, rows
    from hilbench.grids import load_grid
    from hilbench.image import find_toolchain
    from hilbench.operators import load_operators
    from hilbench.prediction import Predictor
    from hilbench.runner.build_config import BuildConfig
    from hilbench.sweeps import Budget, choose
    from hilbench.tuning.database import TunedCases

    boards = load_boards(boards_file)
    board = get_board(boards, name)
    baseline = read_baseline(baselines, library) if baselines else None
    if baseline:
        baseline.check_core(board.chip.core)
    compiler = find_toolchain(toolchain)
    predictor = Predictor(board, boards, compiler, flags=flags, placement=Placement(placement), jobs=jobs)
    cases = load_grid(grid, load_operators(operators))
    configuration = BuildConfig(compiler, flags, Placement(placement))
    tuned = TunedCases(board.chip.core, predictor.object_key)
    budget = Budget(ram_budget, flash_budget)
    choices = choose(cases, predictor, budget, lambda shape: tuned.find(shape, configuration))
    built = {"toolchain": str(compiler), "flags": flags, "placement": placement}
    comparison = compare_with_library(rows(choices, board, built), baseline) if baseline else None
    if as_json:
        compared = {"against": comparison.document()} if comparison else {}
        click.echo(json.dumps(document(choices, board, built) | compared, indent=2))
    else:
        print_choices(choices, board, built)
        if comparison:
            print_comparison(comparison)
    if not all(choice.runs for choice in choices):
        sys.exit(ExitCode.VERDICT)
