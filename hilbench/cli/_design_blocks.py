"""`hilbench design blocks`: convolution blocks of equal cost, ranked on a board."""

from __future__ import annotations

import json
import re
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from hilbench.cli._block_table import Training, block_document, print_blocks
from hilbench.cli._console import shown_status
from hilbench.cli._invocation import typed_command
from hilbench.cli._options import PATH, boards_option, examples, json_option, operators_option
from hilbench.console import plain_console
from hilbench.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hilbench.design.blocks import Block, Reading
    from hilbench.design.session import Target

_SMALL_ARENA = 16 * 1024
"""RAM below which the default block is a small one."""


class Extent(click.ParamType[tuple[int, int]]):
    """Height and width, as 20x20."""

    name = "HxW"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[int, int]:
        """The two numbers that `value` says."""
        found = re.fullmatch(r"([1-9]\d{0,3})x([1-9]\d{0,3})", str(value).strip())
        if found is None:
            self.fail(f"'{value}' is no size; write height and width, as 20x20.", param, ctx)
        return int(found[1]), int(found[2])


@click.command(
    epilog=examples(
        "hilbench design blocks --board stm32h7-virtual --measure",
        "hilbench design blocks --board stm32l4 --channels 32 --hw 12x12 --equal parameters --json",
        "hilbench design blocks --board nrf9160 --emit-grid blocks.yaml",
    )
)
@click.option("--board", required=True, help="Board to rank them on.")
@click.option("--channels", type=click.IntRange(8, 1024), help="Channels.  [default: 64; 8 on small chips]")
@click.option("--hw", "extent", type=Extent(), help="Height and width.  [default: 20x20; 8x8 on small chips]")
@click.option(
    "--equal",
    type=click.Choice(("macs", "parameters", "ram", "energy")),
    default="macs",
    show_default=True,
    help="Cost that the blocks have in common.",
)
@click.option("--measure", is_flag=True, help="Build each block, flash and measure it.")
@click.option("--score", is_flag=True, help="Score how trainable each is, on digits, without training.")
@click.option("--train", is_flag=True, help="Train each on the digits, and say how well the score tells.")
@click.option(
    "--labelled", type=PATH, metavar="FOLDER", help="Images in place of the digits, a folder a class."
)
@click.option("--emit-grid", type=PATH, metavar="FILE", help="Write all layers as a grid.")
@operators_option
@boards_option
@json_option
def blocks(
    *,
    board: str,
    channels: int | None,
    extent: tuple[int, int] | None,
    equal: str,
    measure: bool,
    score: bool,
    train: bool,
    labelled: Path | None,
    emit_grid: Path | None,
    operators: Path | None,
    boards_file: Path,
    as_json: bool,
) -> None:
    """Rank convolution blocks of equal cost on a board.

    Each maps an image to one of its size by two layers, with an inner width at which the block costs what two
    standard convolutions cost. With --measure each runs on the board as a small network, verified bit for
    bit; the chip's cost model fills gaps, and every row says which of both it is.

    With --score each gets a score of how trainable it is (NASWOT: how differently it activates for different
    images), with --train the accuracy of a small classifier made of it, and the rank correlation of both.
    These need the extra `design`.
    """
    from hilbench.design.blocks import Equal, make_blocks, rank
    from hilbench.design.cost import Coster
    from hilbench.design.session import target_of

    target = target_of(board, boards_file, operators)
    small = target.builder.arena_bytes < _SMALL_ARENA
    height, width = extent or ((8, 8) if small else (20, 20))
    coster = Coster(target.registry, target.model, target.board.chip.clock_hz)
    found = make_blocks(coster, channels or (8 if small else 64), height, width, Equal(equal))
    readings = _measured(found, target) if measure else {}
    ranked = rank(found, readings)
    training = _trained(found, labelled, train=train) if score or train or labelled else {}
    if emit_grid:
        _write_grid(found, emit_grid)
    if as_json:
        scores = {name: asdict(each) for name, each in training.items()}
        documents = [block_document(each) | scores.get(each.block.structure, {}) for each in ranked]
        click.echo(json.dumps(documents, indent=2))
    else:
        print_blocks(ranked, board, equal, training)


def _measured(blocks: Sequence[Block], target: Target) -> dict[str, Reading]:
    """Latency and energy of the blocks that fit the board and run there."""
    from hilbench.design.blocks import Reading
    from hilbench.design.deployment import Room, measured, planned

    room = Room(target.builder.arena_bytes, target.builder.flash_bytes)
    found: dict[str, Reading] = {}
    with shown_status(plain_console(stderr=True), "blocks") as told:
        for block in blocks:
            plan = planned(block.network, target.registry, target.model, room)
            if plan is None:
                continue
            told(f"{block.structure} on {target.board.name}")
            result = measured(
                plan, target.board, target.boards, target.builder, target.configuration, typed_command()
            )
            figures = result.document()
            if figures["latency_us"]:
                found[block.structure] = Reading(
                    result.measurement.provenance, figures["latency_us"], figures["energy_uj"]
                )
    return found


def _trained(blocks: Sequence[Block], folder: Path | None, *, train: bool) -> dict[str, Training]:
    """Scores of classifiers of the blocks and, where they are trained, their accuracies."""
    from hilbench.design.trainability import classifier, digits, labelled_folder, naswot, trained_accuracy

    data = labelled_folder(folder) if folder else digits()
    found: dict[str, Training] = {}
    with shown_status(plain_console(stderr=True), data.name) as told:
        for block in blocks:
            told(block.structure)
            network = classifier(block, data)
            accuracy = trained_accuracy(network, data) if train else None
            found[block.structure] = Training(data.name, naswot(network, data.images), accuracy)
    return found


def _write_grid(blocks: Sequence[Block], path: Path) -> None:
    import yaml

    layers = (each.layer for block in blocks for each in block.cost.layers)
    cases = dict.fromkeys(layer.case.problem for layer in layers if layer.weight_bytes)
    lines = [
        {name: value for name, value in case.parameters().items() if name != "variant"} for case in cases
    ]
    try:
        path.write_text(yaml.safe_dump({"cases": lines}, sort_keys=False), encoding="utf-8")
    except OSError as error:
        raise ConfigError(f"{path} cannot be written: {error.strerror or error}.") from None
