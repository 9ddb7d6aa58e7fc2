"""Platforms that networks are scaled to: a board with a cost model, or three numbers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from hilbench.design.budget import Figures
from hilbench.design.cost import Coster
from hilbench.design.nets.memory import plain_peak_bytes
from hilbench.design.nets.network import NetworkSpec
from hilbench.errors import DoesNotFit


class Platform(Protocol):
    """Interface of what says the cost of a network."""

    def figures(self, network: NetworkSpec, flash: float | None) -> Figures:
        """Cost of a network, by kernels that a flash holds where any do."""
        ...


@dataclass(frozen=True)
class BoardPlatform:
    """A board, by the cost model of its chip."""

    coster: Coster

    def figures(self, network: NetworkSpec, flash: float | None) -> Figures:
        """Predicted cost by the fastest kernels that the flash holds; beyond it, by the smallest."""
        try:
            cost = self.coster.cost(network, None if flash is None else int(flash))
        except DoesNotFit as error:
            cost = self.coster.cost(network, (int(flash or 0)) + error.excess)
        cycles = cost.cycles
        return Figures(
            network.parameters,
            network.macs,
            cost.flash_bytes,
            cost.least_ram_bytes,
            cost.latency_us(cycles),
            cost.energy_uj,
            cost.latency_us(cost.fastest_cycles),
            margin=cost.bounds[1] / cycles - 1,
        )


@dataclass(frozen=True)
class NumbersPlatform:
    """A platform of which only its speed is known, multiply-accumulates a second.

    Flash is that of int8 weights and biases, RAM that of tensors which share no places: of any runtime.
    """

    macs_per_second: float

    def figures(self, network: NetworkSpec, flash: float | None) -> Figures:
        """Cost by the counts alone."""
        latency = network.macs / self.macs_per_second * 1e6
        return Figures(
            network.parameters,
            network.macs,
            network.constant_bytes,
            plain_peak_bytes(network),
            latency,
            None,
            latency,
        )
