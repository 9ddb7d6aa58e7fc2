"""Lowering of operators that move elements: parts of other tensors where nothing need be copied."""

from __future__ import annotations

import math
from itertools import accumulate

from hilbench.deploy.lowering.builder import CannotLower, Lowered
from hilbench.networks import attributes as options
from hilbench.operators import Constants
from hilbench.operators.arena import ALIGNMENT
from hilbench.tensors import MOST_AXES, TensorSpec, Window2D


def reshape(lowered: Lowered) -> None:
    """Lower a reshape: equal elements in another shape."""
    lowered.builder.alias(lowered.output.name, lowered.input.name)


def concat(lowered: Lowered) -> None:
    """Inputs computed right where they belong, if they lie one behind the other there; else copies."""
    axis = lowered.options(options.AxisAttributes).axis
    if _is_contiguous(lowered, axis):
        offset = 0
        for tensor in lowered.inputs:
            lowered.builder.alias(tensor.name, lowered.output.name, offset)
            offset += tensor.spec.bytes
        return
    shapes = tuple(tensor.shape for tensor in lowered.inputs)
    case = lowered.case("concat", shapes, lowered.output.shape[-1], {"axis": axis})
    lowered.add(case, lowered.quantization(), lowered.node.inputs)


def _is_contiguous(lowered: Lowered, axis: int) -> bool:
    """Whether all inputs can lie within the output."""
    first, *_ = lowered.inputs
    outer = math.prod(first.shape[:axis]) == 1
    names = [tensor.name for tensor in lowered.inputs]
    free = len(set(names)) == len(names) and all(map(lowered.builder.is_free, names))
    aligned = all(tensor.spec.bytes % ALIGNMENT == 0 for tensor in lowered.inputs[:-1])
    return outer and free and aligned


def split(lowered: Lowered) -> None:
    """Parts of the input where they lie, if each is in one piece and begins where kernels take it."""
    chosen = lowered.options(options.SplitAttributes)
    shape = lowered.input.shape
    sizes = [tensor.spec.bytes for tensor in lowered.outputs]
    if math.prod(shape[: chosen.axis]) == 1 and all(size % ALIGNMENT == 0 for size in sizes[:-1]):
        for index, tensor in enumerate(lowered.outputs):
            lowered.builder.alias(tensor.name, lowered.input.name, sum(sizes[:index]))
        return
    begins = [0, *accumulate(chosen.sizes)]
    for tensor, begin, size in zip(lowered.outputs, begins, chosen.sizes, strict=False):
        ranges = [range(length) for length in shape]
        ranges[chosen.axis] = range(begin, begin + size)
        _add_slice(lowered, ranges, tensor.name)


def strided_slice(lowered: Lowered) -> None:
    """Elements in steps; in place where they are one piece."""
    chosen = lowered.options(options.SliceAttributes)
    shape = lowered.input.shape
    ranges = [
        range(*slice(begin, end, step).indices(length))
        for begin, end, step, length in zip(chosen.begin, chosen.end, chosen.step, shape, strict=True)
    ]
    offset = _offset(ranges, shape)
    size = lowered.input.dtype.bits // 8
    if offset is not None and offset * size % ALIGNMENT == 0:
        lowered.builder.alias(lowered.output.name, lowered.input.name, offset * size)
        return
    _add_slice(lowered, ranges, lowered.output.name)


def _add_slice(lowered: Lowered, ranges: list[range], output: str) -> None:
    """Add a step that copies a part of the input."""
    merged = _merged(ranges, lowered.input.shape)
    axes = [axis for axis, _ in merged]
    own = {
        "begin": tuple(each.start for _, each in merged),
        "end": tuple(_end(each) for _, each in merged),
        "step": tuple(each.step for _, each in merged),
    }
    case = lowered.case("strided_slice", (tuple(axes),), len(merged[-1][1]), own)
    lowered.add(case, _moved(lowered), outputs=(output,))


