"""Scaling: the largest network there is within the budgets, what binds, and by how much nothing fits."""

from __future__ import annotations

from dataclasses import replace
from operator import le

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hilbench.design.budget import Budgets, Figures
from hilbench.design.families import Task
from hilbench.design.lattice import Line, lines
from hilbench.design.nets.catalog import Hyperparameters
from hilbench.design.nets.network import NetworkSpec
from hilbench.design.objective import Objective
from hilbench.design.pareto import front
from hilbench.design.platform import NumbersPlatform
from hilbench.design.scaling import Search, scale
from hilbench.errors import ConfigError, DoesNotFit

SHAPE = (64, 64, 3)
PLATFORM = NumbersPlatform(50e6)
LATTICE = lines("xinet", Hyperparameters(input=SHAPE, classes=4, beta=1.0))


def everything(found: list[Line]) -> list[Figures]:
    networks = (line.network(index) for line in found for index in range(1, line.most + 1))
    return [PLATFORM.figures(network, None) for network in networks if network]


ALL = everything(LATTICE)


@given(
    flash=st.integers(20_000, 3_000_000),
    ram=st.integers(20_000, 400_000),
    latency=st.floats(1e4, 3e6),
)
@settings(max_examples=25, deadline=None)
def test_nothing_in_the_lattice_is_larger(flash: int, ram: int, latency: float) -> None:
    budgets = Budgets(flash_bytes=flash, ram_bytes=ram, latency_us=latency)
    fitting = [figures.worth for figures in ALL if budgets.admit(figures)]
    search = Search(LATTICE, PLATFORM, flash)
    if not fitting:
        with pytest.raises(DoesNotFit, match="times the"):
            scale(search, budgets)
        return
    assert scale(search, budgets).best.figures.worth == max(fitting)


def test_the_budget_that_binds_is_named() -> None:
    search = Search(LATTICE, PLATFORM, None)
    scaling = scale(search, Budgets(flash_bytes=1e9, ram_bytes=1e9, macs=5e6))
    assert scaling.binding == "macs"
    assert scaling.gains["macs"] > 0
    assert scaling.gains["flash_bytes"] == scaling.gains["ram_bytes"] == 0


def test_few_networks_are_asked_for_their_cost() -> None:
    search = Search(LATTICE, PLATFORM, None)
    assert search.best(Budgets(latency_us=2e5)) is not None
    assert search.evaluated < len(ALL) / 10


def test_nothing_fits_and_the_sentence_says_by_how_much() -> None:
    with pytest.raises(DoesNotFit, match=r"\d+\.\d+ times the RAM that there is"):
        scale(Search(LATTICE, PLATFORM, None), Budgets(ram_bytes=1000))


def test_no_network_of_a_front_is_beaten() -> None:
    budgets = Budgets(flash_bytes=400_000, ram_bytes=150_000, latency_us=5e5)
    lattice = lines("phinet", Hyperparameters(input=SHAPE, classes=4))  # of which some networks are beaten
    found = front("numbers", Search(lattice, PLATFORM, None), budgets)
    costs = [
        (each.figures.latency_us, each.figures.ram_bytes, each.figures.flash_bytes, -each.figures.parameters)
        for each in found.points
    ]
    assert len(costs) > 3
    for one in costs:
        assert not any(other != one and all(map(le, other, one)) for other in costs)
    assert all(budgets.admit(each.figures) for each in found.points)


def test_what_is_said_is_kept() -> None:
    chosen = Hyperparameters(input=SHAPE, gamma=4, beta=1.25, task=Task.DETECT)
    found = scale(Search(lines("xinet", chosen), PLATFORM, None), Budgets(latency_us=1e6)).best
    assert (found.chosen.gamma, found.chosen.beta) == (4, 1.25)
    assert found.network.name.startswith("detect_xinet")


def test_a_free_resolution_goes_down() -> None:
    chosen = Hyperparameters(input=(160, 160, 3), classes=4)
    sides = {line.chosen.input for line in lines("xinet", chosen, free_resolution=True)}
    assert sides == {(96, 96, 3), (128, 128, 3), (160, 160, 3)} | sides
    assert all(shape is not None and shape[0] <= 160 for shape in sides)


@pytest.mark.parametrize("text", ["macs", "-parameters", "sqrt(macs) * alpha - 1 / side"])
def test_an_objective_of_counts_is_maximised_over_the_lattice(text: str) -> None:
    objective, budgets = Objective(text), Budgets(flash_bytes=300_000, latency_us=4e5)
    search = Search(LATTICE, PLATFORM, None, objective)
    networks = [
        (network, line.at(index))
        for line in LATTICE
        for index in range(1, line.most + 1)
        if (network := line.network(index)) and budgets.admit(PLATFORM.figures(network, None))
    ]
    best = scale(search, budgets).best
    assert search.value(best) == max(objective.value(*each) for each in networks)


def test_an_objective_of_costs_weighs_them() -> None:
    def latency(text: str) -> float:
        search = Search(LATTICE, PLATFORM, None, Objective(text))
        return scale(search, Budgets(latency_us=1e6)).best.figures.latency_us

    assert latency("log(parameters) - latency_ms") < latency("log(parameters) - latency_ms / 1000")


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("parameters +", "no expression"),
        ("accuracy", "parameters, macs"),
        ("macs.real", "no objective"),
        ("(lambda: 1)()", "no objective"),
        ("'a'", "no objective"),
    ],
)
def test_what_is_no_objective_is_refused(text: str, sentence: str) -> None:
    with pytest.raises(ConfigError, match=sentence):
        Objective(text)


def test_budgets_of_time_are_kept_with_the_error_of_the_model() -> None:
    class Unsure(NumbersPlatform):
        """A platform whose times may be a tenth more."""

        def figures(self, network: NetworkSpec, flash: float | None) -> Figures:
            return replace(super().figures(network, flash), margin=0.1)

    budgets = Budgets(latency_us=2e5)
    sure, unsure = (Search(LATTICE, each, None).best(budgets) for each in (PLATFORM, Unsure(50e6)))
    assert sure is not None
    assert unsure is not None
    assert 1.8e5 < sure.figures.latency_us <= 2e5
    assert unsure.figures.latency_us * 1.1 <= 2e5


def test_other_families_have_no_lattice() -> None:
    with pytest.raises(ConfigError, match="xinet"):
        lines("resnet", Hyperparameters())
