"""`hilbench design fit`: a board's cost model, fitted to rows, and how far it is off."""

from __future__ import annotations

import json
import math
import statistics
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click
from rich.table import Table

from hilbench.cli._console import print_table, shown_status, table_console
from hilbench.cli._options import (
    PATH,
    boards_option,
    examples,
    jobs_option,
    json_option,
    operators_option,
    store_option,
)
from hilbench.console import plain_console
from hilbench.errors import ConfigError

if TYPE_CHECKING:
    from hilbench.boards import Board
    from hilbench.operators import Registry
    from hilbench.prediction.cost_model.adaptive import Step
    from hilbench.prediction.cost_model.fit import FittedCase, HeldOut
    from hilbench.prediction.cost_model.model import CostModel
    from hilbench.results import Measurement


@click.command(
    epilog=examples(
        "hilbench design fit --board stm32h7-virtual",
        "hilbench design fit --board stm32l4 --rows latest --out l475.json",
        "hilbench design fit --board stm32l4 --adaptive --target-error 5 --picture cases.svg --out l475.json",
    )
)
@click.option("--board", "name", required=True, help="Board whose chip it is for.")
@click.option("--grid", default="costs", show_default=True, help="Layers that the twin runs.")
@click.option(
    "--adaptive",
    is_flag=True,
    help="Run only layers of which the model is least sure, until it is sure.",
)
@click.option(
    "--target-error",
    type=click.FloatRange(0, 100, min_open=True),
    default=5.0,
    show_default=True,
    help="With --adaptive: per cent that nine of ten other cases keep.",
)
@click.option("--picture", type=PATH, help="With --adaptive: draw the error over the number of cases.")
@click.option("--rows", metavar="RUN", help="Fit to the rows of a stored run instead.")
@click.option("--out", type=PATH, help="File to write.  [default: the one that comes with hilbench]")
@operators_option
@boards_option
@store_option
@jobs_option
@json_option
def fit(
    *,
    name: str,
    grid: str,
    adaptive: bool,
    target_error: float,
    picture: Path | None,
    rows: str | None,
    out: Path | None,
    operators: Path | None,
    boards_file: Path,
    store: str,
    jobs: int | None,
    as_json: bool,
) -> None:
    """Fit the cost model of a board's chip.

    To rows of a sweep, or to what the board's virtual twin takes for the grid `costs`. The model counts what
    a kernel does by the kernel's own plan, and has a positive coefficient for each count. Errors are those
    of cases that the fit did not see. With --adaptive the twin runs only those layers of the grid of which
    the model is least sure, until every kernel's interval is within --target-error. Needs the extra
    `calibrate`.
    """
    from hilbench.boards import get_board, load_boards
    from hilbench.design.fitting import (
        draw_steps,
        joules_per_cycle,
        measured_cases,
        stored_rows,
        with_energy,
    )
    from hilbench.operators import load_operators
    from hilbench.prediction.cost_model import fit as fitting
    from hilbench.prediction.cost_model.model import model_path, write_cost_model
    from hilbench.provenance import Provenance

    boards = load_boards(boards_file)
    board, registry = get_board(boards, name), load_operators(operators)
    if rows and adaptive:
        raise ConfigError("A stored run has its cases; leave --rows or --adaptive away.")
    if picture and not adaptive:
        raise ConfigError("The error over the number of cases is drawn of --adaptive; give it as well.")
    steps: Sequence[Step] = ()
    with shown_status(plain_console(stderr=True), f"{name}: cases") as told:
        if rows:
            measured, provenance = stored_rows(rows, store)
            cases = list(measured_cases(measured, registry))
        else:
            wanted = target_error / 100 if adaptive else None
            cases, measured, steps = _emulated(board, boards, grid, registry, jobs, told, wanted)
            provenance = str(Provenance.EMULATED)
    currents = board.chip.currents
    uncertainty = currents.uncertainty_pct / 100 if currents else 0.0
    model, unseen = fitting.fit(board.chip.name, cases, provenance, joules_per_cycle(measured), uncertainty)
    model = with_energy(model, measured, registry)
    if not rows:
        model = _with_networks(model, board, boards, registry)
    path = out or model_path(board.chip.name)
    write_cost_model(model, path)
    if picture:
        draw_steps(steps, picture)
    if as_json:
        found = [{"cases": each.cases, "worst_interval": each.worst} for each in steps]
        click.echo(json.dumps(_document(model, unseen) | {"adaptive": found}, indent=2))
    else:
        _print(model, unseen, path)


