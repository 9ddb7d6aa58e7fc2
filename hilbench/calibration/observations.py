"""Observations of the micro-kernels on a board, in the quantities of its models."""

from __future__ import annotations

import statistics
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import NamedTuple

from hilbench.chips import Effect
from hilbench.results import Measurement, Status

GRID = Path(__file__).with_name("calibration.yaml")
"""The cases of a calibration."""
OPERATORS = Path(__file__).with_name("operators")
"""The folder of the micro-kernels' operator."""
_FITTED = "microkernel"
_CYCLES_RESOLUTION = 1.0
"""Resolution of a count: each reading is cut off, and so are those of the empty call that is subtracted."""
_POWER_RESOLUTION = 1e-3
"""Resolution relative to a power: what is left of a meter's noise in the mean of a window."""


class Quantity(StrEnum):
    """Quantity that is observed of a case."""

    CYCLES = "cycles"
    COLD_CYCLES = "cold cycles"
    POWER = "power"
    IDLE_POWER = "idle power"

    @property
    def effect(self) -> Effect:
        """Effect of the parameters that show in the quantity."""
        return _EFFECTS.get(self, Effect.POWER)


_EFFECTS = {Quantity.CYCLES: Effect.TIME, Quantity.COLD_CYCLES: Effect.COLD_TIME}


class Key(NamedTuple):
    """Identity of an observation: its case, placement and quantity."""

    case_digest: str
    placement: str
    quantity: Quantity


@dataclass(frozen=True)
class Observation:
    """One measured figure of one case.

    Attributes:
        label: the case, for people.
        fitted: whether parameters are fitted to it; else it is held out.
        value: cycles, or W.
        resolution: of `value`, in its unit.
    """

    key: Key
    label: str
    fitted: bool
    value: float
    resolution: float


def observations(rows: Iterable[Measurement]) -> tuple[Observation, ...]:
    """All figures of the rows that are in order; those of a board without meter are cycles alone."""
    return tuple(found for row in rows if row.status is Status.OK for found in _of(row))


def _of(row: Measurement) -> Iterator[Observation]:
    fitted = row.workload.operator == _FITTED
    label = row.workload.variant if fitted else str(row.workload)

    def observed(quantity: Quantity, value: float, resolution: float) -> Observation:
        key = Key(row.workload.digest, row.placement, quantity)
        return Observation(key, label, fitted, value, resolution)

    yield observed(Quantity.CYCLES, statistics.median(row.cycles), _CYCLES_RESOLUTION)
    if row.cycles_cold is not None:
        yield observed(Quantity.COLD_CYCLES, row.cycles_cold, _CYCLES_RESOLUTION)
    if row.energy is not None:
        window = row.energy
        powers = {Quantity.POWER: window.energy_j / window.meter_s, Quantity.IDLE_POWER: window.idle_w}
        for quantity, power in powers.items():
            yield observed(quantity, power, _POWER_RESOLUTION * power)
