"""Selection of kernels where layers are too large to run alone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TypeVar

import pytest

from hilbench.deploy.memory import Bank
from hilbench.deploy.selection import select
from hilbench.errors import DoesNotFit, HilbenchError
from hilbench.operators import Layer, Tuning, Workload
from hilbench.prediction import Prediction
from hilbench.provenance import PredictedBy
from tests.deploy.memory.chains import REGISTRY, wide_middle

W = TypeVar("W", bound=Workload)


class SmallBoard:
    """Predictor of a board that runs what its RAM holds, at a cycle a multiply-accumulate."""

    predicted_by = PredictedBy.EMULATOR

    def __init__(self, ram: int, fast: Layer | None = None) -> None:
        self._ram, self._fast = ram, fast

    def predict(self, workloads: Iterable[W]) -> Mapping[W, Prediction | HilbenchError]:
        return {each: self._outcome(each) for each in workloads}

    def _outcome(self, workload: Workload) -> Prediction | HilbenchError:
        needed = sum(spec.bytes for spec in (*workload.inputs, *workload.outputs))
        if needed > self._ram:
            return DoesNotFit("too large", memory="ram", excess=needed - self._ram)
        cycles = 1 if workload == self._fast else 100 + workload.macs
        return Prediction(cycles, None, 100, 100, needed, 0, 0)


def test_a_layer_that_is_too_large_alone_runs_in_bands() -> None:
    schedule = wide_middle(upsampled=True)
    ram = max(spec.bytes for spec in schedule.tensors.values()) * 3 // 4
    selection = select(schedule, SmallBoard(ram), [Bank("sram", ram)], REGISTRY)
    assert selection.placement.bytes <= ram
    whole = sum(step.layer.macs for step in schedule.steps)
    assert whole <= sum(selection.cycles) < 3 * whole


def test_what_tuning_found_is_a_candidate() -> None:
    schedule = wide_middle(upsampled=False)
    layer = schedule.steps[0].layer
    best = layer.with_kernel("dsp", Tuning(tile_pixels=2))
    selection = select(
        schedule,
        SmallBoard(1 << 20, best),
        [Bank("sram")],
        REGISTRY,
        tuned=lambda each: best if each == layer.problem else None,
    )
    chosen = [step.layer for step in selection.schedule.steps]
    assert [each.tuning.tile_pixels for each in chosen].count(2) == 1
    assert best in chosen


def test_a_layer_of_which_no_band_fits_is_named() -> None:
    with pytest.raises(DoesNotFit, match="A layer does not fit: too large"):
        select(wide_middle(upsampled=True), SmallBoard(64), [Bank("sram", 64)], REGISTRY)
