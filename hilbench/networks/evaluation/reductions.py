"""Operators that reduce axes."""

from __future__ import annotations

import numpy as np

from hilbench.networks.attributes import ReductionAttributes
from hilbench.networks.evaluation.layers import parameterless
from hilbench.networks.evaluation.operands import Operands
from hilbench.tensors import Array


def mean(operands: Operands) -> Array:
    """The mean over any axes: over the rows of an image whose channels are the other axes."""
    axes = operands.options(ReductionAttributes).axes
    kept = [axis for axis in range(operands.value.ndim) if axis not in axes]
    ordered = operands.value.transpose(*axes, *kept)
    count = int(np.prod(ordered.shape[: len(axes)], dtype=int))
    return parameterless(operands, ordered.reshape(1, count, 1, -1)).reshape(operands.output.shape)


def reduce_max(operands: Operands) -> Array:
    """The largest element over any axes."""
    largest = operands.value.max(axis=operands.options(ReductionAttributes).axes)
    return np.asarray(largest).reshape(operands.output.shape)


def arg_max(operands: Operands) -> Array:
    """The index of the first largest element along one axis."""
    (axis,) = operands.options(ReductionAttributes).axes
    indices: Array = operands.value.argmax(axis=axis).astype(operands.output.dtype)
    return indices
