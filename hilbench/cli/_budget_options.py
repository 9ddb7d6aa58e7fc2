"""Options that say what a network may take of a platform."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import reduce
from typing import TYPE_CHECKING, Any

import click

from hilbench.cli._design_options import POSITIVE
from hilbench.cli._options import Size

if TYPE_CHECKING:
    from hilbench.design.budget import Budgets

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


def budget_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options of all budgets."""
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


def read_budgets(given: dict[str, Any]) -> Budgets:
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
