"""Streamed networks as C: what they compute is what the interpreter computes, within their arenas."""

from __future__ import annotations

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from hilbench.deploy.lowering import lower
from hilbench.deploy.memory.rows import BandedLayer
from hilbench.deploy.memory.search import curve
from hilbench.deploy.memory.streaming import Segment, stream
from hilbench.deploy.placement import place, placed
from hilbench.deploy.program import Program
from hilbench.deploy.schedule import Schedule, Step
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


def test_bands_of_a_layer_read_one_copy_of_its_weights() -> None:
    layer = REGISTRY.layer(
        operator="conv2d", in_h=16, in_w=8, in_c=16, out_c=16, kernel_h=3, kernel_w=3, variant="dsp"
    )
    specs = {"x": layer.inputs[0], "y": layer.outputs[0]}
    whole = Schedule("bands", (Step(layer, ("x",), ("y",)),), specs, ("x",), ("y",), layer.outputs)
    banded = stream(whole, Segment(0, 1, 2), [BandedLayer(layer)], REGISTRY["strided_slice"])
    texts = Program(Graph("bands", {}, (), (), ()), banded, place(banded)).sources("network")
    kernels = [source.text for name, source in texts.items() if name.startswith("layer_")]
    assert len(kernels) == 3, "the first, one between, the last"
    assert all("network_flash_uint32_t_" in text for text in kernels)
    assert "_streams[" in layer.source("layer").text
    assert not any("_streams[" in text for text in kernels), "of its own"
    assert texts["constants_flash.c"].text.count("__attribute__") == 1


@pytest.mark.slow
@pytest.mark.skipif(SHARED_MODELS is None, reason="no public networks beside the repository")
@pytest.mark.parametrize("name", ["kws_ref_model", "pretrainedResnet_quant", "vww_96_int8"])
def test_public_networks(name: str) -> None:
    assert SHARED_MODELS is not None
    assert_bit_exact(smallest_program(read_tflite(SHARED_MODELS / f"{name}.tflite")), trials=2)
