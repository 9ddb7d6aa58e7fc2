"""`hilbench design scale`: the largest network of a family that keeps a platform's budgets."""

from __future__ import annotations

import json
import re
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from functools import reduce
from typing import TYPE_CHECKING, Any

import click

from hilbench.cli._console import shown_status, table_console
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
from hilbench.cli._options import PATH, Size, boards_option, examples, json_option, operators_option
from hilbench.console import plain_console
from hilbench.design.families import SCALABLE, Family, Task
from hilbench.errors import ConfigError, ExitCode

if TYPE_CHECKING:
    from pathlib import Path

    from hilbench.deploy.benchmark import NetworkResult
    from hilbench.design.budget import Budgets
    from hilbench.design.nets.catalog import Hyperparameters
    from hilbench.design.scaling import Scaled, Scaling
    from hilbench.design.session import ScaleAnswer

_PREFIXES = {"": 1.0, "k": 1e3, "K": 1e3, "M": 1e6, "G": 1e9, "m": 1e-3, "u": 1e-6, "µ": 1e-6, "n": 1e-9}


class Quantity(click.ParamType[float]):
    """A number with a unit's prefix, in the unit itself: 500ms, 20mJ, 60M."""

    def __init__(self, unit: str, example: str) -> None:
        self.name, self._unit, self._example = example, unit, example

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """The amount that `value` says."""
        found = re.fullmatch(rf"(\d*\.?\d+)\s*([kKMGmuµn]?)({self._unit})?", str(value).strip())
        if found is None or float(found[1]) == 0:
            self.fail(f"'{value}' is no amount; write one like {self._example}.", param, ctx)
        return float(found[1]) * _PREFIXES[found[2]]


def _budget_options(command: Callable[..., Any]) -> Callable[..., Any]:
    options = (
        click.option("--flash", type=Size(), help="Most flash: 512k.  [default: the board's]"),
        click.option("--ram", type=Size(), help="Most RAM: 64k.  [default: the board's]"),
        click.option("--latency", type=Quantity("s", "500ms"), help="Longest run."),
        click.option("--fps", type=POSITIVE, help="Fewest runs a second."),
        click.option("--ops", type=Quantity("MAC", "60M"), help="Most multiply-accumulates."),
        click.option("--energy", type=Quantity("J", "20mJ"), help="Most energy of a run."),
        click.option(
            "--macs-per-second", type=Quantity("MAC/s", "100M"), help="Speed of a platform that is no board."
        ),
    )
    return reduce(lambda inner, option: option(inner), reversed(options), command)


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
@_budget_options
@click.option("--beta", type=POSITIVE, help="Keep it.  [default: what is best]")
@click.option("--gamma", type=click.IntRange(2, 16), help="Keep it.")
@click.option("--t0", "t_zero", type=POSITIVE, help="Keep it.")
@click.option("--levels", type=click.IntRange(3, 12), help="Levels of XiNet, blocks of PhiNet.")
@lite_option
@relu_option
@click.option("--free-resolution", is_flag=True, help="Try smaller inputs too.")
@click.option("--pareto", is_flag=True, help="Show the Pareto front instead of the largest network.")
@click.option("--beside", multiple=True, metavar="BOARD", help="With --pareto: another board's front, too.")
@click.option("--picture", type=PATH, metavar="FILE", help="With --pareto: draw it, .svg or .png.")
@click.option("--verify", is_flag=True, help="Build it with random weights, flash and measure it.")
@operators_option
@boards_option
@json_option
def scale(
    *,
    net: str,
    board: str | None,
    boards_file: Path,
    operators: Path | None,
    pareto: bool,
    beside: tuple[str, ...],
    picture: Path | None,
    verify: bool,
    free_resolution: bool,
    as_json: bool,
    **given: Any,  # noqa: ANN401  # click's own
) -> None:
    """Find the largest network that keeps all budgets.

    Of a family, with the most parameters, then the most multiply-accumulates. Nothing is trained. Costs are
    predicted by the cost model of the board's chip; flash and RAM are the board's where they are not given.
    Without a board three numbers will do: --flash, --ram, --macs-per-second.

    With --pareto a sample of the lattice is costed, and the networks within the budgets are shown that none
    beats in latency, RAM, flash and parameters at once, for one board or several.

    With --verify the measured network has to keep the budgets as well.

    Exit status: 0 found, 1 nothing fits, or what was measured failed or breaks a budget.
    """
    from hilbench.design.session import ScaleRequest, answer

    began = time.perf_counter()
    budgets = _budgets(given)
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
        boards_file=boards_file,
        operators=operators,
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
        click.echo(json.dumps(_document(found, result, answered), indent=2))
    else:
        _print(found, result, answered)
    if result is not None and (result.cycles is None or _excesses(found, result)):
        sys.exit(ExitCode.VERDICT)


def _budgets(given: dict[str, Any]) -> Budgets:
    """Budgets that options say, taken out of `given`."""
    from hilbench.design.budget import Budgets

    latencies = [given.pop("latency"), 1 / fps if (fps := given.pop("fps")) else None]
    latency = min((each for each in latencies if each is not None), default=None)
    energy = given.pop("energy")
    return Budgets(
        flash_bytes=given.pop("flash"),
        ram_bytes=given.pop("ram"),
        macs=given.pop("ops"),
        latency_us=None if latency is None else latency * 1e6,
        energy_uj=None if energy is None else energy * 1e6,
    )


