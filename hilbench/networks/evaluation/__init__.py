"""Computation of a node in NumPy, bit for bit as LiteRT's reference kernels have it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from hilbench.networks.evaluation import layers, movement
from hilbench.networks.evaluation.operands import Operands
from hilbench.networks.graph import Node, Tensor
from hilbench.tensors import Array

_EVALUATORS: Mapping[str, Callable[[Operands], Array | tuple[Array, ...]]] = {
    "conv2d": layers.convolution,
    "depthwise_conv2d": layers.convolution,
    "transpose_conv2d": layers.convolution,
    "fully_connected": layers.fully_connected,
    "max_pool2d": layers.pool,
    "average_pool2d": layers.pool,
    "add": layers.binary,
    "mul": layers.binary,
    "sigmoid": layers.lookup,
    "hard_swish": layers.lookup,
    "softmax": layers.softmax,
    "concat": movement.concat,
    "split": movement.split,
    "reshape": movement.reshape,
    "transpose": movement.transpose,
    "pad": movement.pad,
    "mirror_pad": movement.mirror_pad,
    "strided_slice": movement.strided_slice,
    "tile": movement.tile,
    "gather": movement.gather,
    "depth_to_space": movement.depth_to_space,
    "shape": movement.shape,
    "cast": movement.cast,
}


def evaluate(
    node: Node, inputs: Sequence[Tensor], outputs: Sequence[Tensor], values: Sequence[Array] | None = None
) -> tuple[Array, ...]:
    """Elements of the outputs of a node.

    Args:
        node: the operator and its options.
        inputs: tensors that it reads.
        outputs: tensors that it writes.
        values: elements of the inputs; their own data where not given.
    """
    given = (
        tuple(tensor.data for tensor in inputs if tensor.data is not None)
        if values is None
        else tuple(values)
    )
    result = _EVALUATORS[node.operator](Operands(node, tuple(inputs), given, tuple(outputs)))
    return result if isinstance(result, tuple) else (result,)
