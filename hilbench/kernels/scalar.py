"""The `scalar` variants of convolutions, for cores without SIMD, which multiply in eight low registers alone.

`operators/_common/convolution_scalar.c.j2` copies a band of the input to a strip of bytes with 128 added,
and sums two channels by two pixels over it. Four weights lie in a word, two taps of two channels.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hilbench.kernels.input_buffer import INT16_BYTES, Strip, plan_strip
from hilbench.kernels.requantization import with_zero_point
from hilbench.kernels.tap_schedule import NO_TAP, runs_of
from hilbench.operators.case import OperatorCase
from hilbench.operators.kernel import Kernel
from hilbench.operators.layer import Layer
from hilbench.operators.reuse import Reuse
from hilbench.operators.variants import SCALAR
from hilbench.tensors import DType

_CHANNELS = 2
_PIXELS = 2
_STEP_TAPS = 2
_LONGEST_BODY = 8
"""Steps that are unrolled; sixteen would be within reach of a byte load."""
_LIFT = 128


@dataclass(frozen=True)
class ByteTraversal:
    """Bodies of steps, two neighbouring taps each, through a strip of bytes.

    Attributes:
        steps: of one body.
        jumps: bytes from each body to the next; the last one is negative.
        taps: (bodies, steps, 2) indexes into a channel's weights, NO_TAP where there is none.
    """

    steps: int
    jumps: tuple[int, ...]
    taps: NDArray[np.int64]

    @property
    def body(self) -> Iterator[str]:
        """The assembly of one body, line by line.

        r0 and r2 point to what the two pixels see, r1 to the stream; sums are r8 to r11, channel by
        channel. MULS overwrites a factor, so all but the last product of a weight have a copy of it.
        """
        for step in range(self.steps):
            yield "ldmia r1!, {r3}"
            for tap in range(_STEP_TAPS):
                yield f"ldrb r4, [r0, #{_STEP_TAPS * step + tap}]"
                yield f"ldrb r5, [r2, #{_STEP_TAPS * step + tap}]"
                for channel in range(_CHANNELS):
                    last = tap == _STEP_TAPS - 1 and channel == _CHANNELS - 1
                    weight = "r3" if last else "r6"
                    if not last:
                        yield "sxtb r6, r3"
                    if channel == 0:
                        yield f"movs r7, {weight}"
                        yield from _product("r7", "r4", 8)
                        yield from _product(weight, "r5", 9)
                    else:
                        yield from _product("r4", weight, 10)
                        yield from _product("r5", weight, 11)
                    if not last:
                        yield "asrs r3, r3, #8"


def _product(factor: str, other: str, sum_: int) -> Iterator[str]:
    yield f"muls {factor}, {other}, {factor}"
    yield f"add r{sum_}, {factor}"


def plan_bytes(strip: Strip) -> ByteTraversal:
    """Traversal of each run of taps in equal bodies."""
    runs, length = runs_of(strip)
    steps = -(-length // _STEP_TAPS)
    parts = -(-steps // _LONGEST_BODY)
    each = -(-steps // parts)
    starts = [run // INT16_BYTES + part * each * _STEP_TAPS for run in runs for part in range(parts)]
    jumps = [after - before for before, after in pairwise(starts)]
    within = np.arange(parts * each * _STEP_TAPS)
    taps = np.where(within < length, within + np.arange(len(runs))[:, None] * length, NO_TAP)
    return ByteTraversal(each, (*jumps, -1), taps.reshape(len(starts), each, _STEP_TAPS))


@dataclass(frozen=True)
class ScalarConvolution(Kernel):
    """A convolution by two channels and two pixels at a time over a strip of bytes."""

    name: str = SCALAR

    def supports(self, case: OperatorCase) -> bool:
        """Whether the case is int8, whatever the shape."""
        return case.dtype is DType.INT8

    def scratch_bytes(self, layer: Layer) -> int:
        """Bytes of the strip, and of those beyond it that the last steps read."""
        return plan_strip(layer.case, _PIXELS).size // INT16_BYTES + _LONGEST_BODY * _STEP_TAPS

    def input_reuse(self, layer: Layer) -> tuple[Reuse | None, ...]:
        """Reuse band by band."""
        return (plan_strip(layer.case, _PIXELS).input_reuse(layer.case),)

    def template_context(self, layer: Layer) -> Mapping[str, Any]:
        """The strip, the way through it and a stream for each pair of channels."""
        strip = plan_strip(layer.case, _PIXELS)
        traversal = plan_bytes(strip)
        return {"strip": strip, "traversal": traversal, "streams": _streams(layer, traversal)}


@dataclass(frozen=True)
class ScalarDepthwise(Kernel):
    """A depthwise convolution by two outputs at a time over a channel's plane."""

    name: str = SCALAR

    def supports(self, case: OperatorCase) -> bool:
        """Whether the case is int8 with neighbouring taps."""
        return case.dtype is DType.INT8 and case.window.dilation == (1, 1)

    def scratch_bytes(self, layer: Layer) -> int:
        """Bytes of the plane."""
        height, width = _plane(layer.case)
        return height * width

    def input_reuse(self, layer: Layer) -> tuple[Reuse | None, ...]:
        """Reuse channel by channel, where each output lies over the input that it is made of."""
        case = layer.case
        if case.out_c != case.in_c:
            return (None,)
        return (Reuse(case.outputs[0].bytes - case.inputs[0].bytes, case.in_c),)

    def template_context(self, layer: Layer) -> Mapping[str, Any]:
        """The plane's size, and the words of each channel (O, 1 + taps)."""
        case = layer.case
        weights = layer.constants.weights[0].reshape(-1, case.out_c).T.astype(np.int64)
        bias = with_zero_point(replace(layer.constants, weights=weights)) - _LIFT * weights.sum(axis=1)
        return {"plane": _plane(case), "words": np.column_stack([bias, weights]).astype(np.int32)}


