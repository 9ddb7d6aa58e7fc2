"""Sparse constants of a TFLite file, made dense."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import numpy as np

from hilbench.errors import ModelError
from hilbench.tensors import Array

_DENSE = 0


def densify(values: Array, sparsity: Any, shape: tuple[int, ...], name: str) -> Array:  # noqa: ANN401
    """All elements, flat in the order of `shape`, of a tensor of which only some are stored.

    Args:
        values: stored elements, in the order of the traversal.
        sparsity: the schema's SparsityParametersT.
        shape: of the dense tensor.
        name: of the tensor, for messages.

    Source: tensorflow/lite/kernels/internal/utils/sparsity_format_converter.cc.

    Raises:
        ModelError: the description does not fit the tensor.
    """
    try:
        return _densify(values, sparsity, shape)
    except (ValueError, TypeError, IndexError) as error:
        raise ModelError(
            f"The sparse tensor {name} is damaged ({error}); convert the model again."
        ) from error


def _densify(values: Array, sparsity: Any, shape: tuple[int, ...]) -> Array:  # noqa: ANN401
    order = [int(axis) for axis in sparsity.traversalOrder]
    blocked = [] if sparsity.blockMap is None else [int(axis) for axis in sparsity.blockMap]
    axes = sparsity.dimMetadata
    if sorted(order) != list(range(len(shape) + len(blocked))) or len(axes) != len(order):
        raise ValueError("its traversal order is none")
    sizes = [int(axes[order.index(len(shape) + place)].denseSize) for place in range(len(blocked))]
    lengths = list(shape)
    for axis, size in zip(blocked, sizes, strict=True):
        if size < 1 or lengths[axis] % size:
            raise ValueError("its blocks do not divide its shape")
        lengths[axis] //= size
    inner = tuple(lengths) + tuple(sizes)
    places = list(_places(axes, [inner[axis] for axis in order], values.size))
    if len(places) != values.size:
        raise ValueError("it has another number of elements than described")
    dense = np.zeros(inner, values.dtype)
    if places:
        found = np.array(places)[:, np.argsort(order)]
        dense[tuple(found.T)] = values
    return _unblocked(dense, len(shape), blocked).reshape(math.prod(shape))


def _places(axes: Any, lengths: list[int], most: int) -> Iterator[tuple[int, ...]]:  # noqa: ANN401
    """Coordinates of the stored elements in the order of the traversal."""

    def walk(level: int, place: tuple[int, ...], segment: int) -> Iterator[tuple[int, ...]]:
        if level == len(lengths):
            yield place
            return
        if axes[level].format == _DENSE:
            if int(axes[level].denseSize) != lengths[level]:
                raise ValueError("a dense axis has another length")
            for index in range(lengths[level]):
                yield from walk(level + 1, (*place, index), segment * lengths[level] + index)
            return
        begins, indices = axes[level].arraySegments.values, axes[level].arrayIndices.values
        for entry in range(int(begins[segment]), int(begins[segment + 1])):
            if not 0 <= int(indices[entry]) < lengths[level]:
                raise ValueError("an index lies outside")
            yield from walk(level + 1, (*place, int(indices[entry])), entry)

    for count, place in enumerate(walk(0, (), 0)):
        if count >= most:
            raise ValueError("it has fewer elements than described")
        yield place


def _unblocked(dense: Array, rank: int, blocked: list[int]) -> Array:
    """Axes of blocks moved behind the axes that they divide, so that a reshape joins them."""
    order: list[int] = []
    for axis in range(rank):
        order.append(axis)
        order += [rank + place for place, owner in enumerate(blocked) if owner == axis]
    return dense.transpose(order)
