"""`hilbench design scale`: the largest network of a family that keeps a platform's budgets."""

from __future__ import annotations

import json
import sys
import time
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import click

from hilbench.cli._budget_options import budget_options, read_budgets
from hilbench.cli._console import shown_status
from hilbench.cli._design_options import (
    POSITIVE,
    ImageShape,
    classes_option,
    lite_option,
    relu_option,
    task_option,
)
from hilbench.cli._design_pareto import show_fronts
from hilbench.cli._invocation import typed_command
from hilbench.cli._options import (
    PATH,
    boards_option,
    cost_model_option,
    examples,
    json_option,
    operators_option,
)
from hilbench.cli._scaling_view import excesses, print_scaling, scaling_document
from hilbench.console import plain_console
from hilbench.design.families import SCALABLE, Family, Task
from hilbench.errors import ConfigError, ExitCode

if TYPE_CHECKING:
    from pathlib import Path

    from hilbench.design.nets.catalog import Hyperparameters


@click.command(
    epilog=examples(
        "hilbench design scale --board stm32h7-virtual --net xinet --latency 500ms --verify",
        "hilbench design scale --board stm32l4 --net phinet --input 96x96x3 --classes 2 --fps 5 --json",
        "hilbench design scale --net xinet --flash 1M --ram 256k --macs-per-second 50M --fps 2",
        "hilbench design scale --board stm32h7-virtual --beside stm32l4-virtual --net xinet --pareto",
    )
)
@click.option("--net", required=True, type=click.Choice([*map(str, SCALABLE)]), help="Family.")
@click.option("--board", help="Board whose budgets and cost model count.")
@click.option("--input", "shape", type=ImageShape(), default="160x160x3", show_default=True, help="Input.")
@task_option
@classes_option
@budget_options
@click.option("--beta", type=POSITIVE, help="Keep it.  [default: what is best]")
@click.option("--gamma", type=click.IntRange(2, 16), help="Keep it.")
@click.option("--t0", "t_zero", type=POSITIVE, help="Keep it.")
@click.option("--levels", type=click.IntRange(3, 12), help="Levels of XiNet, blocks of PhiNet.")
@lite_option
@relu_option
@click.option("--free-resolution", is_flag=True, help="Try smaller inputs too.")
@click.option(
    "--objective",
    default="parameters",
    show_default=True,
    metavar="EXPRESSION",
    help="What is maximised: macs, 'log(parameters) - latency_ms / 100'.",
)
@click.option("--pareto", is_flag=True, help="Show the Pareto front instead of the largest network.")
@click.option("--beside", multiple=True, metavar="BOARD", help="With --pareto: another board's front, too.")
@click.option("--picture", type=PATH, metavar="FILE", help="With --pareto: draw it, .svg or .png.")
@click.option("--verify", is_flag=True, help="Build it with random weights, flash and measure it.")
@cost_model_option
@operators_option
@boards_option
@json_option
def scale(
    *,
    net: str,
    board: str | None,
    boards_file: Path,
    operators: Path | None,
    cost_model: Path | None,
    pareto: bool,
    beside: tuple[str, ...],
    picture: Path | None,
    verify: bool,
    free_resolution: bool,
    objective: str,
    as_json: bool,
    **given: Any,  # noqa: ANN401  # click's own
) -> None:
    """Find the largest network that keeps all budgets.

    Of a family, with the most parameters, then the most multiply-accumulates. Nothing is trained. Costs are
    predicted by the cost model of the board's chip; flash and RAM are the board's where they are not given.
    Latency and energy keep their budgets at the upper end of the model's interval. Without a board three
    numbers will do: --flash, --ram, --macs-per-second.

    Another --objective is a choice or an expression of parameters, macs, alpha, beta, gamma, t0, side,
    latency_ms, energy_mj, ram and flash (bytes), with + - * / **, log, sqrt, min and max. One that has costs
    in it is maximised over a sample of the lattice, in which an alpha is a quarter above the one before.

    With --pareto a sample of the lattice is costed, and the networks within the budgets are shown that none
    beats in latency, RAM, flash and parameters at once, for one board or several.

    With --verify the measured network has to keep the budgets as well.

    Exit status: 0 found, 1 nothing fits, or what was measured failed or breaks a budget.
    """
    from hilbench.design.objective import Objective
    from hilbench.design.session import ScaleRequest, answer

    began = time.perf_counter()
    budgets = read_budgets(given)
    speed = given.pop("macs_per_second")
    if (board is None) == (speed is None):
        raise ConfigError("Give either --board, or --flash, --ram and --macs-per-second.")
    if verify and board is None:
        raise ConfigError("Only on a board can a network be measured; give --board with --verify.")
    if not pareto and (beside or picture):
        raise ConfigError("Only fronts are drawn and set side by side; give --pareto as well.")
    if pareto and verify:
        raise ConfigError("A front is predicted; leave --verify, or --pareto, away.")
    request = ScaleRequest(
        family=net,
        chosen=_chosen(net, given),
        budgets=budgets,
        board=board,
        macs_per_second=speed,
        free_resolution=free_resolution,
        objective=Objective(objective),
        boards_file=boards_file,
        operators=operators,
        cost_model=cost_model,
        command=typed_command(),
    )
    if pareto:
        requests = [request, *(replace(request, board=each, macs_per_second=None) for each in beside)]
        show_fronts(requests, picture, as_json=as_json)
        return
    with shown_status(plain_console(stderr=True), "scaling") as told:
        found = answer(request)
        answered = time.perf_counter() - began
        result = found.measure(told) if verify else None
    if as_json:
        click.echo(json.dumps(scaling_document(found, result, answered), indent=2))
    else:
        print_scaling(found, result, answered)
    if result is not None and (result.cycles is None or excesses(found, result)):
        sys.exit(ExitCode.VERDICT)


def _chosen(net: str, given: dict[str, Any]) -> Hyperparameters:
    from hilbench.cli._design_options import hyperparameters

    if given["task"] is None and net != Family.STYLE:
        given["task"] = Task.CLASSIFY
    if given["task"] == Task.CLASSIFY and given["classes"] is None:
        given["classes"] = 10
    return hyperparameters(given)
