"""The inner loop of the `dsp` fully connected layer: a word of four int8 weights of each channel in turn.

A weight is used once, so it stays int8 in flash; SXTB16 unpacks a word into two of int16, which SMLAD
multiplies with two words of inputs that all channels share.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

_WORD = 4
_STEP_BYTES = 8
"""Of four inputs as int16."""
_EVEN, _ODD = ("r2", "r3"), ("r4", "r5")
"""Unpacked weights of two channels; the words themselves are loaded to where their odd ones go."""
_INPUTS = ("r6", "r7")
_SUMS = ("r8", "r9", "r10", "r11", "r12", "lr")


@dataclass(frozen=True)
class Dense:
    """Channels that are summed together."""

    channels: int

    @property
    def sums(self) -> tuple[str, ...]:
        """Registers of the sums."""
        return _SUMS[: self.channels]

    def body(self, steps: int) -> Iterator[str]:
        """So many steps of four inputs; r0 points to them, r1 to the weights.

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