def _emulated(
    board: Board,
    boards: Mapping[str, Board],
    grid: str,
    registry: Registry,
    jobs: int | None,
    told: Callable[[str], None],
    target: float | None,
) -> tuple[list[FittedCase], list[Measurement], Sequence[Step]]:
    """Cases that the twin runs, rows with energy, and the steps by which cases were chosen for a target."""
    from hilbench.boards import get_board
    from hilbench.design.fitting import contenders, emulated_cases, measure_energy
    from hilbench.grids import load_grid
    from hilbench.image import find_toolchain
    from hilbench.prediction import Predictor

    predictor = Predictor(board, boards, find_toolchain("auto"), jobs=jobs)
    layers = contenders(load_grid(grid, registry), board.chip)
    steps: Sequence[Step] = ()
    if target is None:
        cases = list(emulated_cases(layers, predictor, told))
    else:
        from hilbench.prediction.cost_model.adaptive import choose_cases

        chosen = choose_cases(layers, lambda asked: emulated_cases(asked, predictor, told), target, told)
        cases, steps = list(chosen.cases), chosen.steps
    twin = board if board.virtual is None else get_board(boards, board.virtual)
    told("energy of a cycle")
    return cases, measure_energy(twin, boards, registry), steps


def _with_networks(
    model: CostModel, board: Board, boards: Mapping[str, Board], registry: Registry
) -> CostModel:
    """The model with what caches cost that other layers of a network have taken, by the board's twin."""
    from hilbench.boards import get_board
    from hilbench.design.fitting import measure_networks
    from hilbench.prediction.cost_model.fit import with_networks

    twin = board if board.virtual is None else get_board(boards, board.virtual)
    with shown_status(plain_console(stderr=True), "networks") as told:
        return with_networks(model, measure_networks(model, twin, boards, registry, told))


def _errors(unseen: Sequence[HeldOut]) -> dict[str, list[float]]:
    """Errors of held-out cases by kernel, in ascending order of their size."""
    from hilbench.prediction.cost_model.model import key

    found: defaultdict[str, list[float]] = defaultdict(list)
    for each in unseen:
        found[key(each.layer)].append(abs(each.error))
    return {name: sorted(errors) for name, errors in sorted(found.items())}


def _document(model: CostModel, unseen: Sequence[HeldOut]) -> dict[str, object]:
    return {
        "chip": model.chip,
        "fitted_to": model.fitted_to,
        "joules_per_cycle": model.joules_per_cycle,
        "kernels": {
            name: {
                "cases": len(errors),
                "median_error": statistics.median(errors),
                "p95_error": percentile(errors, 0.95),
                "interval": model.kernels[name].error,
            }
            for name, errors in _errors(unseen).items()
        },
    }


def percentile(ordered: Sequence[float], share: float) -> float:
    """The smallest of the ordered values that at least so large a share does not exceed."""
    return ordered[max(0, math.ceil(len(ordered) * share) - 1)]


def _print(model: CostModel, unseen: Sequence[HeldOut], path: Path) -> None:
    console = table_console()
    table = Table(box=None, pad_edge=False, header_style="dim")
    table.add_column("kernel", no_wrap=True)
    for heading in ("cases", "median error", "95 %", "90 % interval"):
        table.add_column(heading, justify="right")
    fast: list[float] = []
    for name, errors in _errors(unseen).items():
        middle, most = statistics.median(errors), percentile(errors, 0.95)
        table.add_row(
            name, str(len(errors)), f"{middle:.1%}", f"{most:.1%}", f"± {model.kernels[name].error:.1%}"
        )
        fast += errors if not name.endswith("reference") else []
    print_table(console, table)
    console.print(
        f"\n{model.chip}, fitted to {model.fitted_to} layers; of fast kernels, held out: "
        f"median {statistics.median(fast):.1%}, 95 % within {percentile(sorted(fast), 0.95):.1%}.\n"
        f"Written to {path}.",
        highlight=False,
        soft_wrap=True,
    )
