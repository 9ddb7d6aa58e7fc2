"""Terms of a layer's cost: how often its kernel does each thing that takes time, by the kernel's own plan.

A cost model has a coefficient for each term, in cycles. Terms are counts, so that coefficients are positive.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from functools import lru_cache

from hilbench.kernels.depthwise_buffer import Filter, Planes, in_assembly, plan_filters
from hilbench.kernels.dsp import DspConvolution
from hilbench.kernels.dsp_depthwise import DspDepthwise
from hilbench.kernels.input_buffer import Strip, plan_strip
from hilbench.kernels.scalar import ScalarConvolution, ScalarDepthwise
from hilbench.kernels.tap_schedule import pixel_bytes
from hilbench.kernels.winograd import POSITIONS, WinogradConvolution
from hilbench.operators import Layer
from hilbench.prediction.cost_model.cache_terms import again, constants, spilled
from hilbench.prediction.cost_model.loop_terms import loops, outputs

Terms = Mapping[str, float]

_FINISH_LINES = 7
"""Instructions that make an output of a sum, about."""
_LINE = 32
"""Bytes of a line of a data cache."""
_WINOGRAD_TILES = 4
"""Tiles of Winograd's algorithm that are multiplied together."""


@lru_cache(maxsize=16384)
def terms(layer: Layer) -> Terms:
    """Counts of what the layer's kernel does in one run."""
    kernel = layer.kernel
    rules: tuple[tuple[type, Callable[[Layer], dict[str, float]]], ...] = (
        (DspConvolution, _tiled),
        (WinogradConvolution, _winograd),
        (DspDepthwise, _planar),
        (ScalarConvolution, _scalar),
        (ScalarDepthwise, _scalar_depthwise),
    )
    rule = next((each for kind, each in rules if isinstance(kernel, kind)), loops)
    return {"call": 1.0, **rule(layer)}


def _bands(strip: Strip) -> int:
    return -(-strip.vertical.outputs // strip.vertical.band) * -(
        -strip.horizontal.outputs // strip.horizontal.band
    )


def _widened(strip: Strip) -> float:
    """Elements that are copied into bands."""
    return 0.0 if strip.direct else float(_bands(strip) * strip.vertical.span * strip.row)


