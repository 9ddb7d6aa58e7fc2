"""`hilbench plan`: what a network will need of a board's memory."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from hilbench.cli._invocation import required_board
from hilbench.cli._options import PATH, boards_option, examples, json_option, operators_option
from hilbench.errors import ExitCode

if TYPE_CHECKING:
    from hilbench.deploy.outline import Outline

_COLUMNS = 60
"""Width of the picture of memory over time, characters."""


@click.command(
    epilog=examples(
        "hilbench plan model.tflite --board stm32h7-virtual",
        "hilbench plan model.tflite --board stm32l4 --json",
    )
)
@click.argument("model", type=PATH)
@click.option("--board", help="Board that it is for, an entry of boards.yaml.")
@operators_option
@boards_option
@json_option
def command(
    *, model: Path, board: str | None, operators: Path | None, boards_file: Path, as_json: bool
) -> None:
    """Say what a network needs of a board's memory.

    Plans the places of all tensors and of the scratch memory of kernels that take little of it. Nothing is
    built but the firmware, once, whose size says what is free. `bench` selects the fastest kernels that
    fit, so that it may take more.

    Exit status: 0 it fits, 1 it does not, 2 wrong usage or an operator that no kernel computes.
    """
    from hilbench.boards import load_boards
    from hilbench.deploy.outline import outline
    from hilbench.image import Builder, find_toolchain
    from hilbench.networks.model_file import read_model
    from hilbench.operators import load_operators

    boards = load_boards(boards_file)
    chip = boards[required_board(board, boards)].chip
    graph = read_model(model)
    ram = Builder(chip, find_toolchain("auto")).arena_bytes
    found = outline(graph, load_operators(operators), chip, ram)
    if as_json:
        click.echo(json.dumps(found.document(), indent=2))
    else:
        _print(found)
    if not found.fits:
        sys.exit(ExitCode.VERDICT)


def _print(found: Outline) -> None:
    verdict = "fits" if found.fits else "does not fit"
    click.echo(f"{found.schedule.name}: {len(found.schedule.steps)} layers; it {verdict}.")
    for name, size, what in (
        ("RAM", found.placement.bytes, f"of {found.ram:,}, scratch memory of lean kernels included"),
        ("", found.overlap_bytes, "for the tensors alone"),
        ("", found.plain_bytes, "without outputs that grow into their inputs"),
        ("flash", found.constant_bytes, f"of {found.flash:,} for weights; code and tables come on top"),
    ):
        click.echo(f"{name:6}{size:>12,} bytes {what}")
    click.echo()
    for line in _picture(found):
        click.echo(line)


def _picture(found: Outline) -> list[str]:
    """A line for each buffer by its place, with the steps in which it lives."""
    steps = len(found.schedule.steps)
    scale = min(1.0, _COLUMNS / (steps + 2))
    memory = found.placement.memory
    buffers = sorted(memory.buffers, key=lambda each: (memory.placements[each.name].offset, each.first))
    lines = [f"{'offset':>10} {'bytes':>10}  steps 0 to {steps - 1}"]
    for buffer in buffers:
        begin, end = (round((step + 1) * scale) for step in (buffer.first, buffer.last))
        bar = " " * begin + "█" * max(1, end - begin + 1)
        offset = memory.placements[buffer.name].offset
        lines.append(f"{offset:>10,} {buffer.bytes:>10,}  {bar:<{_COLUMNS + 2}} {buffer.name[-40:]}")
    return lines
