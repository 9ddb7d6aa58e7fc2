"""Forecast of a network from a file: what it takes on a board that nobody needs to have."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hilbench.deploy.deployment import Deployment, deploy
from hilbench.deploy.memory import Bank
from hilbench.design.session import Target
from hilbench.networks.model_file import read_model
from hilbench.operators import Layer
from hilbench.prediction import Predictor
from hilbench.prediction.cost_model.model import CostModel
from hilbench.prediction.fitted_first import FittedFirst
from hilbench.provenance import PredictedBy, Provenance


@dataclass(frozen=True)
class LayerForecast:
    """A step of a network with its predicted cycles, and what predicted them."""

    layer: Layer
    cycles: int
    predictor: PredictedBy


@dataclass(frozen=True)
class Forecast:
    """A deployed network of which nothing ran.

    Attributes:
        deployment: by the predictions.
        layers: in the order in which they run.
        clock_hz: of the core.
        model: the chip's cost model; None where the emulator alone predicted.
    """

    board: str
    deployment: Deployment
    layers: tuple[LayerForecast, ...]
    clock_hz: int
    model: CostModel | None

    @property
    def cycles(self) -> int:
        """Cycles of one run: the sum of the layers'."""
        return sum(each.cycles for each in self.layers)

    @property
    def predictor(self) -> str:
        """Kinds of the predictors that it rests upon, in words."""
        return " and ".join(sorted({str(each.predictor) for each in self.layers}))

    @property
    def bounds(self) -> tuple[float, float] | None:
        """Cycles that nine of ten networks keep between them; None where nobody knows the model's error."""
        error = self.model.network_error if self.model else None
        return None if error is None else (self.cycles / (1 + error), self.cycles * (1 + error))

    @property
    def energy_uj(self) -> float | None:
        """Energy of one run by the cost model, µJ; None where it knows none."""
        if self.model is None:
            return None
        found = [self.model.energy_j(each.layer, each.cycles) for each in self.layers]
        return None if None in found else sum(filter(None, found)) * 1e6

    @property
    def flash_bytes(self) -> int | None:
        """Code and constants, about; None where a layer's are not known."""
        model, distinct = self.model, {each.layer for each in self.layers}
        if model is None or not all(map(model.knows, distinct)):
            return None
        return sum(map(model.flash_bytes, distinct))

    def document(self) -> dict[str, Any]:
        """Plain data for JSON, with None for what nobody knows."""
        program = self.deployment.program
        return {
            "model": program.name,
            "board": self.board,
            "placement": "flash",
            "provenance": str(Provenance.PREDICTED),
            "predictor": self.predictor,
            "macs": program.macs,
            "cycles": self.cycles,
            "cycles_bounds": None if self.bounds is None else [round(bound) for bound in self.bounds],
            "latency_us": self.cycles / self.clock_hz * 1e6,
            "energy_uj": self.energy_uj,
            "ram_bytes": program.arena.bytes,
            "flash_bytes": self.flash_bytes,
            "layers": [
                {
                    "layer": str(each.layer.problem.label),
                    "variant": each.layer.variant,
                    "cycles": each.cycles,
                    "predictor": str(each.predictor),
                }
                for each in self.layers
            ],
        }


def forecast(
    path: Path, target: Target, *, emulate: bool = False, representative: Path | None = None
) -> Forecast:
    """Forecast for a board, all tensors in the memory that the firmware keeps for them.

    Args:
        path: model file.
        target: the board, whose virtual twin runs what the cost model does not know.
        emulate: whether the emulator predicts all layers.
        representative: inputs by which a Keras model is quantised.

    Raises:
        ModelError: the file cannot be read, or has operators that no kernel computes.
        DoesNotFit: no choice of kernels and bands fits.
        ConfigError: the board has no virtual twin, and the cost model does not know all layers.
    """
    graph = read_model(path, representative)

    def emulator() -> Predictor:
        built = target.configuration
        return Predictor(target.board, target.boards, built.toolchain, flags=built.flags)

    fitted = FittedFirst(target.model, emulator)
    builder = target.builder
    banks = [Bank("ram", builder.arena_bytes)]
    predictor = emulator() if emulate else fitted
    deployed = deploy(graph, target.registry, predictor, banks, builder.flash_bytes)
    steps = zip(deployed.program.schedule.steps, deployed.predicted_cycles, strict=True)
    layers = tuple(
        LayerForecast(
            step.layer, cycles, PredictedBy.EMULATOR if emulate else fitted.predictor_of(step.layer)
        )
        for step, cycles in steps
    )
    model = None if emulate else target.model
    return Forecast(target.board.name, deployed, layers, target.board.chip.clock_hz, model)
