"""Streamed networks as C: what they compute is what the interpreter computes, within their arenas."""

from __future__ import annotations

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from hilbench.deploy.lowering import lower
from hilbench.deploy.memory.search import curve
from hilbench.deploy.placement import placed
from hilbench.deploy.program import Program
from hilbench.networks import Graph
from hilbench.networks.passes import simplify
from hilbench.networks.tflite import read_tflite
from tests.deploy.host_program import REGISTRY, assert_bit_exact
from tests.deploy.memory.chains import pieces_of
from tests.networks.random_network import RandomNetwork
from tests.networks.tflite_file import SHARED_MODELS
from tests.operators.host_c import GCC

pytestmark = pytest.mark.skipif(GCC is None, reason="needs gcc on PATH: apt install gcc")


def smallest_program(graph: Graph) -> Program:
    """The program of the smallest plan."""
    smallest = curve(pieces_of(lower(simplify(graph), REGISTRY)))[-1]
    return Program(graph, smallest.schedule, placed(smallest.schedule, smallest.memory))


@given(seed=st.integers(0, 2**32), length=st.integers(2, 9))
@settings(max_examples=6, deadline=None, phases=(Phase.explicit, Phase.reuse, Phase.generate))
def test_a_random_network(seed: int, length: int) -> None:
    assert_bit_exact(smallest_program(RandomNetwork(seed).graph(length)))


@pytest.mark.slow
@pytest.mark.skipif(SHARED_MODELS is None, reason="no public networks beside the repository")
@pytest.mark.parametrize("name", ["kws_ref_model", "pretrainedResnet_quant", "vww_96_int8"])
def test_public_networks(name: str) -> None:
    assert SHARED_MODELS is not None
    assert_bit_exact(smallest_program(read_tflite(SHARED_MODELS / f"{name}.tflite")), trials=2)
