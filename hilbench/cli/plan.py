"""`hilbench plan`: what a network will need of a board's memory."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from hilbench.chips import Placement
from hilbench.cli._invocation import required_board, tried_placements
from hilbench.cli._options import (
    PATH,
    boards_option,
    examples,
    fitting_placement_option,
    json_option,
    operators_option,
    representative_option,
)
from hilbench.errors import ConfigError, ExitCode

if TYPE_CHECKING:
    from hilbench.boards import Board
    from hilbench.deploy.outline import Outline
    from hilbench.networks.graph import Graph
    from hilbench.operators import Registry


@click.command(
    epilog=examples(
        "hilbench plan model.tflite --board stm32h7-virtual",
        "hilbench plan model.tflite --board stm32l4 --smallest",
        "hilbench plan model.tflite --board stm32l4 --curve",
        "hilbench plan model.tflite --board stm32l4 --json",
    )
)
@click.argument("model", type=PATH)
@representative_option
@click.option("--board", help="Board that it is for, an entry of boards.yaml.")
@click.option("--smallest", is_flag=True, help="Show the smallest plan in place of the fastest.")
@click.option(
    "--curve", is_flag=True, help="Search all plans from the fastest to the smallest; takes seconds."
)
@fitting_placement_option
@operators_option
@boards_option
@json_option
def command(
    *,
    model: Path,
    representative: Path | None,
    board: str | None,
    smallest: bool,
    curve: bool,
    placement: str | None,
    operators: Path | None,
    boards_file: Path,
    as_json: bool,
) -> None:
    """Say what a network needs of a board's memory.

    Plans the places of all tensors and of scratch memory. The kernels are the fastest by the predictions
    that `bench` made before, else those that are likely to be. Nothing is built but the firmware, once,
    whose size says what is free.

    Exit status: 0 it fits, 1 it does not, 2 wrong usage or an operator that no kernel computes.
    """
    from hilbench.boards import load_boards
    from hilbench.cli._plan_table import plan_points, print_curve, print_outline
    from hilbench.networks.model_file import read_model
    from hilbench.operators import load_operators

    boards = load_boards(boards_file)
    entry = required_board(board, boards)
    graph, registry = read_model(model, representative), load_operators(operators)
    for each in tried_placements(entry, placement):
        found = _outline(graph, registry, entry, boards, each)
        if found.fits:
            break
    points = plan_points(found) if curve else None
    if as_json:
        plans = {} if points is None else {"plans": points}
        click.echo(json.dumps(found.document() | plans, indent=2))
    else:
        print_outline(found, entry.name, smallest=smallest)
        if points is not None:
            print_curve(points)
    if not found.fits:
        click.echo(found.missing, err=True)
        sys.exit(ExitCode.VERDICT)


def _outline(
    graph: Graph, registry: Registry, board: Board, boards: Mapping[str, Board], placement: Placement
) -> Outline:
    """Outline for a placement, by what was predicted there; nothing where the board has no virtual twin."""
    from hilbench.deploy.constant_memory import constant_room
    from hilbench.deploy.outline import outline
    from hilbench.deploy.site import ram_banks
    from hilbench.image import Builder, find_toolchain
    from hilbench.prediction import Predictor
    from hilbench.runner.build_config import BuildConfig
    from hilbench.tuning.database import TunedCases

    toolchain = find_toolchain("auto")
    builder = Builder(board.chip, toolchain, placement=placement)
    banks, room = ram_banks(builder), constant_room(board.chip, placement, builder.arena_bytes)
    try:
        predictor = Predictor(board, boards, toolchain, placement=placement)
    except ConfigError:
        return outline(graph, registry, board.chip, placement, banks)
    kept = TunedCases(board.chip.core, predictor.object_key)
    tuned = partial(kept.find, configuration=BuildConfig(toolchain, "-O3", placement))
    return outline(graph, registry, board.chip, placement, banks, predictor.recall_all, room, tuned)
