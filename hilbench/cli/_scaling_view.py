"""Answers of `hilbench design scale`: the network, its figures, and the verdict on its budgets."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from hilbench.cli._console import table_console

if TYPE_CHECKING:
    from hilbench.deploy.benchmark import NetworkResult
    from hilbench.design.scaling import Scaled
    from hilbench.design.session import ScaleAnswer


def scaling_document(found: ScaleAnswer, result: NetworkResult | None, answered: float) -> dict[str, Any]:
    """Plain data for JSON, with None for what was not measured."""
    best = found.scaling.best
    return {
        "net": best.line.family,
        **_hyperparameters(best),
        "network": best.network.name,
        "input": list(best.network.input),
        "parameters": best.network.parameters,
        "macs": best.network.macs,
        "binding": found.scaling.binding,
        "objective": found.request.objective.text,
        "more_by_a_tenth": found.scaling.gains,
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


def excesses(found: ScaleAnswer, result: NetworkResult) -> dict[str, float]:
    """Budgets that the measured network breaks, with the share by which it does."""
    shares = found.measured_shares(result)
    return {name: share - 1 for name, share in shares.items() if share is not None and share > 1}


def print_scaling(found: ScaleAnswer, result: NetworkResult | None, answered: float) -> None:
    """Print the network, what is predicted of it, what was measured, and what binds it."""
    console = table_console()

    def say(text: str, style: str = "") -> None:
        console.print(text, style=style, highlight=False, soft_wrap=True)

    best = found.scaling.best
    chosen = ", ".join(f"{name} {value:g}" for name, value in _hyperparameters(best).items() if value)
    shape = "x".join(map(str, best.network.input))
    say(f"{best.network.name}: {chosen}, input {shape}", "bold")
    say(f"{best.network.parameters:,} parameters, {best.network.macs / 1e6:,.1f} MMAC; in {answered:.1f} s")
    predicted = found.predicted()
    say(f"PREDICTED by the {found.predictor}: {_figures(predicted)}", "bold yellow")
    if predicted["margin"]:
        say(f"Latency and energy keep their budgets with {predicted['margin']:.1%} more: the model's error.")
    if result is not None:
        figures = _measured(result)
        word = str(figures["provenance"]).upper()
        if result.cycles is None:
            say(f"{word}: it failed: {figures['cause']}", "bold red")
        else:
            share = figures["latency_us"] / predicted["latency_us"] - 1
            say(
                f"{word}, verified bit for bit: {_figures(figures)}; latency {share:+.1%}",
                "bold",
            )
            _print_verdict(say, found, result)
    _print_gains(say, found)


def _print_verdict(say: Callable[..., None], found: ScaleAnswer, result: NetworkResult) -> None:
    """Say whether what was measured keeps the budgets."""
    shares, broken = found.measured_shares(result), excesses(found, result)
    unknown = [_WORDS[name] for name, share in shares.items() if share is None]
    if broken:
        words = ", ".join(f"{_WORDS[name]} by {excess:.1%}" for name, excess in broken.items())
        say(f"OVER BUDGET: the measured network exceeds {words}; give a smaller budget.", "bold red")
    elif not unknown:
        say("Every budget is kept by what was measured.")
    if unknown:
        say(f"Not measured, so that nobody knows whether the budget is kept: {', '.join(unknown)}.", "yellow")


def _print_gains(say: Callable[[str], None], found: ScaleAnswer) -> None:
    scaling, objective = found.scaling, found.request.objective
    if scaling.binding:
        say(f"Binding: {_WORDS[scaling.binding]}. A tenth more would give, in {objective.text}:")
        form = "+,.0f" if objective.is_default else "+.4g"
        gains = (f"{_WORDS[name]} {gain:{form}}" for name, gain in scaling.gains.items())
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
