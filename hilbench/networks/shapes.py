"""Shapes of an operator's outputs from those of its inputs: a rule for each operator there is."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from hilbench.networks import attributes as options
from hilbench.networks.attributes import Attributes
from hilbench.tensors import Padding, Window2D

Shape = tuple[int, ...]
Infer = Callable[[Sequence[Shape], Any], tuple[Shape, ...]]


MOST_ELEMENTS = 2**25
"""Elements that a tensor may have; no microcontroller holds as many."""

_FAR = 64
"""Elements by which a window may reach beyond twice its input, all of which are padding."""


class ShapeMismatch(ValueError):
    """Shapes and options that do not go together; the message is the rule, without its subject."""


@dataclass(frozen=True)
class Rule:
    """Form of an operator.

    Attributes:
        inputs: their number; None for any from one on.
        outputs: their number; None for any from one on.
        attributes: type of its options.
        infer: shapes of the outputs from those of the inputs.
    """

    inputs: int | None
    outputs: int | None
    attributes: type[Attributes]
    infer: Infer


def _same(inputs: Sequence[Shape], _: Attributes) -> tuple[Shape, ...]:
    return (inputs[0],)


def _broadcast(inputs: Sequence[Shape], _: Attributes) -> tuple[Shape, ...]:
    try:
        return (np.broadcast_shapes(*inputs),)
    except ValueError:
        raise ShapeMismatch("inputs that do not broadcast") from None


def _image(shape: Shape) -> Shape:
    _require(len(shape) == 4, "an input that is no image (N, H, W, C)")
    return shape


def _require(condition: bool, rule: str) -> None:
    if not condition:
        raise ShapeMismatch(rule)


def _slid(image: Shape, window: Window2D) -> tuple[int, int]:
    """Height and width of what a window gives."""
    _require(min(*window.kernel, *window.stride, *window.dilation) >= 1, "a window or stride below 1")
    sides = window.vertical(image[1]), window.horizontal(image[2])
    near = all(side.extent <= 2 * side.length + _FAR and side.stride <= MOST_ELEMENTS for side in sides)
    _require(near, "a window that is far larger than its input")
    size = sides[0].output, sides[1].output
    _require(min(size) >= 1, "a window that is larger than its input")
    return size


def _conv2d(inputs: Sequence[Shape], attributes: options.ConvolutionAttributes) -> tuple[Shape, ...]:
    image, weights, bias = _image(inputs[0]), _image(inputs[1]), inputs[2]
    groups, window = attributes.groups, attributes.window
    expected = (weights[0], *window.kernel, image[3] // max(groups, 1))
    fits = groups >= 1 and image[3] % groups == 0 and weights[0] % groups == 0
    _require(fits and weights == expected, f"weights {_text(weights)} for an input {_text(image)}")
    _require(bias == (weights[0],), f"a bias {_text(bias)} for {weights[0]} channels")
    return ((image[0], *_slid(image, window), weights[0]),)


def _depthwise(inputs: Sequence[Shape], attributes: options.ConvolutionAttributes) -> tuple[Shape, ...]:
    image, weights, bias = _image(inputs[0]), _image(inputs[1]), inputs[2]
    fits = attributes.groups == image[3] and weights[3] % image[3] == 0
    shaped = weights[:3] == (1, *attributes.window.kernel)
    _require(fits and shaped, f"weights {_text(weights)} for an input {_text(image)}")
    _require(bias == (weights[3],), f"a bias {_text(bias)} for {weights[3]} channels")
    return ((image[0], *_slid(image, attributes.window), weights[3]),)


def _transpose_conv2d(
    inputs: Sequence[Shape], attributes: options.ConvolutionAttributes
) -> tuple[Shape, ...]:
    image, weights, bias = _image(inputs[0]), _image(inputs[1]), inputs[2]
    window = attributes.window
    expected = (weights[0], *window.kernel, image[3])
    _require(weights == expected, f"weights {_text(weights)} for an input {_text(image)}")
    _require(bias == (weights[0],), f"a bias {_text(bias)} for {weights[0]} channels")
    reach = 1 if window.padding is Padding.VALID else 0
    height, width = (
        length * stride + reach * max(kernel - stride, 0)
        for length, stride, kernel in zip(image[1:3], window.stride, window.kernel, strict=True)
    )
    return ((image[0], height, width, weights[0]),)


def _fully_connected(
    inputs: Sequence[Shape], attributes: options.FullyConnectedAttributes
) -> tuple[Shape, ...]:
    source, weights, bias = inputs
    _require(len(weights) == 2, f"weights {_text(weights)}, which are no matrix")
    units, depth = weights
    elements = math.prod(source)
    fits = elements % depth == 0 and (not attributes.keep_axes or source[-1] == depth)
    _require(fits, f"weights {_text(weights)} for an input {_text(source)}")
    _require(bias == (units,), f"a bias {_text(bias)} for {units} units")
    return ((*source[:-1], units) if attributes.keep_axes else (elements // depth, units),)


def _pool(inputs: Sequence[Shape], attributes: options.PoolAttributes) -> tuple[Shape, ...]:
    image = _image(inputs[0])
    return ((image[0], *_slid(image, attributes.window), image[3]),)


def _concat(inputs: Sequence[Shape], attributes: options.AxisAttributes) -> tuple[Shape, ...]:
    first, axis = inputs[0], attributes.axis
    _require(0 <= axis < len(first), f"axis {axis} of {len(first)}")
    rests = {(*shape[:axis], *shape[axis + 1 :]) for shape in inputs}
    alike = len(rests) == 1 and all(len(shape) == len(first) for shape in inputs)
    _require(alike, f"inputs that differ elsewhere than in axis {axis}")
    return ((*first[:axis], sum(shape[axis] for shape in inputs), *first[axis + 1 :]),)


def _split(inputs: Sequence[Shape], attributes: options.SplitAttributes) -> tuple[Shape, ...]:
    (shape,), axis, sizes = inputs, attributes.axis, attributes.sizes
    _require(0 <= axis < len(shape), f"axis {axis} of {len(shape)}")
    fits = min(sizes, default=0) >= 1 and sum(sizes) == shape[axis]
    _require(fits, f"parts of {sizes} of a length of {shape[axis]}")
    return tuple((*shape[:axis], size, *shape[axis + 1 :]) for size in sizes)


def _gather(inputs: Sequence[Shape], attributes: options.AxisAttributes) -> tuple[Shape, ...]:
    source, indices = inputs
    _require(0 <= attributes.axis < len(source), f"axis {attributes.axis} of {len(source)}")
    return ((*source[: attributes.axis], *indices, *source[attributes.axis + 1 :]),)


def _reduce(inputs: Sequence[Shape], attributes: options.ReductionAttributes) -> tuple[Shape, ...]:
    (shape,), axes = inputs, attributes.axes
    ordered = list(axes) == sorted(set(axes)) and all(0 <= axis < len(shape) for axis in axes)
    _require(ordered, f"axes {axes} of {len(shape)}")
    lengths = [1 if axis in axes else length for axis, length in enumerate(shape)]
    kept = [axis for axis in range(len(shape)) if attributes.keep_axes or axis not in axes]
    return (tuple(lengths[axis] for axis in kept),)


def _reshape(inputs: Sequence[Shape], attributes: options.ReshapeAttributes) -> tuple[Shape, ...]:
    fits = math.prod(inputs[0]) == math.prod(attributes.shape)
    _require(fits, f"{_text(inputs[0])} that becomes {_text(attributes.shape)}")
    return (attributes.shape,)


def _transpose(inputs: Sequence[Shape], attributes: options.TransposeAttributes) -> tuple[Shape, ...]:
    (shape,), order = inputs, attributes.permutation
    _require(sorted(order) == list(range(len(shape))), f"a permutation {order} of {len(shape)} axes")
    return (tuple(shape[axis] for axis in order),)


def _pad(
    inputs: Sequence[Shape], attributes: options.PadAttributes | options.MirrorPadAttributes
) -> tuple[Shape, ...]:
    (shape,), before, behind = inputs, attributes.before, attributes.behind
    fits = {len(before), len(behind)} == {len(shape)} and min((*before, *behind), default=0) >= 0
    _require(fits, f"borders {before} and {behind} of {len(shape)} axes")
    if isinstance(attributes, options.MirrorPadAttributes):
        inner = 1 if attributes.mode is options.MirrorMode.REFLECT else 0
        most = [max(sides) + inner for sides in zip(before, behind, strict=True)]
        _require(all(map(int.__le__, most, shape)), f"borders wider than the input {_text(shape)}")
    return (tuple(map(sum, zip(before, shape, behind, strict=True))),)


def _slice(inputs: Sequence[Shape], attributes: options.SliceAttributes) -> tuple[Shape, ...]:
    (shape,) = inputs
    bounds = attributes.begin, attributes.end, attributes.step
    _require({len(bound) for bound in bounds} == {len(shape)}, f"bounds of another rank than {len(shape)}")
    _require(0 not in attributes.step, "a step of 0")
    taken = zip(map(slice, *bounds), shape, strict=True)
    return (tuple(len(range(*part.indices(length))) for part, length in taken),)


def _tile(inputs: Sequence[Shape], attributes: options.TileAttributes) -> tuple[Shape, ...]:
    (shape,), repetitions = inputs, attributes.repetitions
    fits = len(repetitions) == len(shape) and min(repetitions, default=1) >= 1
    _require(fits, f"repetitions {repetitions} of {len(shape)} axes")
    return (tuple(map(int.__mul__, shape, repetitions)),)


def _resize(inputs: Sequence[Shape], attributes: options.ResizeAttributes) -> tuple[Shape, ...]:
    batch, _, _, channels = _image(inputs[0])
    _require(min(attributes.size) >= 1, f"a size of {_text(attributes.size)}")
    return ((batch, *attributes.size, channels),)


def _depth_to_space(inputs: Sequence[Shape], attributes: options.BlockAttributes) -> tuple[Shape, ...]:
    (batch, height, width, channels), block = _image(inputs[0]), attributes.block
    fits = block >= 1 and channels % block**2 == 0
    _require(fits, f"{channels} channels that become blocks of {block}x{block}")
    return ((batch, height * block, width * block, channels // block**2),)


def _lstm(inputs: Sequence[Shape], attributes: options.LstmAttributes) -> tuple[Shape, ...]:
    source, output_state, cell_state = inputs[0], inputs[13], inputs[14]
    _require(len(source) == 3, f"an input {_text(source)}, which is no sequence")
    units = inputs[1][0] if inputs[1] else 0
    batch = source[1] if attributes.time_major else source[0]
    expected = ((units, source[2]),) * 4 + ((units, units),) * 4 + ((units,),) * 4 + ((batch, units),) * 2
    _require(tuple(inputs[1:]) == expected, f"weights or states that do not fit an input {_text(source)}")
    return (*source[:2], units), output_state, cell_state


def _svdf(inputs: Sequence[Shape], attributes: options.SvdfAttributes) -> tuple[Shape, ...]:
    source, features, times, bias, state = inputs
    fits = len(source) == len(features) == len(times) == 2 and features[1] == source[1]
    fits = fits and attributes.rank >= 1 and features[0] % attributes.rank == 0 and times[0] == features[0]
    _require(fits, f"weights {_text(features)} and {_text(times)} for an input {_text(source)}")
    filters, memory = times
    units = filters // attributes.rank
    fits = bias == (units,) and state == (source[0], memory * filters)
    _require(fits, f"a bias {_text(bias)} or a state {_text(state)} for {filters} filters")
    return (source[0], units), state


def _text(shape: Shape) -> str:
    return "x".join(map(str, shape)) or "scalar"


_ELEMENTWISE = Rule(2, 1, options.ActivationAttributes, _broadcast)
_UNARY = Rule(1, 1, Attributes, _same)

RULES: Mapping[str, Rule] = {
    "conv2d": Rule(3, 1, options.ConvolutionAttributes, _conv2d),
    "depthwise_conv2d": Rule(3, 1, options.ConvolutionAttributes, _depthwise),
    "transpose_conv2d": Rule(3, 1, options.ConvolutionAttributes, _transpose_conv2d),
    "fully_connected": Rule(3, 1, options.FullyConnectedAttributes, _fully_connected),
    "max_pool2d": Rule(1, 1, options.PoolAttributes, _pool),
    "average_pool2d": Rule(1, 1, options.PoolAttributes, _pool),
    "add": _ELEMENTWISE,
    "sub": _ELEMENTWISE,
    "mul": _ELEMENTWISE,
    "div": _ELEMENTWISE,
    "maximum": Rule(2, 1, Attributes, _broadcast),
    "minimum": Rule(2, 1, Attributes, _broadcast),
    "squared_difference": Rule(2, 1, Attributes, _broadcast),
    "prelu": Rule(2, 1, Attributes, _broadcast),
    "relu": _UNARY,
    "relu6": _UNARY,
    "leaky_relu": Rule(1, 1, options.LeakyReluAttributes, _same),
    "hard_swish": _UNARY,
    "sigmoid": _UNARY,
    "tanh": _UNARY,
    "rsqrt": _UNARY,
    "softmax": Rule(1, 1, options.SoftmaxAttributes, _same),
    "log_softmax": _UNARY,
    "quantize": _UNARY,
    "dequantize": _UNARY,
    "cast": _UNARY,
    "shape": Rule(1, 1, Attributes, lambda inputs, _: ((len(inputs[0]),),)),
    "mean": Rule(1, 1, options.ReductionAttributes, _reduce),
    "reduce_max": Rule(1, 1, options.ReductionAttributes, _reduce),
    "arg_max": Rule(1, 1, options.ReductionAttributes, _reduce),
    "concat": Rule(None, 1, options.AxisAttributes, _concat),
    "split": Rule(1, None, options.SplitAttributes, _split),
    "gather": Rule(2, 1, options.AxisAttributes, _gather),
    "reshape": Rule(1, 1, options.ReshapeAttributes, _reshape),
    "transpose": Rule(1, 1, options.TransposeAttributes, _transpose),
    "pad": Rule(1, 1, options.PadAttributes, _pad),
    "mirror_pad": Rule(1, 1, options.MirrorPadAttributes, _pad),
    "strided_slice": Rule(1, 1, options.SliceAttributes, _slice),
    "tile": Rule(1, 1, options.TileAttributes, _tile),
    "resize_nearest": Rule(1, 1, options.ResizeAttributes, _resize),
    "resize_bilinear": Rule(1, 1, options.ResizeAttributes, _resize),
    "depth_to_space": Rule(1, 1, options.BlockAttributes, _depth_to_space),
    "lstm": Rule(15, 3, options.LstmAttributes, _lstm),
    "svdf": Rule(5, 2, options.SvdfAttributes, _svdf),
}
"""Rules by the operators' names."""