def _offset(ranges: list[range], shape: tuple[int, ...]) -> int | None:
    """First element of a slice that is one piece; None where it is several."""
    strides = [math.prod(shape[axis + 1 :]) for axis in range(len(shape))]
    partial = False
    for taken, length in zip(ranges, shape, strict=True):
        if partial and (len(taken) != length or taken.step != 1):
            return None
        partial = partial or len(taken) > 1
        if partial and taken.step != 1:
            return None
    return sum(taken.start * stride for taken, stride in zip(ranges, strides, strict=True))


def _merged(ranges: list[range], shape: tuple[int, ...]) -> list[tuple[int, range]]:
    """Lengths and ranges of the axes, those of length 1 left out, so that there are four at most."""
    kept = [(length, taken) for length, taken in zip(shape, ranges, strict=True) if length > 1]
    if len(kept) > MOST_AXES:
        raise CannotLower("no kernel takes more than four axes")
    return kept or [(1, range(1))]


def _end(taken: range) -> int:
    """End of a slice that Python reads as it is meant: backwards to the first element needs a large one."""
    end = taken.start + len(taken) * taken.step
    return end if end >= 0 else -(2**20)


def pad(lowered: Lowered) -> None:
    """A border of zero points."""
    chosen = lowered.options(options.PadAttributes)
    zero = lowered.output.quantization.zero_point
    if chosen.value is not None and chosen.value != zero:
        raise CannotLower("no kernel pads with another value than zero")
    own = {"before": chosen.before, "behind": chosen.behind}
    case = lowered.case("pad", (lowered.input.shape,), lowered.output.shape[-1], own)
    lowered.add(case, _moved(lowered))


def transpose(lowered: Lowered) -> None:
    """Axes in another order; in place where only axes of length 1 move."""
    permutation = lowered.options(options.TransposeAttributes).permutation
    if _stays(permutation, lowered.input.shape):
        lowered.builder.alias(lowered.output.name, lowered.input.name)
    else:
        _add_transpose(lowered, permutation, lowered.output.name)


def transposed(lowered: Lowered, permutation: tuple[int, ...]) -> str:
    """Name of the node's input with its axes in another order, which may be a tensor of its own."""
    shape = lowered.input.shape
    if _stays(permutation, shape):
        return lowered.input.name
    spec = TensorSpec(tuple(shape[axis] for axis in permutation), lowered.input.dtype)
    name = lowered.builder.temporary(f"{lowered.input.name} transposed", spec)
    _add_transpose(lowered, permutation, name)
    return name


def _stays(permutation: tuple[int, ...], shape: tuple[int, ...]) -> bool:
    """Whether all elements stay where they are: only axes of length 1 move."""
    moved = [axis for axis in permutation if shape[axis] > 1]
    return moved == sorted(moved)


def _add_transpose(lowered: Lowered, permutation: tuple[int, ...], output: str) -> None:
    shape = lowered.input.shape
    case = lowered.case("transpose", (shape,), shape[permutation[-1]], {"perm": permutation})
    source = lowered.input.quantization
    constants = Constants(input_quantization=(source,), output_quantization=source)
    lowered.add(case, constants, outputs=(output,))


def resize_nearest(lowered: Lowered) -> None:
    """Every pixel repeated; by whole factors all conventions but aligned corners agree."""
    chosen = lowered.options(options.ResizeAttributes)
    _, height, width, channels = lowered.input.shape
    whole = chosen.size[0] % height == 0 and chosen.size[1] % width == 0
    if not whole or chosen.align_corners:
        raise CannotLower("no kernel resizes by other factors than whole ones")
    window = Window2D(stride=(chosen.size[0] // height, chosen.size[1] // width))
    case = lowered.case("upsample_nearest", (lowered.input.shape,), channels, window=window)
    lowered.add(case, lowered.quantization())


def _moved(lowered: Lowered) -> Constants:
    return Constants(
        input_quantization=(lowered.input.quantization,), output_quantization=lowered.output.quantization
    )
