"""Terms of kernels that are plain loops: pools, means, moves, element-wise ones, and plain C.

A compiler unrolls a loop whole whose count is a small constant, and takes another path for few channels:
each has terms of its own.
"""

from __future__ import annotations

import math

from hilbench.operators import REFERENCE, Layer, OperatorCase
from hilbench.operators.base.movement import Movement
from hilbench.prediction.cost_model.cache_terms import again, beyond_cache, constants, spilled

_UNROLLED = 16
"""Rounds of a loop that a compiler unrolls whole, at the most (GCC's max-completely-peel-times)."""
_FOUR = 4
"""Channels of a word."""
_LINE = 32
"""Bytes of a line of a data cache."""
_SUMS = 256
"""Pixels whose sums are added up in 16 bits."""


def loops(layer: Layer) -> dict[str, float]:
    """Counts of any kernel without a plan of tiles, by the shapes alone."""
    case, operator = layer.case, layer.operator
    if operator.name == "fully_connected":
        return _fully_connected(layer)
    if layer.weight_bytes and layer.macs > outputs(case):
        return _plain_convolution(layer)
    if isinstance(operator, Movement):
        return {**_words(layer), **_moves(layer, operator)}
    shapes = {spec.shape for spec in (*case.inputs, *case.outputs)}
    if len(shapes) == 1 and math.prod(case.window.kernel) == 1:
        words, rest = divmod(int(outputs(case)), 4)
        return {"words": float(words), "rests": float(rest), **spilled(layer, 0)}
    single = layer.variant == REFERENCE or case.in_c < _FOUR
    return {**_words(layer), **(_elements(layer) if single else _fours(layer))}


def outputs(case: OperatorCase) -> float:
    """Elements of the output."""
    return float(case.out_h * case.out_w * case.out_c)


def _words(layer: Layer) -> dict[str, float]:
    """Words of channels that any such kernel writes and reads, whichever way it takes."""
    case = layer.case
    pixels, taps = case.out_h * case.out_w, math.prod(case.window.kernel)
    read = case.in_h * case.in_w if layer.operator.name == "mean" else pixels * taps
    words = -(-case.out_c // 4)
    off = words * (case.out_c % 4 > 0)
    return {
        "words": float(pixels * words),
        "unaligned words": float(pixels * off),
        "reads": float(read * words),
        "unaligned reads": float(read * off),
        "runs": float(pixels * case.kernel_h * words) * (taps > 1),
        "pixels": float(pixels),
        "rows": float(case.out_h),
        **spilled(layer, 0),
    }


def _elements(layer: Layer) -> dict[str, float]:
    """Loops over single elements."""
    case = layer.case
    pixels, taps = case.out_h * case.out_w, math.prod(case.window.kernel)
    if layer.operator.name == "mean":
        pixels, taps = 1, case.in_h * case.in_w
    return {
        "elements": pixels * case.out_c * 1.0,
        "element reads": float(pixels * case.out_c * taps),
        "element runs": float(pixels * case.out_c * case.kernel_h) * (taps > 1),
        "element pixels": float(pixels),
        "looped elements": float(pixels * case.out_c) * (case.out_c > _UNROLLED),
    }


def _fours(layer: Layer) -> dict[str, float]:
    """Loops over four channels at a time, in each of which over the pixels of a window."""
    case = layer.case
    pixels, (height, width) = case.out_h * case.out_w, case.window.kernel
    if layer.operator.name == "mean":
        pixels, height, width = 1, 1, case.in_h * case.in_w
    words = -(-case.out_c // 4)
    off = case.out_c % 4 > 0
    quads, rests = divmod(width % _SUMS, 4) if width > _UNROLLED else divmod(width, 4)
    quads += width // _SUMS * (_SUMS // 4) * (width > _UNROLLED)
    strips = pixels * words
    touched = float(height * width * min(_LINE, case.in_c))  # lines, as bytes, of which four channels lie in
    return {
        "fours": float(strips),
        "looped fours": float(strips) * (words > _UNROLLED),
        "unaligned fours": float(strips * off),
        "quads": float(strips * height * quads),
        "looped quads": float(strips * height * quads) * (quads > _UNROLLED),
        "four rests": float(strips * height * rests),
        "unaligned fours read": float(strips * height * width * off),
        "four runs": float(strips * height),
        **again("pass", touched, strips),
    }


def _moves(layer: Layer, operator: Movement) -> dict[str, float]:
    """Copies of runs of neighbours, or of single elements, in nested loops."""
    names = (
        "moved runs",
        "moved words",
        "moved bytes",
        "moved looped words",
        "moved unaligned words",
        "moved singles",
        "moved rounds",
    )
    found = dict.fromkeys(names, 0.0)
    for move in operator.moves(layer.case):
        counts = [each.count for each in move.loops]
        rounds = math.prod(counts)
        found["moved rounds"] += sum(math.prod(counts[:depth]) for depth in range(len(counts)))
        if move.run == 1:
            found["moved singles"] += rounds
            continue
        words, rest = divmod(move.run, 4)
        starts = (move.source, move.target, *(stride for each in move.loops for stride in each.strides))
        found["moved runs"] += rounds
        found["moved words"] += rounds * words
        found["moved bytes"] += rounds * rest
        found["moved looped words"] += rounds * words * (words > _UNROLLED)
        found["moved unaligned words"] += rounds * words * any(start % 4 for start in starts)
    return found


def _plain_convolution(layer: Layer) -> dict[str, float]:
    """A convolution in plain C: loops over outputs, rows of the kernel and channels."""
    case = layer.case
    made, taps = outputs(case), math.prod(case.window.kernel)
    return {
        "macs": float(layer.macs),
        "taps": made * taps,
        "runs": made * case.kernel_h,
        "outputs": made,
        "pixels": float(case.out_h * case.out_w),
        **spilled(layer, 0),
        **constants(float(layer.weight_bytes), 1.0),
    }


def _fully_connected(layer: Layer) -> dict[str, float]:
    """A vector times a matrix: weights are read once, so that the flash tells."""
    case = layer.case
    some, most = beyond_cache(float(layer.macs))
    return {
        "macs": float(layer.macs),
        "steps": float(-(-case.in_c // 4) * case.out_c),
        "inputs": float(case.in_c),
        "outputs": float(case.out_c),
        "sixths": float(-(-case.out_c // 6) * -(-case.in_c // 4)),
        **again("weights", float(layer.macs), 1.0),
        "uncached": some,
        "far uncached": most,
    }