def _chosen(net: str, given: dict[str, Any]) -> Hyperparameters:
    from hilbench.cli._design_options import hyperparameters

    if given["task"] is None and net != Family.STYLE:
        given["task"] = Task.CLASSIFY
    if given["task"] == Task.CLASSIFY and given["classes"] is None:
        given["classes"] = 10
    return hyperparameters(given)


def _document(found: ScaleAnswer, result: NetworkResult | None, answered: float) -> dict[str, Any]:
    best = found.scaling.best
    return {
        "net": best.line.family,
        **_hyperparameters(best),
        "network": best.network.name,
        "input": list(best.network.input),
        "parameters": best.network.parameters,
        "macs": best.network.macs,
        "binding": found.scaling.binding,
        "more_parameters_by_a_tenth": found.scaling.gains,
        "predicted": {"provenance": "predicted", "predictor": found.predictor, **found.predicted()},
        "budgets": {name: getattr(found.budgets, name) for name in found.budgets.given},
        "measured": None if result is None else _measured(result),
        "measured_shares_of_budgets": None if result is None else found.measured_shares(result),
        "answered_s": round(answered, 2),
    }


def _hyperparameters(best: Scaled) -> dict[str, float | int | None]:
    chosen = best.chosen
    return {"alpha": chosen.alpha, "beta": chosen.beta, "gamma": chosen.gamma, "t0": chosen.t_zero}


def _measured(result: NetworkResult) -> dict[str, Any]:
    from hilbench.design.budget import MEASURED

    document = result.document()
    names = ("provenance", "status", "cause", "verified", *MEASURED)
    return {name: document[name] for name in names}


def _excesses(found: ScaleAnswer, result: NetworkResult) -> dict[str, float]:
    """Budgets that the measured network breaks, with the share by which it does."""
    shares = found.measured_shares(result)
    return {name: share - 1 for name, share in shares.items() if share is not None and share > 1}


def _print(found: ScaleAnswer, result: NetworkResult | None, answered: float) -> None:
    console = table_console()

    def say(text: str, style: str = "") -> None:
        console.print(text, style=style, highlight=False, soft_wrap=True)

    best = found.scaling.best
    chosen = ", ".join(f"{name} {value:g}" for name, value in _hyperparameters(best).items() if value)
    shape = "x".join(map(str, best.network.input))
    say(f"{best.network.name}: {chosen}, input {shape}", "bold")
    say(f"{best.network.parameters:,} parameters, {best.network.macs / 1e6:,.1f} MMAC; in {answered:.1f} s")
    say(f"PREDICTED by the {found.predictor}: {_figures(found.predicted())}", "bold yellow")
    if result is not None:
        figures = _measured(result)
        word = str(figures["provenance"]).upper()
        if result.cycles is None:
            say(f"{word}: it failed: {figures['cause']}", "bold red")
        else:
            share = figures["latency_us"] / found.predicted()["latency_us"] - 1
            say(
                f"{word}, verified bit for bit: {_figures(figures)}; latency {share:+.1%}",
                "bold",
            )
            _print_verdict(say, found, result)
    _print_gains(say, found.scaling)


def _print_verdict(say: Callable[..., None], found: ScaleAnswer, result: NetworkResult) -> None:
    """Say whether what was measured keeps the budgets."""
    shares, excesses = found.measured_shares(result), _excesses(found, result)
    unknown = [_WORDS[name] for name, share in shares.items() if share is None]
    if excesses:
        broken = ", ".join(f"{_WORDS[name]} by {excess:.1%}" for name, excess in excesses.items())
        say(f"OVER BUDGET: the measured network exceeds {broken}; give a smaller budget.", "bold red")
    elif not unknown:
        say("Every budget is kept by what was measured.")
    if unknown:
        say(f"Not measured, so that nobody knows whether the budget is kept: {', '.join(unknown)}.", "yellow")


def _print_gains(say: Callable[[str], None], scaling: Scaling) -> None:
    if scaling.binding:
        say(f"Binding: {_WORDS[scaling.binding]}. A tenth more would give, in parameters:")
        gains = (f"{_WORDS[name]} {gain:+,}" for name, gain in scaling.gains.items())
        say(f"  {', '.join(gains)}")
    else:
        say("No budget binds: the lattice ends here.")


_WORDS = {
    "flash_bytes": "flash",
    "ram_bytes": "RAM",
    "macs": "multiply-accumulates",
    "latency_us": "latency",
    "energy_uj": "energy",
}


def _figures(figures: dict[str, Any]) -> str:
    energy = figures["energy_uj"]
    drawn = "energy unknown" if energy is None else f"{energy / 1e3:,.3g} mJ"
    return (
        f"{figures['latency_us'] / 1e3:,.2f} ms, {drawn}, {figures['ram_bytes']:,.0f} bytes of RAM, "
        f"{figures['flash_bytes']:,.0f} bytes of flash"
    )
