"""Constants of TFLite files: half floats, four bits, and sparse ones."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
from ai_edge_litert import schema_py_generated as schema

from hilbench.errors import ModelError
from hilbench.networks import Graph
from hilbench.networks.interpreter import Interpreter
from hilbench.networks.tflite import import_tflite
from tests.networks.tflite_file import LiteRt, TfliteFile, random_inputs

RNG = np.random.default_rng(31)


def assert_exact(data: bytes) -> Graph:
    graph = import_tflite(data, "model.tflite")
    inputs = list(random_inputs([graph.tensors[each].spec for each in graph.inputs], RNG))
    for output, expected in zip(Interpreter(graph).run(*inputs), LiteRt(data).run(*inputs), strict=True):
        np.testing.assert_array_equal(output, expected)
    return graph


def added(file: TfliteFile, shape: Sequence[int], constant: int, dtype: str = "float32") -> bytes:
    """The file of a sum of an input and a constant."""
    source, output = file.tensor(shape, dtype, None), file.tensor(shape, dtype, None)
    file.operator("ADD", [source, constant], [output], "AddOptions")
    return file.finish([source], [output])


def test_half_floats_are_widened() -> None:
    file = TfliteFile()
    half = file.constant(RNG.uniform(-1, 1, (3, 4)).astype(np.float16))
    wide = file.tensor((3, 4), "float32", None)
    file.operator("DEQUANTIZE", [half], [wide])
    graph = assert_exact(added(file, (3, 4), wide))
    assert [node.operator for node in graph.nodes] == ["add"]


def test_activations_of_half_floats_are_refused() -> None:
    file = TfliteFile()
    half, wide = file.tensor((3, 4), "float16", None), file.tensor((3, 4), "float32", None)
    file.operator("DEQUANTIZE", [half], [wide])
    with pytest.raises(ModelError, match="half precision"):
        import_tflite(file.finish([half], [wide]), "model.tflite")


def test_weights_of_four_bits() -> None:
    file = TfliteFile()
    weights = RNG.integers(-7, 8, (4, 3)).astype(np.int8)
    nibbles = weights.ravel().astype(np.uint8) & 15
    packed = nibbles[::2] | nibbles[1::2] << 4
    source, output = file.tensor((1, 3), zero_point=2), file.tensor((1, 4), scale=0.2)
    filters = file.tensor((4, 3), "int4", 0.05, data=packed.astype(np.uint8))
    bias = file.constant(np.array([5, -3, 100, 0], np.int32), 0.5 * 0.05)
    file.operator("FULLY_CONNECTED", [source, filters, bias], [output], "FullyConnectedOptions")
    graph = assert_exact(file.finish([source], [output]))
    np.testing.assert_array_equal(graph.tensors[graph.nodes[0].inputs[1]].data, weights)


def sparse(order: Sequence[int], blocks: Sequence[int], axes: Sequence[object]) -> Any:
    """A description of sparsity: a length for each dense axis, segments and indices for each sparse one."""
    parameters = schema.SparsityParametersT()
    parameters.traversalOrder, parameters.blockMap = list(order), list(blocks)
    parameters.dimMetadata = []
    for axis in axes:
        metadata = schema.DimensionMetadataT()
        if isinstance(axis, int):
            metadata.format, metadata.denseSize = schema.DimensionType.DENSE, axis
        elif isinstance(axis, tuple):
            metadata.format = schema.DimensionType.SPARSE_CSR
            metadata.arraySegmentsType = metadata.arrayIndicesType = schema.SparseIndexVector.Int32Vector
            metadata.arraySegments, metadata.arrayIndices = schema.Int32VectorT(), schema.Int32VectorT()
            metadata.arraySegments.values, metadata.arrayIndices.values = axis
        parameters.dimMetadata.append(metadata)
    return parameters


SPARSE = {
    "rows": ((4, 6), sparse([0, 1], [], [4, ([0, 2, 2, 3, 5], [0, 5, 2, 1, 4])]), 5),
    "columns": ((4, 3), sparse([1, 0], [], [3, ([0, 1, 3, 3], [2, 0, 3])]), 3),
    "blocks": ((4, 8), sparse([0, 1, 2], [1], [4, ([0, 1, 1, 2, 3], [1, 0, 1]), 4]), 12),
}


@pytest.mark.parametrize("name", SPARSE)
def test_sparse_constants_are_made_dense(name: str) -> None:
    shape, sparsity, count = SPARSE[name]
    file = TfliteFile()
    values = RNG.uniform(-1, 1, count).astype(np.float32)
    stored = file.tensor(shape, "float32", None, data=values, sparsity=sparsity)
    dense = file.tensor(shape, "float32", None)
    file.operator("DENSIFY", [stored], [dense])
    assert_exact(added(file, shape, dense))


@pytest.mark.parametrize(
    "sparsity",
    [
        sparse([0, 1], [], [4, ([0, 2, 2, 3, 9], [0, 5, 2, 1, 4])]),
        sparse([0, 1], [], [4, ([0, 2, 2, 3, 5], [0, 5, 2, 1, 6])]),
        sparse([0, 0], [], [4, ([0, 2, 2, 3, 5], [0, 5, 2, 1, 4])]),
        sparse([0, 1], [], [5, ([0, 2, 2, 3, 5], [0, 5, 2, 1, 4])]),
        sparse([0, 1, 2], [7], [4, ([0, 2, 2, 3, 5], [0, 5, 2, 1, 4]), 2]),
    ],
)
def test_a_broken_sparse_constant_is_refused(sparsity: Any) -> None:
    file = TfliteFile()
    stored = file.tensor((4, 6), "float32", None, data=np.ones(5, np.float32), sparsity=sparsity)
    with pytest.raises(ModelError, match="sparse tensor"):
        import_tflite(added(file, (4, 6), stored), "model.tflite")
