"""How the `dsp` depthwise convolution reads: planes of one channel, two neighbouring pixels to a word."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from hilbench.cases.case import OperatorCase
from hilbench.cases.geometry import Window, windows
from hilbench.cases.strip import Axis, Strip, fewest_bands
from hilbench.cases.traversal import NO_TAP

TILE_PIXELS = 4
_PLANES = 4
"""Channels that are widened together: a word of int8."""


@dataclass(frozen=True)
class Planes(Strip):
    """A strip of a few channels, each of its rows at a word: `groups` planes of one channel.

    A plane begins at an even pixel of the image, so that pixels are widened in pairs whatever the padding.
    """

    @property
    def lead(self) -> int:
        """Pixels before the padding's first."""
        return self.horizontal.padding % 2

    @property
    def plane(self) -> int:
        """Pixels of a plane's row: an even number."""
        return -(-(self.lead + self.horizontal.span) // 2) * 2


def plan_planes(case: OperatorCase) -> Planes:
    """The largest bands that take no more memory than is good."""
    vertical, horizontal = map(_axis, windows(case))
    return fewest_bands(Planes(vertical, horizontal, min(_PLANES, case.in_c), 1), TILE_PIXELS)


def _axis(window: Window) -> Axis:
    """Every pixel is widened, even where a kernel of 1 skips some."""
    outputs = window.output
    return Axis(window.length, outputs, outputs, 1, window.stride, 1, window.kernel, window.pad_before)


@dataclass(frozen=True)
class Product:
    """A multiplication of one or both halves of a word of pixels.

    Attributes:
        word: of pixels, counted from the tile's first.
        pixel: output that it adds to.
        weights: index of the word of weights.
        halves: of pixels and weights: "d" for both of both, else b or t (bottom or top) of each.
    """

    word: int
    pixel: int
    weights: int
    halves: str


@dataclass(frozen=True)
class RowPlan:
    """One row of a kernel for a row of outputs.

    Attributes:
        taps: the two taps of each word of weights, NO_TAP for none.
        products: in the order of the words of pixels.
    """

    taps: tuple[tuple[int, int], ...]
    products: tuple[Product, ...]

    def of(self, pixels: int) -> Iterator[tuple[int, list[Product]]]:
        """Words of pixels with the products that `pixels` outputs need of each."""
        chosen = [product for product in self.products if product.pixel < pixels]
        for word in sorted({product.word for product in chosen}):
            yield word, [product for product in chosen if product.word == word]


def plan_row(kernel: int, stride: int, lead: int, pixels: int) -> RowPlan:
    """Pair each output's taps as its pixels lie in words.

    An output that begins within a word has its first tap alone, and whatever is left has its last; a tap
    alone multiplies the half of any word of weights that holds it.
    """
    starts = [lead + pixel * stride for pixel in range(pixels)]
    parities = sorted({start % 2 for start in starts})
    pairs = [(tap, tap + 1) for parity in parities for tap in range(parity, kernel - 1, 2)]
    singles = sorted({tap for parity in parities for tap in _singles(kernel, parity)})
    held = {tap for pair in pairs for tap in pair}
    taps = (*pairs, *((tap, NO_TAP) for tap in singles if tap not in held))
    products = []
    for pixel, start in enumerate(starts):
        products += [
            Product((start + tap) // 2, pixel, taps.index((tap, tap + 1)), "d")
            for tap in range(start % 2, kernel - 1, 2)
        ]
        for tap in _singles(kernel, start % 2):
            weights = next(index for index, pair in enumerate(taps) if tap in pair)
            halves = "bt"[(start + tap) % 2] + "bt"[taps[weights].index(tap)]
            products.append(Product((start + tap) // 2, pixel, weights, halves))
    return RowPlan(taps, tuple(sorted(products, key=lambda product: (product.word, product.pixel))))


def _singles(kernel: int, parity: int) -> list[int]:
    """Taps that share no word with another of the same output."""
    return [0] * parity + [kernel - 1] * (kernel > parity and (kernel - parity) % 2)
