"""Predictions by a fitted cost model, and by the emulator where it knows no kernel of a layer."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import cached_property
from typing import TypeVar

from hilbench.errors import HilbenchError
from hilbench.operators import Layer, Workload
from hilbench.prediction.cost_model.model import CostModel
from hilbench.prediction.prediction import LayerPredictor, Prediction
from hilbench.provenance import PredictedBy

W = TypeVar("W", bound=Workload)


class FittedFirst:
    """Predictor of any layer that the emulator can run, most of them in microseconds.

    Args:
        model: of the board's chip.
        make_emulator: makes the emulator's predictor, once it is needed.

    Attributes:
        predicted_by: kind of the predictor that most layers are known to.
    """

    predicted_by = PredictedBy.COST_MODEL

    def __init__(self, model: CostModel, make_emulator: Callable[[], LayerPredictor]) -> None:
        self._model, self._make_emulator = model, make_emulator

    def predictor_of(self, workload: Workload) -> PredictedBy:
        """Kind of the predictor that answers for a workload."""
        fitted = isinstance(workload, Layer) and any(
            self._model.knows(workload.with_kernel(name)) for name in workload.variants
        )
        return PredictedBy.COST_MODEL if fitted else PredictedBy.EMULATOR

    def predict(self, workloads: Iterable[W]) -> Mapping[W, Prediction | HilbenchError]:
        """Predictions of all workloads, or the reason why there is none.

        Raises:
            BuildError: the firmware itself does not build.
            BoardMissing: the virtual board does not start.
        """
        asked = list(dict.fromkeys(workloads))
        fitted = [each for each in asked if self.predictor_of(each) is PredictedBy.COST_MODEL]
        others = [each for each in asked if self.predictor_of(each) is PredictedBy.EMULATOR]
        found = dict(self._model.predict(fitted))
        return {**found, **self._emulator.predict(others)} if others else found

    @cached_property
    def _emulator(self) -> LayerPredictor:
        return self._make_emulator()
