"""The `dsp` fully connected layer: a word of four int8 weights of each channel in turn.

A weight is used once, so it stays int8 in flash; SXTB16 unpacks a word into two of int16, which SMLAD
multiplies with two words of inputs that all channels share.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hilbench.kernels.input_buffer import INT16_BYTES
from hilbench.kernels.instruction_order import ORDERS
from hilbench.kernels.paired_channels import PairedChannels, joined
from hilbench.kernels.requantization import Scaling, clamp_of, plan_scaling, with_zero_point
from hilbench.operators.base.convolution import fully_connected_rounding
from hilbench.operators.case import OperatorCase
from hilbench.operators.kernel import Kernel
from hilbench.operators.layer import Layer
from hilbench.operators.reuse import Reuse
from hilbench.operators.variants import DSP
from hilbench.tensors import Array, DType

_WORD = 4
_STEP_BYTES = 8
"""Bytes of four inputs as int16."""
_EVEN, _ODD = ("r2", "r3"), ("r4", "r5")
"""Unpacked weights of two channels; the words themselves are loaded to where their odd ones go."""
_INPUTS = ("r6", "r7")
_SUMS = ("r8", "r9", "r10", "r11", "r12", "lr")
_MOST_CHANNELS = {DType.INT8: 6, DType.INT16X8: 6, DType.INT8X4: 4}
"""Sums that leave enough registers for words in flight."""
_FEWEST_PAIRED, _FEWEST_STEPS = 4, 16
"""Channels and steps from which on channels are summed in pairs."""
_ORDERS = {
    DType.INT8: [0, 1, 2, 3],
    DType.INT16X8: [0, 2, 1, 3],
    DType.INT8X4: [0, 1, 4, 5, 2, 3, 6, 7],
}
"""Order of the weights in a word, lowest first.

SXTB16 unpacks bytes 0 and 2, then 1 and 3, and so it widens int8 inputs; int4 is unpacked by masks, first
and fifth, second and sixth, ...
"""


@dataclass(frozen=True)
class DspFullyConnected(Kernel):
    """A fully connected layer by SMLAD, a few channels at a time over the widened input."""

    name: str = DSP

    def supports(self, case: OperatorCase) -> bool:
        """Whether the case is of integers, whatever the size."""
        return case.dtype.quantized

    def scratch_bytes(self, layer: Layer) -> int:
        """Bytes of the widened input; int16 is read where it lies."""
        case = layer.case
        if case.dtype is DType.INT16X8:
            return 0
        return _steps(case) * _step_taps(case) * INT16_BYTES

    def input_reuse(self, layer: Layer) -> tuple[Reuse | None, ...]:
        """Reuse of all the input where it has been widened before the first output is written."""
        case = layer.case
        if case.dtype is DType.INT16X8:
            return (None,)
        return (Reuse(case.outputs[0].bytes - case.inputs[0].bytes),)

    def template_context(self, layer: Layer) -> Mapping[str, Any]:
        """The channels that are summed together, and one stream of constants."""
        case = layer.case
        scaling = plan_scaling(layer, fully_connected_rounding(case), weights_grow=False)
        weights = scaling.gain[:, None] * layer.constants.weights.astype(np.int64)
        paired = joined(weights) if _worth_pairing(case) else None
        channels = _block(case.out_c, _MOST_CHANNELS[case.dtype], 1 if paired is None else 2)
        words = _words_of(layer.case, weights) if paired is None else _paired_words(layer.case, paired)
        return {
            "paired": paired is not None,
            "paired_channels": PairedChannels,
            "blocks": [channels] + [case.out_c % channels] * (case.out_c % channels > 0),
            "dense": Dense,
            "steps": _steps(case),
            "scaling": scaling,
            "clamp": None if case.dtype is DType.INT16X8 else clamp_of(layer),
            "orders": ORDERS,
            "stream": _stream(layer, scaling, channels, words),
        }


@dataclass(frozen=True)
class Dense:
    """Channels that are summed together."""

    channels: int

    @property
    def sums(self) -> tuple[str, ...]:
        """Registers of the sums."""
        return _SUMS[: self.channels]

    def body(self, steps: int) -> Iterator[str]:
        """Lines of `steps` steps of four inputs; r0 points to the inputs, r1 to the weights.

        LDRD takes as long as two loads in a row and is one instruction. Between two channels an SXTB16 stands
        before each SMLAD, so that a core that issues two instructions at a time pairs them.
        """
        for step in range(steps):
            yield f"ldrd {', '.join(_INPUTS)}, [r0, #{_STEP_BYTES * step}]"
            for channel in range(0, self.channels, 2):
                sums = self.sums[channel : channel + 2]
                load = "ldrd" if len(sums) == 2 else "ldr"
                offset = _WORD * (step * self.channels + channel)
                yield f"{load} {', '.join(_ODD[: len(sums)])}, [r1, #{offset}]"
                unpacked = [
                    f"sxtb16 {even}, {word}" for even, word, _ in zip(_EVEN, _ODD, sums, strict=False)
                ]
                unpacked += [f"sxtb16 {word}, {word}, ror #8" for word, _ in zip(_ODD, sums, strict=False)]
                products = [
                    f"smlad {sum_}, {inputs}, {weight}, {sum_}"
                    for inputs, weights in zip(_INPUTS, (_EVEN, _ODD), strict=True)
                    for sum_, weight in zip(sums, weights, strict=False)
                ]
                yield unpacked[0]
                for ahead, product in zip(unpacked[1:], products, strict=False):
                    yield from (ahead, product)
                yield products[-1]


def _step_taps(case: OperatorCase) -> int:
    """Weights in a word."""
    return 32 // case.dtype.weight_bits


def _steps(case: OperatorCase) -> int:
    """Words of weights of one channel."""
    return -(-(case.in_h * case.in_w * case.in_c) // _step_taps(case))


def _block(channels: int, most: int, multiple: int) -> int:
    """Channels summed together: as many as registers hold, in blocks of equal size but the last.

    The size is a `multiple`, unless there are fewer channels.
    """
    blocks = -(-channels // most)
    even = -(-channels // blocks)
    return min(channels, -(-even // multiple) * multiple)


def _worth_pairing(case: OperatorCase) -> bool:
    """Whether the inner loop is long enough for what pairs of channels take outside it."""
    long_enough = case.out_c >= _FEWEST_PAIRED and _steps(case) >= _FEWEST_STEPS
    return case.dtype is DType.INT8 and long_enough


def _words_of(case: OperatorCase, weights: NDArray[np.int64]) -> NDArray[np.int64]:
    """Words of each channel's weights, one for each step: (O, steps)."""
    steps, taps = _steps(case), _step_taps(case)
    padded = np.pad(weights, ((0, 0), (0, steps * taps - weights.shape[1])))
    return _words(padded.reshape(case.out_c, steps, taps)[..., _ORDERS[case.dtype]], case.dtype.weight_bits)


