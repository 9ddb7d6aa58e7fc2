"""Base of the `dsp` variants of convolutions: what they can compute, their memory, their constants.

`operators/_common/convolution_dsp.c.j2` widens a band of the input to a strip of int16
(`hilbench.kernels.input_buffer`) and sums tiles of two channels by four pixels over it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from hilbench.kernels.byte_tile import ByteTile
from hilbench.kernels.epilogue import finish, finish_int16
from hilbench.kernels.input_buffer import KIB, Strip, plan_aligned_strip, plan_strip, whole_strip
from hilbench.kernels.instruction_order import ORDERS
from hilbench.kernels.requantization import (
    MOST_GAIN,
    Scaling,
    clamp_of,
    has_wide_sums,
    largest_sums,
    plan_scaling,
    with_zero_point,
)
from hilbench.kernels.smlad_microkernel import Tile
from hilbench.kernels.tap_schedule import NO_TAP, Traversal, most_pixels, pixel_bytes, plan_traversal
from hilbench.operators.base.convolution import convolution_rounding
from hilbench.operators.case import OperatorCase
from hilbench.operators.kernel import Kernel
from hilbench.operators.layer import Layer
from hilbench.operators.reuse import Reuse
from hilbench.operators.variants import COMPACT, DSP
from hilbench.quantization.fixed_point import activation_bounds
from hilbench.tensors import Array, DType

BLOCKING: Mapping[str, Sequence[int]] = {
    "straight_steps": (0, 16, 64, 128),
    "band_kib": (4, 8, 16, 24),
    "tile_pixels": (3, 2),
    "align_loops": (8, 16, 32),
}
"""Tuning parameters and the values to try."""
CHANNELS = 2
"""Channels of a tile."""
MOST_PIXELS = 4
"""Most pixels of a tile; more leave too few registers for the words in flight."""
_MOST_WIDE_PIXELS = 2
_STEP_CYCLES = (0, 3, 4, 6, 8)
"""Cycles that a Cortex-M7 takes for a step of two channels by so many pixels."""
_WORTH = 0.96
"""Share of the cycles that is worth smaller tiles, of which there are more."""
_ONE_BAND = 4 / 3
"""Memory of a single band, in that of bands as they are wanted, for which weights are unpacked but once."""
_WORD_BYTES = 4
_SCALING_WORDS = 3


@dataclass(frozen=True)
class DspConvolution(Kernel):
    """A convolution by SMLAD over a widened strip."""

    name: str = DSP
    packing: ClassVar[Mapping[DType, int]] = {DType.INT8X4: 8}
    """Weights in a word of flash that are unpacked to scratch, by data type; others lie there as int16."""

    def supports(self, case: OperatorCase) -> bool:
        """Whether the case is of integers, whatever the shape."""
        return case.dtype.quantized

    def search_space(self, case: OperatorCase) -> Mapping[str, Sequence[int]]:
        """Bands, tiles and steps without a loop; the loops are assembly, which no compiler unrolls."""
        return BLOCKING

    def scratch_bytes(self, layer: Layer) -> int:
        """Bytes of the strip, of those beyond it that its last loads read, and of unpacked weights."""
        plan = self.layer_plan(layer)
        unpacked = plan.stream_words(CHANNELS) * _WORD_BYTES if plan.packing else 0
        return plan.strip_bytes + unpacked

    def input_reuse(self, layer: Layer) -> tuple[Reuse | None, ...]:
        """Reuse band by band; a direct strip is read as long as outputs are written."""
        strip = self.layer_plan(layer).strip
        return (strip.input_reuse(layer.case, buffered=not strip.direct),)

    def template_context(self, layer: Layer) -> Mapping[str, Any]:
        """The strip, tiles and one stream of constants for each pair of channels."""
        case = layer.case
        plan = self.layer_plan(layer)
        most_gain = 2 if plan.packing else MOST_GAIN
        scaling = plan_scaling(layer, convolution_rounding(case), most_gain=most_gain, together=CHANNELS)
        words = streams(layer, plan, scaling)
        return {
            "plan": plan,
            "strip": plan.strip,
            "jumps": np.array(plan.traversal.jumps),
            "output_step": case.out_c,
            "output_row": plan.strip.horizontal.outputs * case.out_c,
            "scaling": scaling,
            **finishing(layer),
            "streams": words,
            "group_words": words.size // case.groups,
        }

    def layer_plan(self, layer: Layer) -> Plan:
        """The plan by which all outputs are computed."""
        case = layer.case
        wide = case.dtype is DType.INT16X8 and has_wide_sums(case, largest_sums(layer))
        return _kept_plan(self, case, wide)

    def plan(self, case: OperatorCase, *, wide: bool) -> Plan:
        """The plan of a case, whose sums are those of int16 that need 64 bits or not."""
        most = _MOST_WIDE_PIXELS if wide else MOST_PIXELS
        wanted, straight = min(case.tuning.tile_pixels or most, most), case.tuning.straight_steps
        packing = self.packing.get(case.dtype, 0)
        strip = _plan_shared_strip(case, wanted) if packing else plan_aligned_strip(case, wanted)
        if not (case.tuning.tile_pixels or wide):
            wanted = _even_pixels(strip.horizontal.band, wanted)
        traversal = plan_traversal(strip, most_pixels(strip, wanted), straight)
        if case.dtype is DType.INT16X8 and (direct := plan_strip(case, wanted).over_input()):
            over_input = plan_traversal(direct, most_pixels(direct, wanted), straight)
            if NO_TAP not in over_input.taps:  # nothing is read beyond the input
                strip, traversal = direct, over_input
        plan = plan_tiles("multiply", case, strip, traversal, wanted, [strip.horizontal.outputs])
        return replace(plan, wide=wide, packing=packing)


@dataclass(frozen=True)
class CompactConvolution(DspConvolution):
    """A convolution as `dsp` computes it, with its weights packed in flash and unpacked once for a band."""

    name: str = COMPACT
    packing: ClassVar[Mapping[DType, int]] = {DType.INT8: 4, DType.INT16X8: 4}

    def supports(self, case: OperatorCase) -> bool:
        """Whether the case has integers whose weights `dsp` does not pack."""
        return case.dtype in self.packing


@dataclass(frozen=True)
class Plan:
    """Plan that computes all outputs of a strip.

    Attributes:
        name: of its C functions.
        blocks: channels of a group that are summed together; 2 and 1 where there is an odd one.
        pixels: of a row that are summed together.
        rests: pixels that may be left over in a row.
        wide: whether sums have 64 bits.
        packing: weights in a word of flash, unpacked to scratch for all outputs of a band; 0 for none.
    """

    name: str
    strip: Strip
    traversal: Traversal
    blocks: tuple[int, ...]
    pixels: int
    rests: tuple[int, ...]
    wide: bool = False
    packing: int = 0

    @property
    def tiles(self) -> list[Tile]:
        """Tiles, each a function of its own."""
        kind = ByteTile if self.strip.element_bytes == 1 else Tile
        return [
            kind(channels, width, pixel_bytes(self.strip), self.traversal, wide=self.wide)
            for channels in self.blocks
            for width in (self.pixels, *self.rests)
        ]

    def goes_down(self, tile: Tile) -> bool:
        """Whether a tile goes from row to row: there is no other of its width in a row."""
        return tile.pixels < self.pixels or self.strip.horizontal.band < 2 * self.pixels

    def input_step(self, tile: Tile) -> int:
        """Bytes of the strip from one tile to the next."""
        if self.goes_down(tile):
            return self.strip.vertical.stride * self.strip.row * self.strip.element_bytes
        return tile.pixels * tile.pixel_bytes

    def output_step(self, tile: Tile, pixel: int, row: int) -> int:
        """Bytes from one tile's outputs to the next; a `pixel` and a `row` of the output take so many."""
        return row if self.goes_down(tile) else tile.pixels * pixel

    @property
    def offsets(self) -> NDArray[np.int64]:
        """Offsets of a body's steps, bytes."""
        return np.array(self.traversal.offsets)

    @property
    def strip_bytes(self) -> int:
        """Scratch that the strip takes, whole words."""
        size = 0 if self.strip.direct else self.strip.size + excess(self.strip, self.traversal)
        return -(-size // _WORD_BYTES) * _WORD_BYTES

    @property
    def pairs(self) -> int:
        """Pairs of taps in a word of packed weights."""
        return self.packing // 2

    def stream_words(self, channels: int) -> int:
        """Words of an unpacked stream."""
        body = self.traversal.steps * channels + 1
        return self.traversal.bodies * body + (_SCALING_WORDS + (2 if self.wide else 1)) * channels


@lru_cache(maxsize=4096)
def _kept_plan(kernel: DspConvolution, case: OperatorCase, wide: bool) -> Plan:
    return kernel.plan(case, wide=wide)


def _plan_shared_strip(case: OperatorCase, wanted: int) -> Strip:
    """Bands that share unpacked weights; a single one where it takes little more than bands should."""
    whole = whole_strip(case)
    if whole.size <= _ONE_BAND * case.tuning.band_kib * KIB:
        return whole
    return plan_strip(case, wanted)


def _even_pixels(outputs: int, most: int) -> int:
    """Pixels of a tile for a row of so many `outputs`: one less than `most` where that leaves fewer alone."""
    cycles = {
        pixels: outputs // pixels * _STEP_CYCLES[pixels] + _STEP_CYCLES[outputs % pixels]
        for pixels in (most, most - 1)
    }
    return most - 1 if cycles[most - 1] < _WORTH * cycles[most] else most


def finishing(layer: Layer) -> dict[str, Any]:
    """Function that finishes a tile, the bounds that it applies, and the orders of instructions."""
    case = layer.case
    if case.dtype.bytes == 1:
        return {"clamp": clamp_of(layer), "finish": finish, "orders": ORDERS}
    bounds = activation_bounds(case.activation, layer.constants.output_quantization, case.dtype.element)
    return {"clamp": bounds, "finish": finish_int16, "orders": ORDERS}


def plan_tiles(
    name: str, case: OperatorCase, strip: Strip, traversal: Traversal, wanted: int, outputs: Iterable[int]
) -> Plan:
    """The tiles for rows of so many `outputs`, `wanted` pixels at a time or what offsets allow."""
    per_group = case.out_c // case.groups
    blocks = [CHANNELS] * (per_group >= CHANNELS) + [1] * (per_group % CHANNELS)
    pixels = most_pixels(strip, wanted)
    rests = sorted({count % pixels for count in outputs} - {0})
    return Plan(name, strip, traversal, tuple(blocks), pixels, tuple(rests))


def excess(strip: Strip, traversal: Traversal, first: int = 0) -> int:
    """Bytes that steps without taps read behind the strip, where they meet weights of zero.

    Args:
        strip: what is read.
        traversal: the way through it.
        first: element of the strip that the first output sees first.
    """
    vertical, horizontal = strip.vertical, strip.horizontal
    last = (vertical.band - 1) * vertical.stride * strip.row + (strip.groups - 1) * strip.plane + first
    reach = last * strip.element_bytes + (horizontal.band - 1) * pixel_bytes(strip) + traversal.reach
    return max(0, reach - strip.size)


def streams(layer: Layer, plan: Plan, scaling: Scaling) -> NDArray[np.uint32]:
    """Streams of words, one for each pair of channels of a group and one for a last odd channel.

    A stream holds the biases, doubled as a rule; for each body of the traversal the words of weights,
    step by step, and the jump; multiplier and addend of each channel; the shift of each channel. Where
    weights are packed, all of them, body by body, come last, and there are no jumps.
    """
    case = layer.case
    per_group = case.out_c // case.groups
    firsts = [
        (group * per_group + channel, min(CHANNELS, per_group - channel))
        for group in range(case.groups)
        for channel in range(0, per_group, CHANNELS)
    ]
    gain = scaling.gain[:, None]
    bias = gain * with_zero_point(layer.constants)[:, None]
    if plan.wide:
        bias = np.hstack([bias, bias >> 32])
    by_channel = layer.constants.weights.reshape(case.out_c, -1, case.in_c // case.groups).astype(np.int64)
    weights = np.pad(by_channel, ((0, 0), (0, 0), (0, plan.strip.channels - by_channel.shape[2])))
    weights = plan.strip.in_order(weights).reshape(case.out_c, -1)
    taps = _taps(weights * (gain > 0 if plan.packing else gain), plan.traversal)
    jumps = np.array(plan.traversal.jumps)[:, None]
    parts: list[Array] = []
    for first, count in firsts:
        chosen = slice(first, first + count)
        bodies = taps[chosen].transpose(1, 2, 0, 3).reshape(plan.traversal.bodies, -1, 2)
        factors = np.stack([scaling.multiplier[chosen], scaling.addend[chosen]], axis=1)
        if plan.packing:
            parts += [bias[chosen], factors, scaling.shift[chosen], _packed(bodies, plan.pairs)]
        else:
            parts += [bias[chosen], np.hstack([_words(bodies), jumps]), factors, scaling.shift[chosen]]
    return np.concatenate([part.astype(np.int64).ravel() for part in parts]).astype(np.uint32)


def _taps(weights: NDArray[np.int64], traversal: Traversal) -> NDArray[np.int64]:
    """Weights of the traversal's pairs of taps: (O, bodies, steps, 2)."""
    with_none = np.pad(weights, ((0, 0), (0, 1)))  # NO_TAP is the last
    return with_none[:, traversal.taps]


def _words(pairs: NDArray[np.int64]) -> NDArray[np.int64]:
    """Pairs of int16, the first in the low half: (…, 2) to (…)."""
    words: NDArray[np.int64] = (pairs[..., 0] & 0xFFFF) | (pairs[..., 1] & 0xFFFF) << 16
    return words


def _packed(bodies: NDArray[np.int64], pairs: int) -> NDArray[np.int64]:
    """Words of so many `pairs`: (bodies, pairs of taps, 2) to (bodies, words).

    The first weight of a pair is in the word's low half, the second at the same place in the high half. Two
    pairs: int8, as SXTB16 unpacks them. Four: int4 with 8 added, so that masks unpack them.
    """
    bits = 16 // pairs
    offset = 8 if bits == 4 else 0
    filled = np.pad(bodies, ((0, 0), (0, -bodies.shape[1] % pairs), (0, 0)))
    halves = ((filled + offset) & ((1 << bits) - 1)).reshape(len(bodies), -1, pairs, 2)
    joined = (halves << (bits * np.arange(pairs))[:, None]).sum(axis=2)
    return _words(joined)
