"""Fully connected sums of channels in pairs, whose int8 weights share a halfword.

With the weights *w* of one channel and *v* of another in a halfword, 256 *v* + *w*, SMLAD adds 256 times
the sum of the second and the sum of the first. SXTB16 leaves *w* alone, so that a second SMLAD adds the sum
of the first. Their difference is 256 times the sum of the second: one instruction unpacks weights for two.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import cycle

import numpy as np
from numpy.typing import NDArray

from hilbench.quantization.single_word_requantization import Clamp

_WORD = 4
_STEP_WORDS = 2
"""Words of inputs in a step of four inputs."""
_INPUTS = ("r2", "r3")
_WEIGHTS = ("r4", "r5", "r6")
_SPARE = ("r0", "r2", "r3", "r4", "r5", "r6")
"""Registers that are free behind the sums."""
_FACTORS = 4
"""Words of a channel: bias, multiplier, addend, shift."""
_SUMS = ("r8", "r9", "r10", "r11", "r12", "lr")
_INT16 = np.iinfo(np.int16)
_LARGEST_INPUT = 128
_JOINED = 256
"""Factor of the second channel's weights."""


@dataclass(frozen=True)
class PairedChannels:
    """Pairs of channels that are summed together, three at most.

    The sum of the first channel of a pair is in the first of its registers, both sums in the second.
    """

    pairs: int

    @property
    def sums(self) -> tuple[str, ...]:
        """Registers of the sums, pair by pair."""
        return _SUMS[: 2 * self.pairs]

    def body(self, steps: int, *, eager: bool) -> Iterator[str]:
        """Lines of `steps` steps of four inputs; r0 points to the inputs, r1 to the weights.

        Args:
            steps: at least one; of none there are no lines.
            eager: for a core that issues two instructions at a time, what comes next is loaded with the
                multiplications; else loads stand in a row, as a core pipelines them.
        """
        words = _STEP_WORDS * steps
        if not eager:
            return (line for word in range(words) for line in self._in_turn(word))
        return self._pipelined(words)

    def _in_turn(self, word: int) -> Iterator[str]:
        if word % _STEP_WORDS == 0:
            yield from (self._input(word), self._input(word + 1))
        yield from (self._load(word, pair) for pair in range(self.pairs))
        yield from (self._both(word, pair) for pair in range(self.pairs))
        yield from (self._widen(pair) for pair in range(self.pairs))
        yield from (self._first(word, pair) for pair in range(self.pairs))

    def _pipelined(self, words: int) -> Iterator[str]:
        """Sums of both with the widening of the pair before, sums of the first with the next loads."""
        if words:
            yield self._input(0)
            yield from (self._load(0, pair) for pair in range(self.pairs))
        for word in range(words):
            more = word < words - 1
            for pair in range(self.pairs):
                yield self._both(word, pair)
                if pair:
                    yield self._widen(pair - 1)
                elif more:
                    yield self._input(word + 1)
            for pair in range(self.pairs):
                if pair == 0:
                    yield self._widen(self.pairs - 1)
                yield self._first(word, pair)
                if more and pair:
                    yield self._load(word + 1, pair - 1)
            if more:
                yield self._load(word + 1, self.pairs - 1)

    def ending(self) -> Iterator[str]:
        """Lines that make the sums of the second channels."""
        for first, both in zip(self.sums[::2], self.sums[1::2], strict=True):
            yield f"sub {both}, {both}, {first}"
        for both in self.sums[1::2]:
            yield f"asr {both}, {both}, #8"

    def outputs(self, channels: int, clamp: Clamp, offset: int) -> Iterator[str]:
        """Lines that requantise the sums, rounding once, and store them to the address in r7.

        Args:
            channels: of the block, as the last pair may have one.
            clamp: of the outputs.
            offset: bytes from r1 to bias, multiplier, addend and shift of the first channel.
        """
        *spare, constant = _SPARE
        changes = [("qadd8", rise) for rise in clamp.rises] + [("uadd8", clamp.fall % 256)] * bool(clamp.fall)
        registers = cycle(spare if changes else _SPARE)
        for channel, sum_ in enumerate(self.sums[:channels]):
            factors = [next(registers) for _ in range(_FACTORS)]
            bias, multiplier, addend, shift = factors
            for place, register in enumerate(factors, start=_FACTORS * channel):
                yield f"ldr.w {register}, [r1, #{offset + _WORD * place}]"
            yield f"add {sum_}, {sum_}, {bias}"
            yield f"smmla {sum_}, {sum_}, {multiplier}, {addend}"
            yield f"asr {sum_}, {sum_}, {shift}"
            yield f"ssat {sum_}, #8, {sum_}"
            for operation, value in changes:
                yield f"movw {constant}, #{value}"
                yield f"{operation} {sum_}, {sum_}, {constant}"
            yield f"strb {sum_}, [r7, #{channel}]"

    def _input(self, word: int) -> str:
        return f"ldr.w {_INPUTS[word % 2]}, [r0, #{_WORD * word}]"

    def _load(self, word: int, pair: int) -> str:
        return f"ldr.w {_WEIGHTS[pair]}, [r1, #{_WORD * (word * self.pairs + pair)}]"

    def _widen(self, pair: int) -> str:
        return f"sxtb16 {_WEIGHTS[pair]}, {_WEIGHTS[pair]}"

    def _both(self, word: int, pair: int) -> str:
        both = self.sums[2 * pair + 1]
        return f"smlad {both}, {_INPUTS[word % 2]}, {_WEIGHTS[pair]}, {both}"

    def _first(self, word: int, pair: int) -> str:
        first = self.sums[2 * pair]
        return f"smlad {first}, {_INPUTS[word % 2]}, {_WEIGHTS[pair]}, {first}"


def joined(weights: NDArray[np.int64]) -> NDArray[np.int64] | None:
    """Weights of pairs of channels in one number each: (O, inputs) to (⌈O / 2⌉, inputs).

    None where a number exceeds int16, or a sum of both, by any inputs, 32 bits.
    """
    filled = np.pad(weights, ((0, len(weights) % 2), (0, 0)))
    numbers: NDArray[np.int64] = filled[::2] + _JOINED * filled[1::2]
    largest = np.abs(filled).sum(axis=1) * _LARGEST_INPUT
    fits = largest[::2] + _JOINED * largest[1::2] <= np.iinfo(np.int32).max
    within = _INT16.min <= numbers.min(initial=0) and numbers.max(initial=0) <= _INT16.max
    return numbers if within and fits.all() else None
