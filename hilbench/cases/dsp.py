"""What the `dsp` variants of convolutions share: what they can compute, their memory, their constants.

`operators/_common/convolution_dsp.c.j2` widens a band of the input to a strip of int16
(`hilbench.cases.strip`) and sums tiles of two channels by four pixels over it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hilbench.cases.case import DType, OperatorCase
from hilbench.cases.convolution import Convolution
from hilbench.cases.finish import finish
from hilbench.cases.scaling import Scaling, clamp_of, plan_scaling, with_zero_point
from hilbench.cases.smlad import Tile
from hilbench.cases.strip import INT16_BYTES, Strip, plan_strip
from hilbench.cases.tensors import Array, Tensors
from hilbench.cases.traversal import Traversal, most_pixels, pixel_bytes, plan_traversal

__all__ = ["DSP", "INT16_BYTES", "DspConvolution", "clamp_of"]

DSP = "dsp"
_CHANNELS = 2
_MOST_PIXELS = 4
"""More leave too few registers for the words in flight."""


class DspConvolution(Convolution):
    """A convolution by SMLAD over a widened strip."""

    def supports(self, case: OperatorCase, variant: str) -> bool:
        """The `dsp` variant takes int8, whatever the shape."""
        return case.dtype is DType.INT8 if variant == DSP else super().supports(case, variant)

    def tunings(self, case: OperatorCase) -> Mapping[str, Sequence[int]]:
        """For `dsp` also the bands, the tiles and what is unrolled; its loops are assembly."""
        if case.variant != DSP:
            return super().tunings(case)
        return {
            "straight_steps": (0, 16, 64, 128),
            "band_kib": (4, 8, 16, 24),
            "tile_pixels": (3, 2),
            "align_loops": (8, 16, 32),
        }

    def scratch_bytes(self, case: OperatorCase) -> int:
        """The strip for `dsp`, and what its last loads read beyond it; else nothing."""
        if case.variant != DSP:
            return 0
        strip, traversal = _plan(case)
        return strip.size + _excess(strip, traversal)

    def c_context(self, case: OperatorCase, tensors: Tensors) -> Mapping[str, Any]:
        """For `dsp`: the strip, tiles and one stream of constants for each pair of channels."""
        context = super().c_context(case, tensors)
        if case.variant != DSP:
            return context
        strip, traversal = _plan(case)
        pixels = _tile_pixels(case, strip)
        rest = strip.horizontal.outputs % pixels
        per_group = case.out_c // case.groups
        blocks = [_CHANNELS] * (per_group >= _CHANNELS) + [1] * (per_group % _CHANNELS)
        scaling = plan_scaling(case, tensors)
        streams = _streams(case, tensors, traversal, scaling)
        return {
            **context,
            "strip": strip,
            "traversal": traversal,
            "step_offsets": np.array(traversal.offsets),
            "pixels": pixels,
            "rest": rest,
            "channel_blocks": blocks,
            "tiles": [
                Tile(channels, width, pixel_bytes(strip), traversal)
                for channels in blocks
                for width in (pixels, rest)
                if width
            ],
            "clamp": clamp_of(case, tensors),
            "finish": finish,
            "scaling": scaling,
            "streams": streams,
            "group_words": streams.size // case.groups,
        }


def _plan(case: OperatorCase) -> tuple[Strip, Traversal]:
    strip = plan_strip(case, _wanted_pixels(case))
    return strip, plan_traversal(strip, _tile_pixels(case, strip), case.tuning.straight_steps)


def _tile_pixels(case: OperatorCase, strip: Strip) -> int:
    return most_pixels(strip, _wanted_pixels(case))


def _wanted_pixels(case: OperatorCase) -> int:
    return min(case.tuning.tile_pixels or _MOST_PIXELS, _MOST_PIXELS)


def _excess(strip: Strip, traversal: Traversal) -> int:
    """Bytes that steps without taps read behind the strip, where they meet weights of zero."""
    vertical, horizontal = strip.vertical, strip.horizontal
    last = strip.size - strip.row * INT16_BYTES * ((vertical.kernel - 1) * vertical.dilation + 1)
    last += ((strip.groups - 1) * strip.plane) * INT16_BYTES + (horizontal.band - 1) * pixel_bytes(strip)
    return max(0, last + traversal.reach - strip.size)


def _streams(
    case: OperatorCase, tensors: Tensors, traversal: Traversal, scaling: Scaling
) -> NDArray[np.uint32]:
    """Streams of words, one for each pair of channels of a group and one for a last odd channel.

    A stream holds the biases, doubled as a rule; for each body of the traversal the words of weights,
    step by step, and the jump; multiplier and addend of each channel; the shift of each channel.
    """
    per_group = case.out_c // case.groups
    firsts = [
        (group * per_group + channel, min(_CHANNELS, per_group - channel))
        for group in range(case.groups)
        for channel in range(0, per_group, _CHANNELS)
    ]
    weights = scaling.gain * tensors.weights.reshape(case.out_c, -1).astype(np.int64)
    bias = scaling.gain * with_zero_point(tensors)
    words = _weight_words(weights, traversal)
    streams: list[Array] = []
    for first, count in firsts:
        chosen = slice(first, first + count)
        bodies = words[chosen].transpose(1, 2, 0).reshape(traversal.bodies, -1)
        jumps = np.array(traversal.jumps)[:, None]
        factors = np.stack([scaling.multiplier[chosen], scaling.addend[chosen]], axis=1)
        streams += [bias[chosen], np.hstack([bodies, jumps]), factors, scaling.shift[chosen]]
    return np.concatenate([stream.astype(np.int64).ravel() for stream in streams]).astype(np.uint32)


def _weight_words(weights: NDArray[np.int64], traversal: Traversal) -> NDArray[np.int64]:
    """Weights, two to a word: (O, bodies, steps)."""
    with_none = np.pad(weights, ((0, 0), (0, 1)))  # NO_TAP is the last
    halves = with_none[:, traversal.taps] & 0xFFFF
    return halves[..., 0] | halves[..., 1] << 16