def _plane(case: OperatorCase) -> tuple[int, int]:
    """Height and width of what an even number of outputs a row sees of a channel."""
    wide = -(-case.out_w // _PIXELS) * _PIXELS
    return (case.out_h - 1) * case.stride_h + case.kernel_h, (wide - 1) * case.stride_w + case.kernel_w


def _streams(layer: Layer, traversal: ByteTraversal) -> NDArray[np.uint32]:
    """Streams of words, one for each pair of channels of a group: (groups, pairs, words).

    A stream holds two biases, and for each body its words of weights and the jump. A missing last
    channel has weights of zero.
    """
    case = layer.case
    weights = layer.constants.weights.reshape(case.out_c, -1).astype(np.int64)
    bias = with_zero_point(layer.constants) - _LIFT * weights.sum(axis=1)
    per_group = case.out_c // case.groups
    odd = (0, per_group % _CHANNELS)
    taps = np.pad(weights, ((0, 0), (0, 1)))[:, traversal.taps]  # NO_TAP is the last
    bodies = len(traversal.jumps)
    grouped = np.pad(taps.reshape(case.groups, per_group, bodies, -1), ((0, 0), odd, (0, 0), (0, 0)))
    pairs = grouped.reshape(case.groups, -1, _CHANNELS, bodies, traversal.steps, _STEP_TAPS)
    octets = np.ascontiguousarray(pairs.transpose(0, 1, 3, 4, 5, 2).astype(np.int8))
    words = octets.reshape(*octets.shape[:4], -1).view("<u4")[..., 0].astype(np.int64)
    jumps = np.broadcast_to(np.array(traversal.jumps)[:, None], (*words.shape[:3], 1))
    body = np.concatenate([words, jumps], axis=-1).reshape(*words.shape[:2], -1)
    biases = np.pad(bias.reshape(case.groups, per_group), ((0, 0), odd)).reshape(*words.shape[:2], _CHANNELS)
    return np.concatenate([biases, body], axis=-1).astype(np.uint32)
