"""Networks as C: what they compute is what the interpreter computes, within their arenas."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from hilbench.deploy.lowering import lower
from hilbench.deploy.memory import Bank
from hilbench.deploy.placement import place
from hilbench.deploy.program import Program
from hilbench.errors import ModelError
from hilbench.networks import Graph, Tensor
from hilbench.networks.attributes import (
    ActivationAttributes,
    Attributes,
    AxisAttributes,
    ReductionAttributes,
    ReshapeAttributes,
    SliceAttributes,
    SoftmaxAttributes,
    SplitAttributes,
    TransposeAttributes,
)
from hilbench.networks.builder import GraphBuilder
from hilbench.networks.tflite import import_tflite
from hilbench.tensors import ElementType, Quantization, TensorSpec
from tests.deploy.host_program import REGISTRY, assert_bit_exact, program_of
from tests.networks.random_network import RandomNetwork
from tests.networks.small_files import lstm, svdf
from tests.networks.tflite_file import SHARED_MODELS
from tests.operators.host_c import GCC

needs_gcc = pytest.mark.skipif(GCC is None, reason="needs gcc on PATH: apt install gcc")
PHASES = (Phase.explicit, Phase.reuse, Phase.generate)
"""No shrinking: each step of it would be several compilations."""


@needs_gcc
@pytest.mark.parametrize("variant", ["reference", "dsp", "compact"])
@given(seed=st.integers(0, 2**32), length=st.integers(1, 9))
@settings(max_examples=5, deadline=None, phases=PHASES)
def test_a_random_network(variant: str, seed: int, length: int) -> None:
    assert_bit_exact(program_of(RandomNetwork(seed).graph(length), variant))


@needs_gcc
@given(seed=st.integers(0, 2**32), length=st.integers(3, 9), part=st.floats(0.1, 0.9))
@settings(max_examples=6, deadline=None, phases=PHASES)
def test_a_random_network_across_banks(seed: int, length: int, part: float) -> None:
    graph = RandomNetwork(seed).graph(length)
    whole = program_of(graph)
    banks = Bank("dtcm", int(part * whole.placement.bytes), holds_edges=False), Bank("axi"), Bank("sram")
    program = replace(whole, placement=place(whole.schedule, banks))
    assert program.digest != whole.digest or not program.placement.others
    assert_bit_exact(program, trials=2)
    assert program.in_one_bank() == whole


def tensor(name: str, *shape: int, dtype: ElementType = ElementType.INT8, scale: float = 0.1) -> Tensor:
    steps = Quantization(np.array([np.float32(scale)], float), 3)
    return Tensor(name, TensorSpec(shape, dtype), Quantization() if dtype is ElementType.FLOAT32 else steps)


def graph_of(
    operator: str, attributes: Attributes, inputs: list[Tensor], outputs: list[Tensor], *more: Tensor
) -> Graph:
    """A graph of one operator; constants are given by their data."""
    builder = GraphBuilder("one")
    added = [builder.add(each) for each in (*inputs, *more)]
    written = [builder.add(each) for each in outputs]
    builder.emit(operator, added, written, attributes, 0)
    return builder.graph([each.name for each in inputs], [each.name for each in written])


ONE = {
    "rescaling": ("quantize", Attributes(), [tensor("x", 1, 3, 5)], [tensor("y", 1, 3, 5, scale=0.2)]),
    "to uint8": ("quantize", Attributes(), [tensor("x", 7)], [tensor("y", 7, dtype=ElementType.UINT8)]),
    "from float32": (
        "quantize",
        Attributes(),
        [tensor("x", 1, 3, 5, dtype=ElementType.FLOAT32)],
        [tensor("y", 1, 3, 5, scale=0.01)],
    ),
    "to float32": (
        "dequantize",
        Attributes(),
        [tensor("x", 1, 19)],
        [tensor("y", 1, 19, dtype=ElementType.FLOAT32)],
    ),
    "int16 to int8": (
        "quantize",
        Attributes(),
        [tensor("x", 1, 3, 5, dtype=ElementType.INT16, scale=0.0004)],
        [tensor("y", 1, 3, 5)],
    ),
    "int16 to int32": (
        "quantize",
        Attributes(),
        [tensor("x", 1, 19, dtype=ElementType.INT16)],
        [tensor("y", 1, 19, dtype=ElementType.INT32, scale=0.07)],
    ),
    "shares of 16 bits": (
        "softmax",
        SoftmaxAttributes(0.7),
        [tensor("x", 1, 3, 5)],
        [tensor("y", 1, 3, 5, dtype=ElementType.INT16, scale=2.0**-16)],
    ),
    "tanh": ("tanh", Attributes(), [tensor("x", 2, 9)], [tensor("y", 2, 9, scale=1 / 128)]),
    "split at odd bytes": (
        "split",
        SplitAttributes(1, (3, 5, 1)),
        [tensor("x", 1, 9)],
        [tensor("a", 1, 3), tensor("b", 1, 5), tensor("c", 1, 1)],
    ),
    "split in place": (
        "split",
        SplitAttributes(1, (16, 32)),
        [tensor("x", 1, 48)],
        [tensor("a", 1, 16), tensor("b", 1, 32)],
    ),
    "slice backwards": (
        "strided_slice",
        SliceAttributes((0, 4, 0), (1, -6, 3), (1, -2, 1)),
        [tensor("x", 1, 5, 3)],
        [tensor("y", 1, 3, 3)],
    ),
    "slice in place": (
        "strided_slice",
        SliceAttributes((0, 2, 0), (1, 4, 8), (1, 1, 1)),
        [tensor("x", 1, 5, 8)],
        [tensor("y", 1, 2, 8)],
    ),
    "transpose": (
        "transpose",
        TransposeAttributes((0, 3, 1, 2)),
        [tensor("x", 1, 4, 3, 5)],
        [tensor("y", 1, 5, 4, 3)],
    ),
    "mean of rows": (
        "mean",
        ReductionAttributes((1,), keep_axes=False),
        [tensor("x", 1, 4, 3, 5)],
        [tensor("y", 1, 3, 5, scale=0.05)],
    ),
    "mean of channels": (
        "mean",
        ReductionAttributes((3,), keep_axes=True),
        [tensor("x", 1, 4, 3, 5)],
        [tensor("y", 1, 4, 3, 1, scale=0.05)],
    ),
    "reshape": ("reshape", ReshapeAttributes((3, 10)), [tensor("x", 1, 5, 6)], [tensor("y", 3, 10)]),
    "copies joined": (
        "concat",
        AxisAttributes(1),
        [tensor("a", 1, 3), tensor("b", 1, 4)],
        [tensor("y", 1, 7)],
    ),
}


@needs_gcc
@pytest.mark.parametrize("name", ONE)
def test_one_operator(name: str) -> None:
    assert_bit_exact(program_of(graph_of(*ONE[name])))


@needs_gcc
@pytest.mark.parametrize("constant_first", [False, True])
@pytest.mark.parametrize("operator", ["add", "sub", "mul", "maximum", "minimum"])
def test_an_operator_with_a_constant_number_is_a_table(operator: str, constant_first: bool) -> None:
    number = replace(tensor("c"), data=np.array(40, np.int8))
    operands = [number, tensor("x", 2, 8)] if constant_first else [tensor("x", 2, 8), number]
    alike = operator in ("maximum", "minimum")
    output = tensor("y", 2, 8, scale=0.1 if alike else 0.3)
    attributes = Attributes() if alike else ActivationAttributes()
    builder = GraphBuilder("constant")
    added = [builder.add(each) for each in operands]
    builder.emit(operator, added, [builder.add(output)], attributes, 0)
    program = program_of(builder.graph(["x"], ["y"]))
    assert [layer.operator.name for layer in program.layers] == ["lookup"]
    assert_bit_exact(program)


@needs_gcc
@pytest.mark.parametrize("variant", ["reference", "dsp"])
@pytest.mark.parametrize("data", [lstm("int8"), svdf("int8", batch=1)], ids=["lstm", "svdf"])
def test_a_recurrent_layer(data: bytes, variant: str) -> None:
    assert_bit_exact(program_of(import_tflite(data, "recurrent.tflite"), variant))


@pytest.mark.parametrize("data", [svdf("int8"), lstm("float32")], ids=["a batch", "float32"])
def test_a_recurrent_layer_that_no_kernel_computes_is_named(data: bytes) -> None:
    with pytest.raises(ModelError, match="no kernel takes"):
        lower(import_tflite(data, "recurrent.tflite"), REGISTRY)


@needs_gcc
def test_parts_that_meet_are_joined_without_a_copy() -> None:
    builder = GraphBuilder("joined")
    source = builder.add(tensor("x", 1, 16))
    halves = [builder.add(tensor(name, 1, 16)) for name in ("a", "b")]
    for half in halves:
        builder.emit("tanh", [source], [half], Attributes(), 0)
    builder.emit("concat", halves, [builder.add(tensor("y", 1, 32))], AxisAttributes(1), 2)
    program = program_of(builder.graph(["x"], ["y"]))
    assert [layer.operator.name for layer in program.layers] == ["lookup", "lookup"]
    assert_bit_exact(program)


@needs_gcc
def test_an_output_that_is_an_input_or_an_output_already_is_copied() -> None:
    builder = GraphBuilder("copies")
    source, result = builder.add(tensor("x", 1, 5)), builder.add(tensor("y", 1, 5))
    builder.emit("tanh", [source], [result], Attributes(), 0)
    assert_bit_exact(program_of(builder.graph(["x"], ["y", "y", "x"])))


def test_all_operators_without_a_kernel_are_named_at_once() -> None:
    graph = graph_of(
        "arg_max",
        ReductionAttributes((1,), keep_axes=False),
        [tensor("x", 2, 5)],
        [tensor("y", 2, dtype=ElementType.INT32)],
    )
    with pytest.raises(ModelError, match=r"arg_max 0 \(2x5 int8 -> 2 int32\)"):
        lower(graph, REGISTRY)


def test_what_a_program_computes_has_a_digest_of_its_own() -> None:
    graph = RandomNetwork(7).graph(4)
    plain, fast = program_of(graph, "reference"), program_of(graph, "dsp")
    assert plain.digest != fast.digest
    assert plain.record().problem_digest == fast.record().problem_digest
    assert plain.seed == fast.seed
    assert program_of(graph, "dsp") == fast
    assert fast.with_probes() != fast
    assert "if (hb_segment(0))" in next(iter(fast.with_probes().sources("network").values())).text


@needs_gcc
@pytest.mark.slow
@pytest.mark.skipif(SHARED_MODELS is None, reason="needs the public networks beside the repository")
@pytest.mark.parametrize(
    "path", sorted((SHARED_MODELS or Path()).glob("*.tflite")), ids=lambda path: path.stem
)
def test_a_public_network(path: Path) -> None:
    from hilbench.networks.tflite import read_tflite

    program: Program = program_of(read_tflite(path))
    assert_bit_exact(program, trials=10)
