"""Computation of a node in NumPy, bit for bit as LiteRT's reference kernels have it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from hilbench.networks.evaluation import elementwise, layers, movement, recurrent, reductions, resizing, unary
from hilbench.networks.evaluation.operands import Operands
from hilbench.networks.graph import Node, Tensor
from hilbench.tensors import Array, ElementType

_ANY = frozenset(ElementType)
_INTEGERS = frozenset({ElementType.INT32, ElementType.INT64})
_REAL = frozenset({ElementType.INT8, ElementType.FLOAT32})
_WIDE = _REAL | {ElementType.INT16}
_FLOAT = frozenset({ElementType.FLOAT32})


@dataclass(frozen=True)
class _Evaluator:
    """A function that computes a node, and the types of the first input that it takes."""

    compute: Callable[[Operands], Array | tuple[Array, ...]]
    types: frozenset[ElementType]


_EVALUATORS: Mapping[str, _Evaluator] = {
    "conv2d": _Evaluator(layers.convolution, _WIDE),
    "depthwise_conv2d": _Evaluator(layers.convolution, _WIDE),
    "transpose_conv2d": _Evaluator(layers.convolution, _REAL),
    "fully_connected": _Evaluator(layers.fully_connected, _WIDE),
    "max_pool2d": _Evaluator(layers.pool, _REAL),
    "average_pool2d": _Evaluator(layers.pool, _REAL),
    "add": _Evaluator(elementwise.add, _WIDE | _INTEGERS),
    "sub": _Evaluator(elementwise.sub, _WIDE | _INTEGERS),
    "mul": _Evaluator(elementwise.mul, _WIDE | _INTEGERS),
    "div": _Evaluator(elementwise.div, _FLOAT | _INTEGERS),
    "maximum": _Evaluator(elementwise.maximum, _ANY),
    "minimum": _Evaluator(elementwise.minimum, _ANY),
    "squared_difference": _Evaluator(elementwise.squared_difference, _REAL | _INTEGERS),
    "relu": _Evaluator(unary.relu, _WIDE),
    "relu6": _Evaluator(unary.relu6, _WIDE),
    "leaky_relu": _Evaluator(unary.leaky_relu, _WIDE),
    "prelu": _Evaluator(unary.prelu, _FLOAT),
    "sigmoid": _Evaluator(layers.lookup, _REAL),
    "hard_swish": _Evaluator(layers.lookup, _REAL),
    "tanh": _Evaluator(unary.tanh, _REAL),
    "rsqrt": _Evaluator(unary.rsqrt, _REAL),
    "softmax": _Evaluator(layers.softmax, _REAL),
    "log_softmax": _Evaluator(unary.log_softmax, _FLOAT),
    "quantize": _Evaluator(unary.quantize, _ANY),
    "dequantize": _Evaluator(unary.dequantize, _ANY),
    "mean": _Evaluator(reductions.mean, _REAL),
    "reduce_max": _Evaluator(reductions.reduce_max, _ANY),
    "arg_max": _Evaluator(reductions.arg_max, _ANY),
    "resize_nearest": _Evaluator(resizing.resize_nearest, _ANY),
    "resize_bilinear": _Evaluator(resizing.resize_bilinear, _REAL),
    "lstm": _Evaluator(recurrent.lstm, _REAL),
    "svdf": _Evaluator(recurrent.svdf, _REAL),
    "concat": _Evaluator(movement.concat, _ANY),
    "split": _Evaluator(movement.split, _ANY),
    "reshape": _Evaluator(movement.reshape, _ANY),
    "transpose": _Evaluator(movement.transpose, _ANY),
    "pad": _Evaluator(movement.pad, _ANY),
    "mirror_pad": _Evaluator(movement.mirror_pad, _ANY),
    "strided_slice": _Evaluator(movement.strided_slice, _ANY),
    "tile": _Evaluator(movement.tile, _ANY),
    "gather": _Evaluator(movement.gather, _ANY),
    "depth_to_space": _Evaluator(movement.depth_to_space, _ANY),
    "shape": _Evaluator(movement.shape, _ANY),
    "cast": _Evaluator(movement.cast, _ANY),
}


def is_supported(operator: str, dtype: ElementType) -> bool:
    """Whether an operator can be computed on a first input of a type."""
    return operator in _EVALUATORS and dtype in _EVALUATORS[operator].types


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
    result = _EVALUATORS[node.operator].compute(Operands(node, tuple(inputs), given, tuple(outputs)))
    return result if isinstance(result, tuple) else (result,)
