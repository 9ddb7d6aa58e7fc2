"""Passes compute the same for every input, and do what they are for."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hilbench.networks import Graph, verify
from hilbench.networks.attributes import (
    ActivationAttributes,
    Attributes,
    ConvolutionAttributes,
    PadAttributes,
    ReshapeAttributes,
    ResizeAttributes,
    TileAttributes,
)
from hilbench.networks.interpreter import Interpreter
from hilbench.networks.macs import total_macs
from hilbench.networks.passes import PASSES, Pass, simplify
from hilbench.networks.passes.dead_channels import remove_dead_channels
from hilbench.networks.passes.dead_code import remove_dead_code
from hilbench.networks.tflite import read_tflite
from hilbench.quantization.fixed_point import activation_bounds
from hilbench.tensors import Activation, ExplicitPadding, Padding, Quantization, TensorSpec, Window2D
from tests.networks.graphs import activation, pointwise
from tests.networks.random_network import RandomNetwork
from tests.networks.tflite_file import SHARED_MODELS

POINT = Window2D()


def assert_same(graph: Graph, changed: Graph) -> None:
    """Require equal outputs for random inputs and for those at both ends of the range."""
    verify(graph)
    verify(changed)
    rng = np.random.default_rng(5)
    specs = [graph.tensors[name].spec for name in graph.inputs]
    draws = [[rng.integers(-128, 128, spec.shape, np.int8) for spec in specs] for _ in range(3)]
    ends = [[np.full(spec.shape, end, np.int8) for spec in specs] for end in (-128, 127)]
    for inputs in (*draws, *ends):
        expected, outputs = Interpreter(graph).run(*inputs), Interpreter(changed).run(*inputs)
        for output, reference in zip(outputs, expected, strict=True):
            np.testing.assert_array_equal(output, reference)


@pytest.mark.parametrize("each", dict.fromkeys((*PASSES, remove_dead_code)), ids=lambda each: each.__name__)
@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 2**32), length=st.integers(1, 8))
def test_a_pass_is_exact(each: Pass, seed: int, length: int) -> None:
    graph = RandomNetwork(seed).graph(length)
    assert_same(graph, each(graph))


@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 2**32), length=st.integers(1, 10))
def test_all_passes_together_are_exact(seed: int, length: int) -> None:
    graph = RandomNetwork(seed).graph(length)
    simple = simplify(graph)
    assert_same(graph, simple)
    assert total_macs(simple) <= total_macs(graph)


def operators(graph: Graph) -> list[str]:
    return [node.operator for node in graph.nodes]


def chain(seed: int = 3) -> RandomNetwork:
    network = RandomNetwork(seed)
    network.source = network.last = network.builder.add(activation("image", 1, 6, 5, 4, zero_point=-3))
    return network


@pytest.mark.parametrize(
    ("before", "behind", "kernel", "padding"),
    [
        ((0, 1, 1, 0), (0, 1, 1, 0), 3, Padding.SAME),
        ((0, 0, 1, 0), (0, 1, 0, 0), 3, ExplicitPadding(0, 1, 1, 0)),
        ((0, 0, 0, 0), (0, 0, 0, 0), 3, Padding.VALID),
    ],
)
def test_a_pad_becomes_padding(
    before: tuple[int, ...], behind: tuple[int, ...], kernel: int, padding: Padding | ExplicitPadding
) -> None:
    network = chain()
    network.emit("pad", PadAttributes(before, behind), like=network.last)
    window = Window2D((kernel, kernel), padding=Padding.VALID)
    weights = network.weights((2, kernel, kernel, 4), 2, 0)
    network.emit("conv2d", ConvolutionAttributes(window), *weights)
    graph = network.builder.graph([network.source.name], [network.last.name])
    simple = simplify(graph)
    assert_same(graph, simple)
    (node,) = simple.nodes
    assert isinstance(node.attributes, ConvolutionAttributes)
    assert node.attributes.window.padding == padding


def test_a_pad_that_a_window_would_not_see_stays() -> None:
    network = chain()
    network.emit("pad", PadAttributes((0, 1, 1, 0), (0, 1, 1, 0)), like=network.last)
    network.emit("conv2d", ConvolutionAttributes(POINT), *network.weights((2, 1, 1, 4), 2, 0))
    graph = network.builder.graph([network.source.name], [network.last.name])
    assert operators(simplify(graph)) == ["pad", "conv2d"]


@pytest.mark.parametrize(("alike", "count"), [(True, 1), (False, 2)])
def test_an_activation_is_fused_where_it_keeps_the_quantization(alike: bool, count: int) -> None:
    network = chain()
    network.emit("conv2d", ConvolutionAttributes(POINT), *network.weights((2, 1, 1, 4), 2, 0))
    network.emit("relu", Attributes(), like=network.last if alike else None)
    graph = network.builder.graph([network.source.name], [network.last.name])
    simple = simplify(graph)
    assert_same(graph, simple)
    assert len(simple.nodes) == count


def test_limits_are_an_activation() -> None:
    network = chain()
    network.emit("conv2d", ConvolutionAttributes(POINT), *network.weights((2, 1, 1, 4), 2, 0))
    lowest, highest = activation_bounds(Activation.RELU6, network.last.quantization)
    for operator, bound in (("maximum", lowest), ("minimum", highest)):
        network.emit(
            operator, Attributes(), network.constant(np.array([bound], np.int8), 0.1), like=network.last
        )
    graph = network.builder.graph([network.source.name], [network.last.name])
    simple = simplify(graph)
    assert_same(graph, simple)
    assert operators(simple) == ["conv2d"]


@pytest.mark.parametrize("ones", [False, True])
def test_upsampling_in_other_words_is_recognized(ones: bool) -> None:
    network = chain()
    network.emit("reshape", ReshapeAttributes((1, 6, 1, 5, 1, 4)), like=network.last)
    if ones:
        factors = network.constant(np.full((1, 1, 2, 1, 3, 1), 100, np.int8), 0.01)
        network.emit("mul", ActivationAttributes(), factors, like=network.last)
    else:
        network.emit("tile", TileAttributes((1, 1, 2, 1, 3, 1)), like=network.last)
    network.emit("reshape", ReshapeAttributes((1, 12, 15, 4)), like=network.last)
    graph = network.builder.graph([network.source.name], [network.last.name])
    simple = simplify(graph)
    assert_same(graph, simple)
    assert operators(simple) == ["resize_nearest"]


def test_transposes_around_elementwise_operators_cancel() -> None:
    network = chain()
    network.channels_first()
    network.convolution()
    graph = network.builder.graph([network.source.name], [network.last.name])
    simple = simplify(graph)
    assert_same(graph, simple)
    assert "transpose" not in operators(simple)


def test_a_pointwise_convolution_comes_before_upsampling() -> None:
    network = chain()
    network.emit("resize_nearest", ResizeAttributes((12, 10)), like=network.last)
    network.emit("conv2d", ConvolutionAttributes(POINT), *network.weights((2, 1, 1, 4), 2, 0))
    graph = network.builder.graph([network.source.name], [network.last.name])
    simple = simplify(graph)
    assert_same(graph, simple)
    assert operators(simple) == ["conv2d", "resize_nearest"]
    assert total_macs(simple) * 4 == total_macs(graph)


def two_convolutions(kernel: int, padding: Padding, zero_point: int) -> Graph:
    """A convolution whose channel 0 is always the largest int8, and one that reads it."""
    network = chain()
    weights, _ = network.weights((4, 1, 1, 4), 4, 0)
    bias = network.constant(np.array([10**6, 3, 5, 7], np.int32))
    network.emit("conv2d", ConvolutionAttributes(POINT, 1, Activation.RELU), weights, bias)
    middle = replace(network.last, quantization=Quantization(np.array([0.1]), zero_point))
    network.builder.tensors[middle.name] = network.last = middle
    window = Window2D((kernel, kernel), padding=padding)
    network.emit("conv2d", ConvolutionAttributes(window), *network.weights((3, kernel, kernel, 4), 3, 0))
    return network.builder.graph([network.source.name], [network.last.name])


@pytest.mark.parametrize(
    ("kernel", "padding", "zero_point", "channels"),
    [
        (1, Padding.SAME, -128, 3),
        (3, Padding.VALID, -128, 3),
        (3, Padding.SAME, 127, 1),  # real zero is the largest value, so that all channels are constant
        (3, Padding.SAME, -128, 4),
    ],
)
def test_a_constant_channel_goes_through_padding_only_as_zero(
    kernel: int, padding: Padding, zero_point: int, channels: int
) -> None:
    graph = two_convolutions(kernel, padding, zero_point)
    smaller = remove_dead_channels(graph)
    assert_same(graph, smaller)
    assert smaller.tensors[smaller.nodes[0].outputs[0]].shape[3] == channels


def test_channels_stay_as_many_as_a_multiple() -> None:
    graph = two_convolutions(1, Padding.SAME, -128)
    assert remove_dead_channels(graph, multiple=4) is graph
    halved = remove_dead_channels(two_convolutions(3, Padding.SAME, 127), multiple=2)
    assert halved.tensors[halved.nodes[0].outputs[0]].shape[3] == 2


def test_what_nothing_needs_is_gone() -> None:
    graph = pointwise()
    extra = replace(graph.nodes[0], outputs=("unread",), index=1)
    unread = replace(graph.tensors["output"], name="unread", spec=TensorSpec((1, 4, 4, 3)))
    wider = replace(graph, nodes=(*graph.nodes, extra), tensors={**graph.tensors, "unread": unread})
    assert set(simplify(wider).tensors) == set(graph.tensors)


@pytest.mark.skipif(SHARED_MODELS is None, reason="no public networks beside the repository")
def test_half_of_visual_wake_words_is_dead() -> None:
    assert SHARED_MODELS is not None
    graph = read_tflite(SHARED_MODELS / "vww_96_int8.tflite")
    smaller = simplify(graph)
    assert_same(graph, smaller)
    assert total_macs(graph) == 7_489_664
    assert total_macs(smaller) < 0.5 * total_macs(graph)
