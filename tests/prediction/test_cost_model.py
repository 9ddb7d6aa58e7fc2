"""The cost model: what it was fitted to comes out again, and intervals hold what they say."""

from __future__ import annotations

import json
import random

import pytest

from hilbench.errors import ConfigError, HilbenchError, ModelError
from hilbench.operators import Layer, load_operators
from hilbench.prediction.cost_model.fit import FittedCase, conformal_error, fit, with_networks
from hilbench.prediction.cost_model.model import (
    chips_with_model,
    load_cost_model,
    parse_cost_model,
)
from hilbench.prediction.cost_model.terms import terms
from hilbench.provenance import PredictedBy

pytest.importorskip("scipy")
REGISTRY = load_operators()


def layers(variant: str) -> list[Layer]:
    sizes = [(side, width, out) for side in (5, 8, 11, 14) for width in (4, 7, 16) for out in (4, 9, 16)]
    return [
        REGISTRY.layer(
            operator="conv2d", input=f"{side}x{side}x{width}", out_c=out, kernel=3, variant=variant
        )
        for side, width, out in sizes
    ]


def cases(variant: str, noise: float = 0.0) -> list[FittedCase]:
    """Cases that cost 300 cycles a call, 1.5 a product and 20 a row."""
    wanted, chance = {"call": 300.0, "products": 1.5, "rows": 20.0}, random.Random(1)
    found = []
    for layer in layers(variant):
        cycles = sum(terms(layer)[name] * cost for name, cost in wanted.items())
        cycles *= 1 + chance.uniform(-noise, noise)
        found.append(FittedCase(layer, cycles, 1000.0, 2.0 * layer.weight_bytes + 50))
    return found


def test_costs_that_add_up_are_found_again() -> None:
    model, unseen = fit("chip", cases("dsp"), "emulated")
    assert max(abs(each.error) for each in unseen) < 0.01
    cost = model.kernels["conv2d dsp"]
    assert cost.cases == len(layers("dsp"))
    assert cost.constant_bytes == pytest.approx((2.0, 0.0, 50.0), abs=1e-6)


def test_an_interval_holds_nine_of_ten() -> None:
    model, unseen = fit("chip", cases("dsp", noise=0.1), "emulated")
    within = sum(abs(each.error) <= model.kernels["conv2d dsp"].error for each in unseen)
    assert 0.85 <= within / len(unseen) <= 0.97
    estimate = model.estimate(layers("dsp")[0])
    assert estimate.low < estimate.cycles < estimate.high


def test_conformal_error_is_the_order_statistic() -> None:
    assert conformal_error([0.01 * n for n in range(1, 20)]) == pytest.approx(0.18)
    assert conformal_error([0.5, -0.7]) == 0.7


def test_a_model_survives_json() -> None:
    model, _ = fit("chip", cases("dsp"), "measured", 1e-9, 0.3)
    assert parse_cost_model(json.loads(json.dumps(model.document()))) == model


@pytest.mark.parametrize("document", [{}, {"kernels": {"a": {}}}, {"kernels": []}])
def test_what_is_no_model_is_refused(document: dict[str, object]) -> None:
    with pytest.raises(ConfigError, match="no cost model"):
        parse_cost_model(document)


def test_it_answers_as_the_emulator_does() -> None:
    model, _ = fit("chip", cases("dsp"), "emulated")
    known, unknown = layers("dsp")[0], layers("lean")[0]
    outcomes = model.predict([known, unknown])
    assert model.predicted_by is PredictedBy.COST_MODEL
    prediction, refusal = outcomes[known], outcomes[unknown]
    assert not isinstance(prediction, HilbenchError)
    assert prediction.ram_bytes == known.arena.bytes
    assert isinstance(refusal, ModelError)


def test_networks_say_what_a_cold_cache_costs_and_how_far_off_networks_are() -> None:
    model, _ = fit("chip", cases("dsp"), "emulated")
    slower = [1.1, 1.1, 1.1, 1.1, 1.3]
    networks = [
        [(layer, model.estimate(layer).cycles * factor) for layer in layers("dsp")[first::5]]
        for first, factor in enumerate(slower)
    ]
    found = with_networks(model, networks)
    assert found.cold
    assert found.network_error is not None
    assert 0.1 < found.network_error < 0.25
    assert with_networks(model, networks[:2]).network_error is None


def test_too_few_cases_are_no_model() -> None:
    with pytest.raises(ConfigError, match="costs"):
        fit("chip", cases("dsp")[:3], "emulated")


@pytest.mark.parametrize("chip", chips_with_model())
def test_models_that_come_with_hilbench_know_the_layers_of_networks(chip: str) -> None:
    model = load_cost_model(chip)
    assert model.chip == chip
    assert model.joules_per_cycle
    for operator in ("conv2d", "pointwise_conv2d", "depthwise_conv2d", "fully_connected"):
        assert any(name.startswith(f"{operator} ") for name in model.kernels)


def test_a_chip_without_a_model_says_what_to_do() -> None:
    with pytest.raises(ConfigError, match="design fit"):
        load_cost_model("abacus")
