"""Correction by a few layers: a slower core, slower memory and a slower kernel are found again."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from hilbench.errors import ConfigError
from hilbench.grids import load_grid
from hilbench.operators import Layer, load_operators
from hilbench.prediction.cost_model.correction import correct
from hilbench.prediction.cost_model.fit import FittedCase
from hilbench.prediction.cost_model.model import (
    CostModel,
    chips_with_model,
    key,
    load_cost_model,
    read_cost_model,
    write_cost_model,
)
from hilbench.prediction.cost_model.terms import terms

pytestmark = pytest.mark.skipif(
    "stm32h743" not in chips_with_model(), reason="needs the cost model of the H743"
)
REGISTRY = load_operators()
MODEL = load_cost_model("stm32h743")


def layers(grid: str) -> list[Layer]:
    return [
        fast
        for layer in load_grid(grid, REGISTRY)
        if "dsp" in layer.variants and MODEL.knows(fast := layer.with_kernel("dsp"))
    ]


def slowed(layer: Layer) -> FittedCase:
    """The layer where the core takes a fifth more, memory twice, and depthwise kernels half more."""
    counts, cycles = terms(layer), 0.0
    for name, each in MODEL.kernels[key(layer)].cycles.items():
        factor = 2.0 if name.endswith(("uncached", "again", "spilled", "constants")) else 1.2
        cycles += counts.get(name, 0.0) * each * factor
    return FittedCase(layer, cycles * (1.5 if "depthwise" in key(layer) else 1.0), 0, 0)


def as_predicted(layer: Layer, chance: random.Random) -> FittedCase:
    """The layer on a board that is as the model says, but for what the model does not know."""
    return FittedCase(layer, MODEL.kernels[key(layer)].estimate(layer) * chance.uniform(0.97, 1.03), 0, 0)


def test_a_model_that_is_right_stays_as_it_is() -> None:
    chance = random.Random(1)
    found = correct(MODEL, [as_predicted(layer, chance) for layer in layers("correction")], "emulated")
    assert not found.kept
    assert found.model is MODEL


def test_twenty_layers_correct_a_model() -> None:
    found = correct(MODEL, [slowed(layer) for layer in layers("correction")], "emulated")
    assert len(found.before) == 20
    others = [slowed(layer) for layer in layers("costs")[::7]]

    def off(model: CostModel) -> list[float]:
        known = model.kernels
        return sorted(abs(known[key(c.layer)].estimate(c.layer) / c.cycles - 1) for c in others)

    before, after = off(MODEL), off(found.model)
    middle = len(others) // 2
    assert before[middle] > 0.15
    assert after[middle] < 0.05
    assert "corrected by 20 emulated" in found.model.fitted_to


def test_a_right_model_stays_as_it_is() -> None:
    cases = [
        FittedCase(layer, MODEL.kernels[key(layer)].estimate(layer), 0, 0) for layer in layers("correction")
    ]
    found = correct(MODEL, cases, "emulated")
    assert max(abs(each.error) for each in found.after) < 1e-6


def test_too_few_layers_are_no_correction() -> None:
    with pytest.raises(ConfigError, match="correction"):
        correct(MODEL, [slowed(layer) for layer in layers("correction")[:3]], "emulated")


def test_a_model_is_read_from_its_file(tmp_path: Path) -> None:
    write_cost_model(MODEL, tmp_path / "model.json")
    assert read_cost_model(tmp_path / "model.json") == MODEL
    (tmp_path / "none.json").write_text("[")
    with pytest.raises(ConfigError, match="no cost model"):
        read_cost_model(tmp_path / "none.json")
