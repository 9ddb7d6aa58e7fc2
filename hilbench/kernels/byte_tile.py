"""The instructions that sum up a tile of activations that lie in memory as int8, four to a word.

SXTB16 widens the even ones of a word and, rotated, the odd ones; the weights are int16, the taps of a
word in that order. A word of activations takes two instructions more than one of int16 and holds twice
as many, so that nothing has to be widened beforehand.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from hilbench.kernels.smlad_microkernel import Tile

MOST_BYTE_PIXELS = 2
"""Pixels that leave registers for the words of a step."""


@dataclass(frozen=True)
class ByteTile(Tile):
    """Channels by pixels, as `Tile`, of activations of int8."""

    def body(self, *, eager: bool) -> Iterator[str]:
        """The body of the loop, line by line; `eager` as in `in_order`."""
        words = range(self.traversal.steps // 2)
        if eager and (self.channels, self.pixels) == (2, 2):
            return self._pipelined(len(words))
        return (line for word in words for line in self._word(word))

    def _word(self, word: int) -> Iterator[str]:
        """All loads of a word of each pixel in a row, which a core pipelines, and then what they are for."""
        weights = [self._weights(2 * word + half, channel) for half in (0, 1) for channel in self._channels]
        yield from weights
        yield from (self._pixel(word, pixel) for pixel in self._pixels)
        yield from (self._even(pixel) for pixel in self._pixels)
        yield from (self._odd(pixel) for pixel in self._pixels)
        for half in (0, 1):
            for pixel in self._pixels:
                for channel in self._channels:
                    yield self._product(word, half, channel, pixel)

    def _pipelined(self, words: int) -> Iterator[str]:
        """Two channels by two pixels for a core that issues two instructions at a time: 9 cycles a word.

        Each multiplication is paired with what a later one needs, and two loads with each other.
        """
        yield from (self._weights(0, 0), self._weights(0, 1), self._weights(1, 0), self._pixel(0, 0))
        yield from (self._even(0), self._odd(0))
        order = [(half, channel, pixel) for pixel in (0, 1) for half in (0, 1) for channel in (0, 1)]
        for word in range(words):
            step = 2 * word + 2
            beside = [[self._pixel(word, 1)], [self._weights(step - 1, 1)], [self._even(1)], [self._odd(1)]]
            if word < words - 1:
                beside += [[self._pixel(word + 1, 0)], [self._weights(step, 0)]]
                beside += [[self._even(0), self._weights(step, 1), self._weights(step + 1, 0)]]
                beside += [[self._odd(0)]]
            for product in order:
                yield self._product(word, *product)
                yield from beside.pop(0) if beside else ()

    @property
    def _channels(self) -> range:
        return range(self.channels)

    @property
    def _pixels(self) -> range:
        return range(self.pixels)

    def _weight_register(self, half: int, channel: int) -> str:
        return self.spare[half * self.channels + channel]

    def _pixel_register(self, pixel: int, half: int) -> str:
        """Register of the even activations of a pixel, or of its word and then the odd ones."""
        return self.spare[2 * self.channels + 2 * pixel + half]

    def _weights(self, step: int, channel: int) -> str:
        return f"ldr.w {self._weight_register(step % 2, channel)}, {self._weight(step, channel)}"

    def _pixel(self, word: int, pixel: int) -> str:
        offset = pixel * self.pixel_bytes + self.traversal.offsets[2 * word]
        return f"ldr.w {self._pixel_register(pixel, 1)}, [r0, #{offset}]"

    def _even(self, pixel: int) -> str:
        return f"sxtb16 {self._pixel_register(pixel, 0)}, {self._pixel_register(pixel, 1)}"

    def _odd(self, pixel: int) -> str:
        return f"sxtb16 {self._pixel_register(pixel, 1)}, {self._pixel_register(pixel, 1)}, ror #8"

    def _product(self, word: int, half: int, channel: int, pixel: int) -> str:
        """Product of half a word; the very first of a pixel adds to the bias, in the channel's last sum."""
        row = self.sums[channel]
        addend = row[-1] if word == half == 0 and not self.traversal.loops else row[pixel]
        operands = f"{self._pixel_register(pixel, half)}, {self._weight_register(half, channel)}"
        return f"smlad {row[pixel]}, {operands}, {addend}"
