"""The `lean` variants of convolutions: fast, with at most 2 KiB of scratch.

Activations stay int8, a word of four is widened in the inner loop (`hilbench.kernels.byte_tile`). A 1x1
kernel reads them where they lie and needs scratch for nothing but unpacked weights; others copy bands of
a few pixels, with their padding.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import ClassVar

from hilbench.kernels.byte_tile import MOST_BYTE_PIXELS
from hilbench.kernels.depthwise_buffer import Planes, plan_few_planes
from hilbench.kernels.dsp import CHANNELS, DspConvolution, Plan, plan_tiles
from hilbench.kernels.dsp_depthwise import DspDepthwise
from hilbench.kernels.input_buffer import KIB, Strip, fewest_bands, whole_strip, with_fourth_channel
from hilbench.kernels.tap_schedule import NO_TAP, most_pixels, plan_traversal
from hilbench.operators.case import OperatorCase
from hilbench.operators.variants import LEAN
from hilbench.tensors import DType

MOST_SCRATCH = 2 * KIB
"""Bytes of scratch; a convolution of which one output sees more than that takes what the output sees."""
_BEYOND = 80
"""Bytes behind a band, at most, that steps without taps read: a word for each body of 2 KiB."""
_WORTH_UNPACKING = 16
"""Outputs that use an unpacked weight, from which on it is worth its instructions."""
_WORD_BYTES = 4


@dataclass(frozen=True)
class LeanConvolution(DspConvolution):
    """A convolution by SMLAD over int8 activations, as they lie in the input or in a small strip."""

    name: str = LEAN
    packing: ClassVar[Mapping[DType, int]] = {DType.INT8: 4, DType.INT8X4: 8}

    def supports(self, case: OperatorCase) -> bool:
        """Whether the case has activations of int8."""
        return case.dtype in self.packing

    def plan(self, case: OperatorCase, *, wide: bool) -> Plan:
        """Tiles over the input as it lies, or over a small strip."""
        wanted = min(case.tuning.tile_pixels or MOST_BYTE_PIXELS, MOST_BYTE_PIXELS)
        straight = case.tuning.straight_steps
        whole = replace(whole_strip(case), element_bytes=1, as_widened=False)
        banded = fewest_bands(whole, wanted, case.tuning.band_kib * KIB, case.tuning.band_kib * KIB)
        strip = banded.over_input()
        if strip is None or NO_TAP in plan_traversal(strip, wanted, straight).taps:
            strip = _small_strip(with_fourth_channel(whole), wanted)
        wanted = min(wanted, strip.horizontal.band)
        traversal = plan_traversal(strip, most_pixels(strip, wanted), straight)
        plan = plan_tiles("multiply", case, strip, traversal, wanted, [strip.horizontal.outputs])
        packed = replace(plan, packing=self.packing[case.dtype])
        room = MOST_SCRATCH - plan.strip_bytes
        unpacked = packed.stream_words(CHANNELS) * _WORD_BYTES
        outputs = strip.vertical.band * strip.horizontal.band
        return packed if unpacked <= room and outputs >= _WORTH_UNPACKING else plan


def _small_strip(whole: Strip, multiple: int) -> Strip:
    """Bands of at most 2 KiB, a multiple of outputs wide if that fits."""
    room = MOST_SCRATCH - _BEYOND
    strip = fewest_bands(whole, multiple, room, room)
    return strip if strip.size <= room else fewest_bands(whole, 1, room, room)


@dataclass(frozen=True)
class LeanDepthwise(DspDepthwise):
    """A depthwise convolution as `dsp` computes it, of fewer channels or rows at a time."""

    name: str = LEAN

    def planes(self, case: OperatorCase) -> Planes:
        """Bands of at most 2 KiB."""
        return plan_few_planes(case, MOST_SCRATCH)
