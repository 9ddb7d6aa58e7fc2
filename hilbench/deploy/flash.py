"""Kernels within a flash: of each layer those that are left when the fastest take too much."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from hilbench.deploy.schedule import Schedule
from hilbench.errors import DoesNotFit
from hilbench.networks.names import short_name
from hilbench.operators import Layer

_PRICES = 1e-9, 1e12
"""Cycles of a byte, at which no kernel is too large and at which the smallest is taken."""
_NAMED = 3
"""Layers that a refusal names."""
_HALVINGS = 40
"""Steps between them; more change nothing."""


@dataclass(frozen=True)
class Cost:
    """Cost of a layer by one kernel: cycles of a run, and bytes of flash."""

    cycles: float
    flash: int


def check_constants(schedule: Schedule, flash: int | None) -> None:
    """Refuse a network whose constants alone are too large, before a kernel of it is tried.

    Args:
        schedule: its layers may have any variant.
        flash: bytes that there are; None for as many as are needed.

    Raises:
        DoesNotFit: the sentence says what is missing, and which layers hold the most.
    """
    sizes = {step.layer.problem: step.layer.least_constant_bytes for step in schedule.steps}
    needed = sum(sizes.values()) + sum(data.nbytes for data in schedule.constants.values())
    if flash is None or needed <= flash:
        return
    largest = sorted(sizes, key=lambda layer: -sizes[layer])[:_NAMED]
    names = ", ".join(f"{short_name(layer.name)} ({sizes[layer]:,} bytes)" for layer in largest)
    raise DoesNotFit(
        f"The constants of {schedule.name} take {needed:,} bytes of flash at the least, there are {flash:,}, "
        f"{needed - flash:,} too few; most is in {names}: choose a smaller network or another chip.",
        memory="flash",
        excess=needed - flash,
    )


def within_flash(
    fields: Sequence[Sequence[Layer]], costs: Mapping[Layer, Cost], flash: int | None
) -> list[list[Layer]]:
    """Candidates of each step, without those whose flash the network cannot afford.

    A byte of flash is given a price in cycles, the lowest at which the cheapest candidates fit all together
    (Lagrangian relaxation of the multiple-choice knapsack problem). Of steps that are alike all change at one
    price; what this leaves of the flash goes to those that gain most by a byte. What is larger than these
    goes; any choice of the others fits, however the memory is planned.

    Args:
        fields: of each step, its layer by every kernel that may compute it.
        costs: of all of them.
        flash: bytes that there are; None for as many as are needed.

    Raises:
        DoesNotFit: not even the smallest candidates fit.
    """
    if flash is None or _total(_cheapest(fields, costs, 0.0), costs) <= flash:
        return [list(field) for field in fields]
    smallest = [min(field, key=lambda layer: costs[layer].flash) for field in fields]
    excess = _total(smallest, costs) - flash
    if excess > 0:
        raise DoesNotFit(
            f"The kernels of its layers need {flash + excess:,} bytes of flash at the least, "
            f"there are {flash:,}; choose a smaller network.",
            memory="flash",
            excess=excess,
        )
    low, high = _PRICES
    for _ in range(_HALVINGS):
        price = math.sqrt(low * high)
        fits = _total(_cheapest(fields, costs, price), costs) <= flash
        low, high = (low, price) if fits else (price, high)
    chosen = _with_rest(_cheapest(fields, costs, high), fields, costs, flash)
    return [
        [layer for layer in field if costs[layer].flash <= costs[kept].flash]
        for field, kept in zip(fields, chosen, strict=True)
    ]


def _cheapest(fields: Sequence[Sequence[Layer]], costs: Mapping[Layer, Cost], price: float) -> list[Layer]:
    """The cheapest candidate of each step at a price of flash, cycles a byte."""

    def cost(layer: Layer) -> tuple[float, int]:
        return costs[layer].cycles + price * costs[layer].flash, costs[layer].flash

    return [min(field, key=cost) for field in fields]


def _with_rest(
    chosen: Sequence[Layer], fields: Sequence[Sequence[Layer]], costs: Mapping[Layer, Cost], flash: int
) -> list[Layer]:
    """The choice with faster candidates as far as the flash goes, those first that gain most by a byte."""
    filled = list(chosen)
    left = flash - _total(filled, costs)
    while True:
        gains = {
            (index, layer): gain / max(1, extra)
            for index, (kept, field) in enumerate(zip(filled, fields, strict=True))
            for layer in field
            if (gain := costs[kept].cycles - costs[layer].cycles) > 0
            and (extra := costs[layer].flash - costs[kept].flash) <= left
        }
        if not gains:
            return filled
        index, layer = max(gains, key=gains.__getitem__)
        left -= costs[layer].flash - costs[filled[index]].flash
        filled[index] = layer


def _total(layers: Sequence[Layer], costs: Mapping[Layer, Cost]) -> int:
    """Flash of all layers; of equal ones too, which an image holds once."""
    return sum(costs[layer].flash for layer in layers)
