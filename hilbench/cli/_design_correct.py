"""`hilbench design correct`: a chip's cost model, corrected by a few layers that ran on a board."""

from __future__ import annotations

import json
import statistics
from pathlib import Path
from typing import TYPE_CHECKING

import click

from hilbench.cli._console import table_console
from hilbench.cli._options import PATH, boards_option, examples, json_option, operators_option, store_option

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hilbench.prediction.cost_model.fit import HeldOut


@click.command(
    epilog=examples(
        "hilbench sweep --board stm32h7 --grid correction",
        "hilbench design correct --board stm32h7 --rows latest --out my-h743.json",
        "hilbench predict model.tflite --board stm32h7 --cost-model my-h743.json",
    )
)
@click.option("--board", "name", required=True, help="Board whose chip's cost model is corrected.")
@click.option("--rows", metavar="RUN", required=True, help="Stored run with layers that ran on the board.")
@click.option("--out", type=PATH, required=True, metavar="FILE", help="File of the corrected model.")
@operators_option
@boards_option
@store_option
@json_option
def correct(
    *,
    name: str,
    rows: str,
    out: Path,
    operators: Path | None,
    boards_file: Path,
    store: str,
    as_json: bool,
) -> None:
    """Correct a chip's cost model by a few layers that ran on a board.

    Twenty layers will do, as the grid `correction` has. The error after is that of each layer by a correction
    that did not see it. Commands that predict take the file as --cost-model.
    """
    from hilbench.boards import get_board, load_boards
    from hilbench.design.fitting import measured_cases, stored_rows
    from hilbench.operators import load_operators
    from hilbench.prediction.cost_model.correction import correct as corrected
    from hilbench.prediction.cost_model.model import load_cost_model, write_cost_model

    board = get_board(load_boards(boards_file), name)
    measurements, provenance = stored_rows(rows, store)
    cases = list(measured_cases(measurements, load_operators(operators)))
    found = corrected(load_cost_model(board.chip.name), cases, provenance)
    write_cost_model(found.model, out)
    before, after = _errors(found.before), _errors(found.after)
    if as_json:
        errors = {"before": before, "after": after}
        known = {"chip": board.chip.name, "cases": len(found.before), "corrected": found.kept}
        click.echo(json.dumps(known | errors))
        return
    table_console().print(
        f"{len(found.before)} layers, {provenance}: median error {before['median']:.1%} before, "
        f"{after['median']:.1%} after; the largest {before['largest']:.1%}, {after['largest']:.1%}.\n"
        + (
            f"Written to {out}."
            if found.kept
            else f"A correction makes it no better, so that {out} has the model as it is."
        ),
        highlight=False,
        soft_wrap=True,
    )


def _errors(found: Sequence[HeldOut]) -> dict[str, float]:
    errors = [abs(each.error) for each in found]
    return {"median": statistics.median(errors), "largest": max(errors)}
