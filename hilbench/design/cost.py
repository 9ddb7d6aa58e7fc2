"""Predicted cost of networks on a chip, layer by layer, by the chip's cost model."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from hilbench.deploy.flash import Cost, within_flash
from hilbench.design.layers import DeployedLayer, LayerFactory
from hilbench.design.memory import peak_bytes, step_bytes
from hilbench.design.nets.network import NetworkSpec
from hilbench.operators import Layer, Registry
from hilbench.operators.arena import aligned
from hilbench.prediction.cost_model.model import CostModel, Estimate
from hilbench.provenance import Provenance


@dataclass(frozen=True)
class LayerCost:
    """A step of a deployed network, and what it takes.

    Attributes:
        step: of the network.
        layer: by its fastest kernel.
        ram_bytes: least memory that the step needs by that kernel, with all that lives meanwhile.
        estimate: cycles.
        energy_uj: of a core that runs its kernel; None where nobody knows the chip's.
    """

    step: DeployedLayer
    layer: Layer
    ram_bytes: int
    estimate: Estimate
    energy_uj: float | None


@dataclass(frozen=True)
class NetworkCost:
    """Predicted cost of a network.

    Attributes:
        clock_hz: of the core.
        layers: in the order in which they run.
        least_ram_bytes: memory that it needs by the kernels with the least scratch memory.
        fastest_cycles: by the fastest kernel of each layer, whatever flash they take.
    """

    network: NetworkSpec
    model: CostModel
    clock_hz: int
    layers: tuple[LayerCost, ...]
    least_ram_bytes: int
    fastest_cycles: float

    @property
    def cycles(self) -> float:
        """Cycles of one run: the sum of the layers'."""
        return sum(each.estimate.cycles for each in self.layers)

    @property
    def bounds(self) -> tuple[float, float]:
        """Cycles that nine of ten networks keep between them.

        Where too few networks ran to tell: as if all layers were at the lower or at the upper end of theirs.
        """
        if (error := self.model.network_error) is not None:
            return self.cycles / (1 + error), self.cycles * (1 + error)
        ends = [(each.estimate.low, each.estimate.high) for each in self.layers]
        return sum(low for low, _ in ends), sum(high for _, high in ends)

    @property
    def energy_uj(self) -> float | None:
        """Energy of one run, µJ; None where nobody knows the chip's."""
        found = [each.energy_uj for each in self.layers]
        return None if None in found else sum(filter(None, found))

    @property
    def ram_bytes(self) -> int:
        """Least memory that it needs by its fastest kernels."""
        return aligned(max(each.ram_bytes for each in self.layers))

    @property
    def flash_bytes(self) -> int:
        """Code and constants of all kernels, about; layers of one case without weights share theirs."""
        weightless = {each.layer for each in self.layers if not each.step.spec.weights}
        weighted = [each.layer for each in self.layers if each.step.spec.weights]
        return sum(self.model.flash_bytes(layer) for layer in (*weightless, *weighted))

    def latency_us(self, cycles: float) -> float:
        """Time that so many cycles take, µs."""
        return cycles / self.clock_hz * 1e6

    def document(self) -> dict[str, Any]:
        """Plain data for JSON."""
        return {
            "provenance": str(Provenance.PREDICTED),
            "predictor": str(self.model.predicted_by),
            "fitted_to": self.model.fitted_to,
            "cycles": round(self.cycles),
            "cycles_bounds": [round(bound) for bound in self.bounds],
            "latency_us": self.latency_us(self.cycles),
            "energy_uj": self.energy_uj,
            "ram_bytes": self.ram_bytes,
            "least_ram_bytes": self.least_ram_bytes,
            "flash_bytes": self.flash_bytes,
        }


class Coster:
    """Maker of predictions, each layer's once, however many networks have it.

    Args:
        registry: operators that there are.
        model: of the chip.
        clock_hz: of its core.
    """

    def __init__(self, registry: Registry, model: CostModel, clock_hz: int) -> None:
        self.model, self.clock_hz = model, clock_hz
        self._factory = LayerFactory(registry)
        self._known: dict[Layer, tuple[Layer, ...]] = {}
        self._costs: dict[Layer, Cost] = {}

    def cost(self, network: NetworkSpec, flash: int | None = None) -> NetworkCost:
        """Cost of a network by the fastest kernel of each layer, within a flash.

        Args:
            network: as it is described.
            flash: bytes that there are for kernels and constants; None for any number.

        Raises:
            ModelError: the model was not fitted to some operator.
            DoesNotFit: the smallest kernels do not fit the flash.
        """
        steps = self._factory.layers(network)
        fields = [self._candidates(step.layer) for step in steps]
        affordable = within_flash(fields, self._costs, flash)
        chosen = [min(field, key=lambda layer: self._costs[layer].cycles) for field in affordable]
        small = [min(field, key=lambda layer: layer.arena.scratch_bytes) for field in affordable]
        needed = step_bytes(network, steps, chosen)
        layers = tuple(
            self._layer_cost(step, layer, needed[step.spec.name])
            for step, layer in zip(steps, chosen, strict=True)
        )
        least = peak_bytes(step_bytes(network, steps, small))
        fastest = sum(min(self._costs[layer].cycles for layer in field) for field in fields)
        return NetworkCost(network, self.model, self.clock_hz, layers, least, fastest)

    def _layer_cost(self, step: DeployedLayer, layer: Layer, ram_bytes: int) -> LayerCost:
        estimate = self.model.estimate(layer)
        joules = self.model.energy_j(layer, estimate.cycles)
        return LayerCost(step, layer, ram_bytes, estimate, None if joules is None else joules * 1e6)

    def _candidates(self, layer: Layer) -> tuple[Layer, ...]:
        """The layer by all kernels whose cost is known."""
        if layer not in self._known:
            self._known[layer] = tuple(self.model.known(layer))
            for each in self._known[layer]:
                self._costs[each] = Cost(self.model.estimate(each).cycles, self.model.flash_bytes(each))
        return self._known[layer]
