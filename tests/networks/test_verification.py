"""Graphs that break a rule are refused in one sentence that names the place."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from hilbench.errors import ModelError
from hilbench.networks import Graph, Node, State, verify
from hilbench.networks.attributes import Attributes, AxisAttributes, SoftmaxAttributes
from hilbench.networks.graph import by_name
from hilbench.tensors import ElementType, TensorSpec
from tests.networks.graphs import activation, constant, pointwise


def test_a_whole_graph_passes_and_knows_who_reads_and_writes() -> None:
    graph = pointwise()
    (node,) = graph.nodes
    assert verify(graph) is graph
    assert graph.producer("output") is node
    assert graph.producer("input") is None
    assert graph.consumers("weights") == (node,)
    assert graph.only_consumer("output") is None
    assert graph.only_consumer("input") is node


def with_tensor(graph: Graph, **changes: object) -> Graph:
    """`graph` with other properties of tensors, a dictionary for each name."""
    changed = {name: replace(graph.tensors[name], **values) for name, values in changes.items()}  # type: ignore[arg-type]
    return replace(graph, tensors={**graph.tensors, **changed})


def with_node(graph: Graph, **changes: object) -> Graph:
    """`graph` with another first node."""
    return replace(graph, nodes=(replace(graph.nodes[0], **changes), *graph.nodes[1:]))  # type: ignore[arg-type]


BROKEN: list[tuple[Callable[[Graph], Graph], str]] = [
    (lambda g: with_node(g, operator="conv7d"), "no operator conv7d"),
    (lambda g: with_node(g, inputs=("input", "weights")), "2 inputs, it takes 3"),
    (lambda g: with_node(g, inputs=("input", "weights", "lost")), "lost, which does not exist"),
    (lambda g: with_node(g, inputs=("output", "weights", "bias")), "before it is produced"),
    (lambda g: with_node(g, attributes=Attributes()), "options of the type"),
    (lambda g: replace(g, nodes=g.nodes * 2), "produced already"),
    (lambda g: replace(g, inputs=("input", "input")), "twice"),
    (lambda g: replace(g, inputs=("input", "weights")), "twice"),
    (lambda g: replace(g, outputs=("other",)), "Nothing produces"),
    (lambda g: with_tensor(g, output={"spec": TensorSpec((1, 4, 4, 9))}), "it gives 1x4x4x3"),
    (lambda g: with_tensor(g, input={"spec": TensorSpec((1, 4, 4, 0))}), "empty axis"),
    (lambda g: with_tensor(g, bias=constant_of(4)), "a bias 4 for 3 channels"),
    (lambda g: with_tensor(g, weights={"spec": TensorSpec((3, 1, 1, 3))}), "another shape"),
    (lambda g: with_tensor(g, output=float_output()), "another type"),
    (lambda g: with_tensor(g, bias=float_bias()), "do not go together"),
    (lambda g: with_tensor(g, output=scaled(0.0)), "no positive number"),
    (lambda g: with_tensor(g, output=scaled(0.5, 0.5)), "scales by channel"),
    (lambda g: with_tensor(g, weights=scaled(0.5, 0.5)), "2 scales"),
    (lambda g: with_tensor(g, output=scaled(1e-30)), "out of all proportion"),
    (lambda g: with_tensor(g, output={"spec": TensorSpec((1, 2**13, 2**13, 3))}), "too large"),
    (lambda g: with_tensor(g, output=scaled(0.5, zero_point=200)), "zero point of 200"),
    (lambda g: with_tensor(g, output=scaled()), "no scale"),
    (lambda g: replace(g, states=(State("input", "output", np.zeros(3)),)), "twice"),
]


def constant_of(length: int) -> dict[str, object]:
    tensor = constant("bias", np.zeros(length, np.int32))
    return {"spec": tensor.spec, "data": tensor.data}


def float_bias() -> dict[str, object]:
    tensor = constant("bias", np.zeros(3, np.float32))
    return {"spec": tensor.spec, "data": tensor.data}


def float_output() -> dict[str, object]:
    return {"spec": TensorSpec((1, 4, 4, 3), ElementType.FLOAT32)}


def scaled(*scales: float, zero_point: int = 0) -> dict[str, object]:
    quantization = replace(activation("any", 1).quantization, scale=np.array(scales), zero_point=zero_point)
    return {"quantization": quantization}


@pytest.mark.parametrize(("broken", "sentence"), BROKEN)
def test_a_broken_rule_is_named(broken: Callable[[Graph], Graph], sentence: str) -> None:
    with pytest.raises(ModelError, match=sentence) as raised:
        verify(broken(pointwise()))
    assert str(raised.value).endswith(".")
    assert "\n" not in str(raised.value)


def test_tensors_are_found_by_their_names() -> None:
    assert list(by_name([activation("a", 1), activation("b", 1)])) == ["a", "b"]


@pytest.mark.parametrize(
    ("operator", "attributes", "scale", "sentence"),
    [
        ("concat", AxisAttributes(0), 0.25, "different quantizations"),
        ("softmax", SoftmaxAttributes(), 0.5, "scale is not 1/256"),
    ],
)
def test_a_quantization_that_an_operator_does_not_give_is_named(
    operator: str, attributes: Attributes, scale: float, sentence: str
) -> None:
    tensors = by_name([activation("a", 1, 4), activation("b", 1, 4, scale=scale)])
    graph = Graph("small", tensors, (Node(operator, ("a",), ("b",), attributes),), ("a",), ("b",))
    with pytest.raises(ModelError, match=sentence):
        verify(graph)
