"""Plans of public networks against the bounds that are known of them."""

from __future__ import annotations

import csv
import statistics
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from hilbench.deploy.lowering import lower
from hilbench.deploy.memory.search import PlannedSchedule, curve
from hilbench.deploy.schedule import Schedule
from hilbench.networks.interpreter import Interpreter
from hilbench.networks.passes import simplify
from hilbench.networks.tflite import read_tflite
from tests.deploy.host_program import random_inputs
from tests.deploy.memory.arena import run_in_arena
from tests.deploy.memory.chains import REGISTRY, pieces_of
from tests.networks.tflite_file import SHARED_MODELS

pytestmark = pytest.mark.skipif(SHARED_MODELS is None, reason="no public networks beside the repository")


@dataclass(frozen=True)
class Network:
    """A network of models_bounds.csv with its bounds, bytes."""

    path: Path
    file_order: int
    overlap: int


def networks() -> list[Network]:
    """The int8 networks whose operators all have kernels."""
    if SHARED_MODELS is None:
        return []
    files = {path.name: path for path in SHARED_MODELS.rglob("*.tflite")}
    with (SHARED_MODELS.parent / "data" / "models_bounds.csv").open(encoding="utf-8") as rows:
        read = [(files[Path(row["model"]).name], row) for row in csv.DictReader(rows)]
    refused = {"keyword_scrambled_8bit", "trained_lstm_int8", "face_detection_front"}
    return [
        Network(path, int(row["peak_file_order"]), int(row["peak_overlap"]))
        for path, row in read
        if path.stem not in refused
    ]


@cache
def plans(network: Network) -> tuple[PlannedSchedule, ...]:
    """Plans from the fastest to the smallest."""
    return curve(pieces_of(schedule_of(network)))


@cache
def schedule_of(network: Network) -> Schedule:
    return lower(simplify(read_tflite(network.path)), REGISTRY)


@pytest.mark.parametrize("network", networks(), ids=lambda network: network.path.stem)
def test_the_smallest_plan_is_near_the_bound(network: Network) -> None:
    assert plans(network)[-1].memory.peak <= 1.10 * network.overlap + 4096


def test_most_networks_need_little_more_than_half_of_their_plain_memory() -> None:
    ratios = []
    for network in networks():
        if network.file_order >= 16_000:
            fastest = plans(network)[0].cycles
            cheap = [each for each in plans(network) if each.cycles <= 1.05 * fastest]
            ratios.append(cheap[-1].memory.peak / network.file_order)
    assert statistics.median(ratios) <= 0.6


@pytest.mark.slow
@pytest.mark.parametrize("network", networks(), ids=lambda network: network.path.stem)
def test_plans_compute_what_the_network_does(network: Network) -> None:
    graph = read_tflite(network.path)
    inputs = random_inputs([graph.tensors[name].spec for name in graph.inputs], seed=1)
    outputs = Interpreter(graph).run(*inputs)
    for planned in plans(network):
        found = run_in_arena(planned.schedule, planned.memory, inputs)
        for output, desired in zip(found, outputs, strict=True):
            np.testing.assert_array_equal(output.ravel(), desired.ravel())
