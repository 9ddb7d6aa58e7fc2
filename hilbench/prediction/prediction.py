"""Predicted figures of a workload."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Protocol, TypeVar

from hilbench.errors import HilbenchError
from hilbench.operators import Workload
from hilbench.provenance import PredictedBy

W = TypeVar("W", bound=Workload)


@dataclass(frozen=True)
class Prediction:
    """Cost of one run of a workload, by the timing model; sizes in bytes as in `PackedWorkload`."""

    cycles: int
    instructions: int | None
    code_bytes: int
    constant_bytes: int
    ram_bytes: int
    scratch_bytes: int
    crc32: int
    """IEEE CRC-32 of the output; 0 where nothing ran."""

    @property
    def flash_bytes(self) -> int:
        """Size of code and constants, bytes."""
        return self.code_bytes + self.constant_bytes


class LayerPredictor(Protocol):
    """Interface of what predicts: the emulator, which runs the image, and the fitted cost model."""

    @property
    def predicted_by(self) -> PredictedBy:
        """Kind of the predictor, for the rows that it makes."""
        ...

    def predict(self, workloads: Iterable[W]) -> Mapping[W, Prediction | HilbenchError]:
        """Predictions of all workloads, or the reason why there is none."""
        ...
