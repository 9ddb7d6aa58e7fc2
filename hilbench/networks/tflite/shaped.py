"""TFLite's operators that move elements, in the terms of few operators of a graph."""

from __future__ import annotations

import math
from dataclasses import replace

from hilbench.networks import attributes as options
from hilbench.networks.attributes import Attributes
from hilbench.networks.builder import Unsupported
from hilbench.networks.tflite.operation import Operation
from hilbench.tensors import Activation, TensorSpec


def reshape(operation: Operation) -> None:
    """RESHAPE to the shape of its second input, its option, or that of its output."""
    source = operation.operand(0)
    if operation.optional(1) is not None:
        target = operation.integers(1)
    else:
        listed = getattr(operation.options, "newShape", None)
        target = operation.output.shape if listed is None else tuple(map(int, listed))
    _reshape_to(operation, _completed(target, math.prod(source.shape)))


def _completed(target: tuple[int, ...], elements: int) -> tuple[int, ...]:
    """A shape in which -1 stands for what is left."""
    known = math.prod(length for length in target if length != -1)
    if target.count(-1) > 1 or min(target, default=1) < -1 or known < 1 or elements % known:
        raise Unsupported(f"{elements} elements have no shape {'x'.join(map(str, target))}")
    return tuple(elements // known if length == -1 else length for length in target)


def _reshape_to(operation: Operation, shape: tuple[int, ...]) -> None:
    operation.emit("reshape", (operation.operand(0),), options.ReshapeAttributes(shape))


def squeeze(operation: Operation) -> None:
    """SQUEEZE: without the axes of length 1 that it names, or without all of them."""
    shape = operation.operand(0).shape
    listed = getattr(operation.options, "squeezeDims", None)
    named = [] if listed is None else [operation.axis(int(axis), len(shape)) for axis in listed]
    dropped = named or [axis for axis, length in enumerate(shape) if length == 1]
    _reshape_to(operation, tuple(length for axis, length in enumerate(shape) if axis not in dropped))


def expand_dims(operation: Operation) -> None:
    """EXPAND_DIMS: with another axis of length 1."""
    shape = operation.operand(0).shape
    axis = operation.axis(operation.integer(1), len(shape) + 1)
    _reshape_to(operation, (*shape[:axis], 1, *shape[axis:]))


def concat(operation: Operation) -> None:
    """CONCATENATION."""
    if operation.activation is not Activation.NONE:
        raise Unsupported("it fuses an activation")
    inputs = operation.operands()
    axis = operation.axis(int(operation.option("axis", 0)), len(inputs[0].shape))
    operation.emit("concat", inputs, options.AxisAttributes(axis))


def pack(operation: Operation) -> None:
    """PACK: its inputs with a new axis, joined along it."""
    inputs = operation.operands()
    shape = inputs[0].shape
    axis = operation.axis(int(operation.option("axis", 0)), len(shape) + 1)
    parts = []
    for tensor in inputs:
        part = operation.intermediate((*shape[:axis], 1, *shape[axis:]), tensor)
        operation.emit("reshape", (tensor,), options.ReshapeAttributes(part.shape), (part,))
        parts.append(part)
    operation.emit("concat", parts, options.AxisAttributes(axis))


def unpack(operation: Operation) -> None:
    """UNPACK: parts of length 1 along an axis, without it."""
    source = operation.operand(0)
    axis = operation.axis(int(operation.option("axis", 0)), len(source.shape))
    shape = (*source.shape[:axis], 1, *source.shape[axis + 1 :])
    count = source.shape[axis]
    if len(operation.outputs) != count:
        raise Unsupported(f"it has {len(operation.outputs)} outputs for an axis of {count}")
    parts = [operation.intermediate(shape, output) for output in operation.outputs]
    operation.emit("split", (source,), options.SplitAttributes(axis, (1,) * count), parts)
    attributes = options.ReshapeAttributes((*source.shape[:axis], *source.shape[axis + 1 :]))
    for part, output in zip(parts, operation.outputs, strict=True):
        operation.emit("reshape", (part,), attributes, (output,))


def split(operation: Operation) -> None:
    """SPLIT into equal parts."""
    source, count = operation.operand(1), len(operation.outputs)
    axis = operation.axis(operation.integer(0), len(source.shape))
    sizes = (source.shape[axis] // max(count, 1),) * count
    operation.emit("split", (source,), options.SplitAttributes(axis, sizes))


def split_v(operation: Operation) -> None:
    """SPLIT_V into parts of given lengths, of which one may be -1 for what is left."""
    source, sizes = operation.operand(0), operation.integers(1)
    axis = operation.axis(operation.integer(2), len(source.shape))
    rest = source.shape[axis] - sum(size for size in sizes if size != -1)
    chosen = tuple(rest if size == -1 else size for size in sizes)
    if len(chosen) != len(operation.outputs):
        raise Unsupported(f"it has {len(operation.outputs)} outputs for {len(chosen)} parts")
    operation.emit("split", (source,), options.SplitAttributes(axis, chosen))


def transpose(operation: Operation) -> None:
    """TRANSPOSE."""
    order = tuple(operation.axis(axis, len(operation.integers(1))) for axis in operation.integers(1))
    operation.emit("transpose", (operation.operand(0),), options.TransposeAttributes(order))


def pad(operation: Operation) -> None:
    """PAD and PADV2: with real zeros, or with the one element of the third input."""
    before, behind = _borders(operation)
    value = None
    if operation.optional(2) is not None:
        value = float(operation.constant(2).ravel()[0])
        value = None if value == operation.output.quantization.zero_point else value
    operation.emit("pad", (operation.operand(0),), options.PadAttributes(before, behind, value))


def mirror_pad(operation: Operation) -> None:
    """MIRROR_PAD."""
    modes = (options.MirrorMode.REFLECT, options.MirrorMode.SYMMETRIC)
    attributes = options.MirrorPadAttributes(*_borders(operation), modes[operation.option("mode", 0)])
    operation.emit("mirror_pad", (operation.operand(0),), attributes)


def _borders(operation: Operation) -> tuple[tuple[int, ...], tuple[int, ...]]:
    numbers = operation.integers(1)
    return numbers[::2], numbers[1::2]


def strided_slice(operation: Operation) -> None:
    """STRIDED_SLICE with masks for begins, ends and axes that vanish."""
    if operation.option("ellipsisMask", 0) or operation.option("newAxisMask", 0):
        raise Unsupported("its masks for ellipsis or new axes are not supported")
    source = operation.operand(0)
    masks = [operation.option(name, 0) for name in ("beginMask", "endMask", "shrinkAxisMask")]
    bounds = [operation.integers(place) for place in (1, 2, 3)]
    if len({len(bound) for bound in bounds}) > 1 or len(bounds[0]) > len(source.shape):
        raise Unsupported("its bounds have different lengths")
    ranges = []
    for axis, length in enumerate(source.shape):
        if axis >= len(bounds[0]):
            ranges.append((0, length, 1))
            continue
        begin, end, step = (bound[axis] for bound in bounds)
        free, open_ended, shrinks = (bool(mask >> axis & 1) for mask in masks)
        ranges.append(_bounded(begin, end, step, length, free, open_ended, shrinks))
    attributes = options.SliceAttributes(*(tuple(each) for each in zip(*ranges, strict=True)))
    kept = tuple(
        len(range(*slice(*bound).indices(length)))
        for axis, (bound, length) in enumerate(zip(ranges, source.shape, strict=True))
        if axis >= len(bounds[0]) or not masks[2] >> axis & 1
    )
    if not masks[2]:
        operation.emit("strided_slice", (source,), attributes)
        return
    part = operation.intermediate(source.shape)
    operation.emit("strided_slice", (source,), attributes, (part,))
    part = operation.builder.current(part.name)
    operation.emit("reshape", (part,), options.ReshapeAttributes(kept))


def _bounded(
    begin: int, end: int, step: int, length: int, free: bool, open_ended: bool, shrinks: bool
) -> tuple[int, int, int]:
    """Begin, end and step as Python's slices have them, masks applied; -length - 1 is before the first."""
    if step == 0:
        raise Unsupported("a step is 0")
    if shrinks:
        place = begin + length if begin < 0 else begin
        if not 0 <= place < length:
            raise Unsupported(f"index {begin} is none of {length}")
        return place, place + 1, 1
    if free:
        begin = 0 if step > 0 else length - 1
    if open_ended:
        end = length if step > 0 else -length - 1
    return begin, end, step


def slice_(operation: Operation) -> None:
    """SLICE: begins and lengths, of which -1 stands for the rest."""
    source, begin, sizes = operation.operand(0), operation.integers(1), operation.integers(2)
    if not len(begin) == len(sizes) == len(source.shape):
        raise Unsupported("its bounds have different lengths")
    end = tuple(
        length if size == -1 else first + size
        for first, size, length in zip(begin, sizes, source.shape, strict=True)
    )
    if any(
        not 0 <= first < last <= length for first, last, length in zip(begin, end, source.shape, strict=True)
    ):
        raise Unsupported("its bounds lie outside its input")
    operation.emit("strided_slice", (source,), options.SliceAttributes(begin, end, (1,) * len(begin)))


def tile(operation: Operation) -> None:
    """TILE."""
    operation.emit("tile", (operation.operand(0),), options.TileAttributes(operation.integers(1)))


def gather(operation: Operation) -> None:
    """GATHER without batch axes, at indices that lie inside."""
    source, indices = operation.operand(0), operation.operand(1)
    if operation.option("batchDims", 0):
        raise Unsupported("it has batch axes")
    axis = operation.axis(int(operation.option("axis", 0)), len(source.shape))
    if any(not 0 <= index < source.shape[axis] for index in operation.integers(1)):
        raise Unsupported("an index lies outside its input")
    operation.emit("gather", (source, indices), options.AxisAttributes(axis))


def resize_nearest(operation: Operation) -> None:
    """RESIZE_NEAREST_NEIGHBOR."""
    _resize(operation, "resize_nearest")


def resize_bilinear(operation: Operation) -> None:
    """RESIZE_BILINEAR."""
    _resize(operation, "resize_bilinear")


def _resize(operation: Operation, operator: str) -> None:
    height, width = _two(operation.integers(1))
    corners, centers = (bool(operation.option(name, False)) for name in ("alignCorners", "halfPixelCenters"))
    attributes = options.ResizeAttributes((height, width), corners, centers)
    operation.emit(operator, (operation.operand(0),), attributes)


def _two(numbers: tuple[int, ...]) -> tuple[int, int]:
    if len(numbers) != 2:
        raise Unsupported("its size has not two numbers")
    return numbers[0], numbers[1]


def depth_to_space(operation: Operation) -> None:
    """DEPTH_TO_SPACE."""
    attributes = options.BlockAttributes(int(operation.option("blockSize")))
    operation.emit("depth_to_space", (operation.operand(0),), attributes)


def densify(operation: Operation) -> None:
    """DENSIFY: its constant was made dense when it was read."""
    operation.constant(0)
    operation.builder.aliases[operation.output.name] = operation.operand(0).name


def shape(operation: Operation) -> None:
    """SHAPE, which is a constant."""
    tensors = operation.builder.tensors
    output = tensors[operation.output.name]
    spec = TensorSpec((len(operation.operand(0).shape),), output.dtype)
    tensors[output.name] = replace(output, spec=spec)
    operation.emit("shape", (operation.operand(0),), Attributes())