def _tiled(layer: Layer) -> dict[str, float]:
    """A convolution by tiles of channels and pixels."""
    assert isinstance(layer.kernel, DspConvolution)  # noqa: S101
    case, plan = layer.case, layer.kernel.layer_plan(layer)
    strip, steps = plan.strip, plan.traversal.steps * plan.traversal.bodies
    per_group = case.out_c // case.groups
    pairs, odd = case.groups * (per_group // 2), case.groups * (per_group % 2)
    whole, rest = divmod(min(strip.horizontal.band, strip.horizontal.outputs), plan.pixels)
    rows = strip.vertical.outputs * -(-strip.horizontal.outputs // strip.horizontal.band)
    tiles = rows * (whole + (rest > 0)) * (pairs + odd)
    pixels = rows * (whole * plan.pixels + rest)
    channels = 2 * pairs + odd
    streamed = (steps * channels + 5 * channels) * 4.0
    narrow = rows * (rest == 1 or plan.pixels == 1) * (pairs + odd)
    return {
        "products": pixels * channels * steps,
        "narrow steps": narrow * steps,
        "unaligned": pixels * (pairs + odd) * steps * _unaligned(pixel_bytes(strip), strip.element_bytes),
        **spilled(layer, strip.size),
        "loads": steps * (pixels * (pairs + odd) + tiles / max(1, pairs + odd) * channels),
        "bodies": tiles * plan.traversal.bodies,
        "tiles": tiles,
        "rows": rows * (pairs + odd),
        "outputs": outputs(case),
        "widened": _widened(strip),
        "band rows": _bands(strip) * strip.vertical.span,
        "streams": _bands(strip) * (pairs + odd),
        **again("band", _band_bytes(strip), _bands(strip) * (pairs + odd)),
        **constants(streamed, _bands(strip)),
    }


def _band_bytes(strip: Strip) -> float:
    """Bytes that a band is read from."""
    return float(strip.vertical.span * strip.row * strip.element_bytes)


def _unaligned(step: int, element: int) -> float:
    """Share of the loads of words that do not begin at one, for pixels so many bytes apart."""
    if step % 4 == 0:
        return 0.0
    return 0.5 if step % 2 == 0 or element > 1 else 0.75


def _winograd(layer: Layer) -> dict[str, float]:
    """Transformed tiles of 2x2 outputs, a row of them at a time."""
    case = layer.case
    rows, columns = -(-case.out_h // 2), -(-case.out_w // 2)
    pairs, steps = case.out_c // 2, case.in_c // 2
    blocks = rows * pairs * -(-columns // _WINOGRAD_TILES)
    return {
        "products": rows * columns * pairs * POSITIONS * steps,
        "loads": blocks * POSITIONS * steps,
        "blocks": blocks * POSITIONS,
        "tiles": rows * columns * case.in_c,
        "outputs": rows * columns * case.out_c,
        "rows": rows * pairs,
        "widened": rows * 4.0 * (2 * columns + 2) * case.in_c,
        **spilled(layer, layer.arena.scratch_bytes),
        **again("band", 4.0 * POSITIONS * columns * steps, rows * pairs),
        **constants(POSITIONS * steps * pairs * 8.0, rows),
    }


def _planar(layer: Layer) -> dict[str, float]:
    """A depthwise convolution over planes of single channels."""
    assert isinstance(layer.kernel, DspDepthwise)  # noqa: S101
    case, planes = layer.case, layer.kernel.planes(layer.case)
    body, filters = _filter_lines(planes, case.tuning.tile_pixels)
    turns = _bands(planes) * -(-case.in_c // planes.groups)
    rows = case.out_h * case.out_c
    return {
        "lines": rows * body,
        "filters": rows * filters,
        "products": outputs(case) * math.prod(case.window.kernel),
        "outputs": outputs(case),
        "rows": rows * 1.0,
        "widened": turns * planes.vertical.span * planes.row / 1.0,
        "band rows": turns * planes.vertical.span * 1.0,
        "turns": float(turns),
        **again("input", _touched(layer), turns, planes.size),
        "streams": _bands(planes) * case.out_c * 1.0,
        **spilled(layer, planes.size),
        **constants(4.0 * case.out_c * (5 + math.prod(case.window.kernel)), _bands(planes)),
    }


def _touched(layer: Layer) -> float:
    """Bytes of lines of input and output that hold a few channels of each pixel."""
    case = layer.case
    return float((case.in_h * case.in_w + case.out_h * case.out_w) * min(_LINE, case.in_c))


@lru_cache(maxsize=4096)
def _filter_lines(planes: Planes, wanted: int) -> tuple[float, float]:
    """Instructions and filters for a row of a channel's outputs."""

    def finished(block: object) -> list[str]:
        pixels = block.pixels if isinstance(block, Filter) else 1
        return [""] * (_FINISH_LINES * pixels)

    filters = plan_filters(planes, finished, wanted)
    whole, rest = divmod(planes.horizontal.outputs, filters[0].pixels)
    if not in_assembly(planes, filters):
        taps = planes.vertical.kernel * planes.horizontal.kernel
        return 4.0 * planes.horizontal.outputs * taps, whole + (rest > 0)
    lines = [len(list(each.body(eager=False))) for each in filters]
    return whole * lines[0] + (lines[1] if rest else 0), whole + (rest > 0)


def _scalar(layer: Layer) -> dict[str, float]:
    """Two channels by two pixels over a strip of bytes."""
    case, strip = layer.case, plan_strip(layer.case, 2)
    pairs = case.groups * -(-case.out_c // case.groups // 2)
    rows = strip.vertical.outputs * -(-strip.horizontal.outputs // strip.horizontal.band)
    tiles = rows * -(-min(strip.horizontal.band, strip.horizontal.outputs) // 2) * pairs
    steps = case.kernel_h * -(-case.kernel_w * (case.in_c // case.groups) // 2)
    return {
        "steps": tiles * steps,
        "bodies": tiles * (case.kernel_h * -(-case.kernel_w * (case.in_c // case.groups) // 16)),
        "tiles": tiles,
        "outputs": outputs(case),
        "rows": rows * pairs,
        "widened": _widened(strip),
        "band rows": _bands(strip) * strip.vertical.span,
        "streams": _bands(strip) * pairs,
    }


def _scalar_depthwise(layer: Layer) -> dict[str, float]:
    """Two outputs of a channel at a time over its plane."""
    case = layer.case
    pairs = case.out_h * -(-case.out_w // 2) * case.out_c
    height = (case.out_h - 1) * case.stride_h + case.kernel_h
    width = (2 * -(-case.out_w // 2) - 1) * case.stride_w + case.kernel_w
    return {
        "products": pairs * math.prod(case.window.kernel) * 1.0,
        "kernel rows": pairs * case.kernel_h * 1.0,
        "pairs": float(pairs),
        "rows": case.out_h * case.out_c * 1.0,
        "plane": height * width * case.in_c * 1.0,
        "plane rows": height * case.in_c * 1.0,
        "channels": case.out_c * 1.0,
    }
