"""Models made of descriptions: as many parameters, the same layers, and memory as the planner finds."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hilbench.deploy.lowering import lower
from hilbench.deploy.placement import place
from hilbench.deploy.schedule import Schedule
from hilbench.design.families import Task
from hilbench.design.nets.builder import NetworkBuilder
from hilbench.design.nets.catalog import Hyperparameters, build_network
from hilbench.design.nets.keras_model import keras_model, tflite_model
from hilbench.design.nets.memory import deployed, plain_peak_bytes
from hilbench.design.nets.network import NetworkSpec
from hilbench.design.nets.onnx_model import onnx_model
from hilbench.design.nets.quantized import quantized
from hilbench.networks import Graph
from hilbench.networks.macs import total_macs
from hilbench.networks.passes import PASSES, simplify
from hilbench.networks.passes.dead_channels import remove_dead_channels
from hilbench.networks.tflite import read_tflite
from hilbench.operators import load_operators

REGISTRY = load_operators()
WHOLE = [each for each in PASSES if each is not remove_dead_channels]


def lowered(graph: Graph) -> Schedule:
    return lower(simplify(graph, WHOLE), REGISTRY)


def small(name: str, **options: Any) -> NetworkSpec:
    return build_network(name, Hyperparameters(**{"input": (32, 32, 3), **options}))


def shuffled() -> NetworkSpec:
    builder = NetworkBuilder("shuffled", (6, 5, 8))
    grouped = builder.conv(builder.input, 12, 3, groups=4, norm=True)
    return builder.network([builder.conv(builder.shuffle(grouped, 4), 8, groups=2, bias=True)])


SMALL = [
    small("xinet", alpha=0.3, gamma=2, classes=3),
    small("xinet", alpha=0.3, task=Task.DETECT, classes=2, swish=False),
    small("phinet", alpha=0.2, classes=3),
    small("phinet", alpha=0.3, t_zero=3.0, beta=0.5, task=Task.DETECT, classes=2, swish=False),
    small("style", alpha=0.5),
    small("style", alpha=0.5, lite=True),
    small("audio", input=(32, 40, 1), alpha=0.3, classes=16),
    small("mobilenetv2", classes=3),
    small("mcunet", classes=3),
    small("resnet", classes=3),
    small("dscnn", input=(49, 10, 1)),
    shuffled(),
]
ANY = pytest.mark.parametrize("network", SMALL, ids=lambda network: network.name)


@ANY
def test_the_graph_has_the_macs_and_the_memory_of_the_description(network: NetworkSpec) -> None:
    graph = quantized(network)
    assert total_macs(graph) == network.macs
    assert total_macs(simplify(graph, WHOLE)) == deployed(network).macs
    assert place(lowered(graph), overlaps=False).bytes == plain_peak_bytes(network)


@given(alpha=st.floats(0.2, 1.2), gamma=st.integers(2, 6), beta=st.floats(0.5, 1.5), side=st.integers(24, 64))
@settings(max_examples=8, deadline=None)
def test_memory_of_any_xinet(alpha: float, gamma: int, beta: float, side: int) -> None:
    network = small("xinet", input=(side, side, 3), alpha=max(alpha, 0.1 * gamma), gamma=gamma, beta=beta)
    assert place(lowered(quantized(network)), overlaps=False).bytes == plain_peak_bytes(network)


@pytest.mark.slow
@ANY
def test_keras_counts_the_same_parameters(network: NetworkSpec) -> None:
    pytest.importorskip("tensorflow")
    weights = keras_model(network).trainable_weights
    assert sum(int(np.prod(weight.shape)) for weight in weights) == network.parameters


@pytest.mark.slow
@pytest.mark.parametrize("network", [SMALL[0], SMALL[3], SMALL[5]], ids=lambda network: network.name)
def test_a_converted_model_has_the_layers_of_the_graph(network: NetworkSpec, tmp_path: Path) -> None:
    pytest.importorskip("tensorflow")
    litert = pytest.importorskip("ai_edge_litert.interpreter")
    path = tmp_path / "model.tflite"
    path.write_bytes(tflite_model(network))
    interpreter = litert.Interpreter(model_path=str(path))
    interpreter.allocate_tensors()
    interpreter.invoke()
    steps = [lowered(read_tflite(path)).steps, lowered(quantized(network)).steps]
    ours, theirs = (Counter(step.layer.case.label for step in each) for each in steps)
    assert not ours - theirs
    # A rescaling is no step where the converter finds two scales to be equal.
    assert all(label.startswith("lookup ") for label in theirs - ours)


@ANY
def test_onnx_runtime_runs_the_export(network: NetworkSpec) -> None:
    runtime = pytest.importorskip("onnxruntime")
    session = runtime.InferenceSession(onnx_model(network))
    height, width, channels = network.input
    results = session.run(None, {"input": np.ones((1, channels, height, width), np.float32)})
    shapes = [network.by_name[name].shape for name in network.outputs]
    assert [result.shape for result in results] == [(1, shape[2], *shape[:2]) for shape in shapes]
    assert all(np.isfinite(result).all() for result in results)