def _paired_words(case: OperatorCase, paired: NDArray[np.int64]) -> NDArray[np.int64]:
    """Words of each pair's joined weights, two for each step: (⌈O / 2⌉, 2 steps).

    Two halves of a word meet the even inputs of four, and those of the next the odd ones.
    """
    steps, taps = _steps(case), _step_taps(case)
    padded = np.pad(paired, ((0, 0), (0, steps * taps - paired.shape[1])))
    halves = padded.reshape(len(paired), steps, 2, 2).swapaxes(2, 3) & 0xFFFF
    words: NDArray[np.int64] = (halves[..., 0] | halves[..., 1] << 16).reshape(len(paired), -1)
    return words


def _stream(layer: Layer, scaling: Scaling, channels: int, words: NDArray[np.int64]) -> NDArray[np.uint32]:
    """All constants in the order in which they are used, block of `channels` by block.

    The biases, of wide sums the low words and then the high; for each step a word of each channel's weights;
    multipliers, addends and shifts. In pairs: for each step two words of each pair's weights; bias,
    multiplier, addend and shift of each channel.
    """
    bias = scaling.gain * with_zero_point(layer.constants)
    biases = np.stack([bias, bias >> 32] if scaling.wide else [bias])
    factors = np.stack([scaling.multiplier, scaling.addend, scaling.shift])
    in_pairs = len(words) < len(bias)
    parts: list[Array] = []
    for first in range(0, len(bias), channels):
        chosen = slice(first, first + channels)
        if in_pairs:
            pairs = words[first // 2 : -(-(first + channels) // 2)]
            parts += [pairs.T, np.vstack([biases, factors])[:, chosen].T]
        else:
            parts += [biases[:, chosen], words[chosen].T, factors[:, chosen]]
    return np.concatenate([part.ravel() for part in parts]).astype(np.uint32)


def _words(weights: NDArray[np.int64], bits: int) -> NDArray[np.int64]:
    """Weights joined to words, the first lowest: (…, 32 / bits) to (…); int4 with 8 added."""
    offset = 8 if bits == 4 else 0
    fields = (weights + offset) & ((1 << bits) - 1)
    words: NDArray[np.int64] = (fields << (bits * np.arange(32 // bits))).sum(axis=-1)
    return words
