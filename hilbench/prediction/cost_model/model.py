"""The cost model of a board's chip: coefficients for each kernel, and how far they were off."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from hilbench.errors import ConfigError, HilbenchError, ModelError
from hilbench.operators import Layer, Workload
from hilbench.prediction.cost_model.sizes import code_terms
from hilbench.prediction.cost_model.terms import terms
from hilbench.prediction.prediction import Prediction
from hilbench.provenance import PredictedBy
from hilbench.tensors import DType

_FOLDER = Path(__file__).parent / "chips"

W = TypeVar("W", bound=Workload)


@dataclass(frozen=True)
class KernelCost:
    """Cost of an operator's kernel on a chip.

    Attributes:
        cycles: of each term.
        error: relative; nine of ten cases of other sizes were no further off (conformal).
        cases: that it was fitted to.
        code_bytes: of each of its code's terms.
        constant_bytes: of each weight, of each output channel, and of all together.
        joules_per_cycle: energy of a core that runs it, in J; None where its cases had no energy.
    """

    cycles: Mapping[str, float]
    error: float
    cases: int
    code_bytes: Mapping[str, float]
    constant_bytes: tuple[float, float, float]
    joules_per_cycle: float | None = None

    def estimate(self, layer: Layer) -> float:
        """Cycles of one run, with all that it touched in the run before still in the caches."""
        counts = terms(layer)
        return sum(counts.get(name, 0.0) * cycles for name, cycles in self.cycles.items())

    def code(self, layer: Layer) -> float:
        """Bytes of the kernel's code."""
        counts = code_terms(layer)
        return sum(counts.get(name, 0.0) * size for name, size in self.code_bytes.items())


@dataclass(frozen=True)
class Estimate:
    """Predicted cycles, and bounds that nine of ten cases keep."""

    cycles: float
    low: float
    high: float


@dataclass(frozen=True)
class CostModel:
    """Costs of all kernels on a chip.

    Attributes:
        chip: its name.
        fitted_to: provenance of the rows that it was fitted to.
        joules_per_cycle: energy of a running core, in J; None where nobody modelled or measured it.
        energy_error: relative uncertainty of that.
        kernels: by operator and variant, as `key` writes them.
        cold: cycles of a layer in a network on top of those of its warm runs, for each count of `cold_terms`.
        network_error: relative; nine of ten networks that the fit did not see were no further off
            (conformal). None where too few networks ran.
    """

    chip: str
    fitted_to: str
    kernels: Mapping[str, KernelCost]
    joules_per_cycle: float | None = None
    energy_error: float = 0.0
    cold: Mapping[str, float] = field(default_factory=dict)
    network_error: float | None = None

    predicted_by = PredictedBy.COST_MODEL

    def knows(self, layer: Layer) -> bool:
        """Whether it was fitted to the layer's operator and variant; all that it was fitted to is int8."""
        return key(layer) in self.kernels and layer.case.dtype is DType.INT8

    def estimate(self, layer: Layer) -> Estimate:
        """Cycles of a layer in a network, whose other layers have taken the caches meanwhile.

        Raises:
            ModelError: it was not fitted to such layers.
        """
        if not self.knows(layer):
            raise ModelError(f"The cost model of {self.chip} knows no {key(layer)}; fit it to such cases.")
        cost = self.kernels[key(layer)]
        touched = self.cold_terms(layer)
        cycles = cost.estimate(layer) + sum(touched[name] * each for name, each in self.cold.items())
        return Estimate(cycles, cycles / (1 + cost.error), cycles * (1 + cost.error))

    def energy_j(self, layer: Layer, cycles: float) -> float | None:
        """Energy of so many cycles of a layer, J; None where nobody knows the chip's."""
        cost = self.kernels.get(key(layer))
        joules = (cost.joules_per_cycle if cost else None) or self.joules_per_cycle
        return None if joules is None else cycles * joules

    def cold_terms(self, layer: Layer) -> Mapping[str, float]:
        """Counts of what a layer finds in no cache: bytes of code, constants and activations, and itself."""
        cost = self.kernels[key(layer)]
        return {
            "code": cost.code(layer),
            "constants": constant_bytes(cost, layer),
            "activations": float(layer.case.activation_bytes),
            "calls": 1.0,
        }

    def known(self, layer: Layer) -> list[Layer]:
        """The layer by every kernel that it was fitted to.

        Raises:
            ModelError: there is none.
        """
        found = [each for name in layer.variants if self.knows(each := layer.with_kernel(name))]
        if not found:
            self.estimate(layer)  # which says so
        return found

    def flash_bytes(self, layer: Layer) -> int:
        """Code and constants of a layer that it was fitted to, about, bytes."""
        cost = self.kernels[key(layer)]
        return round(cost.code(layer) + constant_bytes(cost, layer))

    def predict(self, workloads: Iterable[W]) -> Mapping[W, Prediction | HilbenchError]:
        """Predictions of layers, as the emulator's predictor gives them; of nothing else."""
        return {workload: self._outcome(workload) for workload in workloads}

    def _outcome(self, workload: Workload) -> Prediction | HilbenchError:
        if not isinstance(workload, Layer):
            return ModelError("The cost model predicts single layers alone.")
        try:
            cycles = self.estimate(workload).cycles
        except ModelError as error:
            return error
        cost = self.kernels[key(workload)]
        return Prediction(
            cycles=round(cycles),
            instructions=None,
            code_bytes=round(cost.code(workload)),
            constant_bytes=round(constant_bytes(cost, workload)),
            ram_bytes=workload.arena.bytes,
            scratch_bytes=workload.arena.scratch_bytes,
            crc32=0,
        )

    def document(self) -> dict[str, Any]:
        """Plain data for JSON."""
        return asdict(self)


def key(layer: Layer) -> str:
    """Operator and variant of a layer, which its coefficients are found by."""
    return f"{layer.operator.name} {layer.variant}"


def constant_bytes(cost: KernelCost, layer: Layer) -> float:
    """Bytes of flash that the layer's constants take."""
    weight, channel, once = cost.constant_bytes
    return weight * layer.weight_bytes + channel * layer.case.out_c + once


def chips_with_model() -> tuple[str, ...]:
    """Chips that a cost model comes with."""
    return tuple(sorted(path.stem for path in _FOLDER.glob("*.json")))


def model_path(chip: str) -> Path:
    """Place of the cost model that comes with hilbench."""
    return _FOLDER / f"{chip}.json"


def load_cost_model(chip: str) -> CostModel:
    """The cost model that comes with hilbench.

    Raises:
        ConfigError: there is none for the chip.
    """
    path = model_path(chip)
    if not path.is_file():
        have = ", ".join(chips_with_model()) or "none"
        raise ConfigError(f"No cost model of {chip} was fitted ({have}); run hilbench design fit for it.")
    return parse_cost_model(json.loads(path.read_text(encoding="utf-8")))


def read_cost_model(path: Path) -> CostModel:
    """The cost model of a file.

    Raises:
        ConfigError: it cannot be read, or is none.
    """
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ConfigError(f"{path} cannot be read: {error.strerror or error}.") from None
    except ValueError:
        raise ConfigError(f"{path} is no cost model; write one with hilbench design fit.") from None
    return parse_cost_model(document)


def write_cost_model(model: CostModel, path: Path) -> None:
    """Write a cost model to a file.

    Raises:
        ConfigError: it cannot be written.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(model.document(), indent=1) + "\n", encoding="utf-8")
    except OSError as error:
        raise ConfigError(f"{path} cannot be written: {error.strerror or error}; give --out.") from None


def parse_cost_model(document: Mapping[str, Any]) -> CostModel:
    """The cost model that `CostModel.document` wrote.

    Raises:
        ConfigError: it is none.
    """
    try:
        kernels = {
            name: KernelCost(**{**cost, "constant_bytes": tuple(cost["constant_bytes"])})
            for name, cost in document["kernels"].items()
        }
        return CostModel(**{**document, "kernels": kernels})
    except (KeyError, TypeError, AttributeError) as error:
        raise ConfigError(f"This is no cost model: {type(error).__name__} {error}.") from None
