"""Input of the `dsp` depthwise convolution: planes of one channel, two neighbouring pixels to a word."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import cycle

from hilbench.kernels.input_buffer import INT16_BYTES, KIB, MOST_ROW_BYTES, Axis, Strip, fewest_bands
from hilbench.kernels.smlad_microkernel import Block, Load, Multiplication, in_order
from hilbench.kernels.tap_schedule import NO_TAP
from hilbench.operators.case import OperatorCase
from hilbench.tensors import Window

TILE_PIXELS = 4
"""Outputs that are summed together where a compiler allots the registers."""
_MOST_PIXELS = 8
_AROUND = 7
"""Instructions around a body and its finish."""
_PLANES_BYTES = 4
"""Bytes of the channels that are widened together: a word."""


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
    whole = _whole_planes(case, _PLANES_BYTES // case.dtype.bytes)
    return fewest_bands(whole, TILE_PIXELS, case.tuning.band_kib * KIB, MOST_ROW_BYTES)


def plan_few_planes(case: OperatorCase, most: int) -> Planes:
    """Bands that take at most so many bytes, of as many channels at a time as are widened soonest.

    Few channels make higher bands, whose rows are widened less often. Where not even one channel has room
    for whole rows, they are split.
    """
    counts = [count for count in (4, 2, 1) if count * case.dtype.bytes <= _PLANES_BYTES]
    options = [fewest_bands(_whole_planes(case, count), TILE_PIXELS, most, most) for count in counts]
    fitting = [planes for planes in options if planes.size <= most] or options[-1:]
    return min(fitting, key=_widening_cost)


def _widening_cost(planes: Planes) -> tuple[bool, float]:
    """Whether rows are split, which no assembly does; instructions to widen what an output row takes."""
    vertical, horizontal = planes.vertical, planes.horizontal
    return horizontal.band < horizontal.outputs, vertical.span / vertical.band * (1.25 + 1 / planes.groups)


def _whole_planes(case: OperatorCase, channels: int) -> Planes:
    """The whole input in one band, so many channels at a time."""
    vertical, horizontal = map(_axis, case.windows)
    return Planes(vertical, horizontal, min(channels, case.in_c), 1)


def _axis(window: Window) -> Axis:
    """Axis that widens every pixel, even where a kernel of 1 skips some."""
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

    def weights(self, pixels: int) -> list[int]:
        """Words of weights that `pixels` outputs need."""
        return sorted({product.weights for product in self.products if product.pixel < pixels})

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


_WORD = 4
_MOST_OFFSET = 4095


@dataclass(frozen=True)
class Filter(Block):
    """Neighbouring outputs of one channel, which share the words of pixels that they see.

    Attributes:
        plan: of one row of the kernel.
        rows: of the kernel.
        row_bytes: from one row of the planes to the next.
    """

    plan: RowPlan
    rows: int
    row_bytes: int

    @property
    def body_words(self) -> int:
        """Weights of all rows."""
        return self.rows * len(self.plan.taps)

    @property
    def loops(self) -> bool:
        """Whether there is a loop: always false."""
        return False

    @property
    def fits(self) -> bool:
        """Whether registers hold the weights of a row and two words of pixels, and offsets reach all."""
        furthest = max(product.word for product in self.plan.products) * _WORD
        reach = max((self.rows - 1) * self.row_bytes + furthest, self.scaling_offset + 2 * _WORD)
        return len(self.plan.taps) <= len(self.spare) - 2 and reach <= _MOST_OFFSET

    def body(self, *, eager: bool) -> Iterator[str]:
        """Body row by row; each output's first product adds to the bias, which waits in the last sum."""
        held = min(2 * len(self.plan.taps), len(self.spare) - 2)
        weights, pixels = cycle(self.spare[:held]), cycle(self.spare[held:])
        loads: list[Load] = []
        todo: list[Multiplication] = []
        begun: set[int] = set()
        for row in range(self.rows):
            filters: dict[int, Load] = {}
            for word, products in self.plan.of(self.pixels):
                loads.append(_load(next(pixels), "r0", row * self.row_bytes + word * _WORD))
                seen = loads[-1]
                for product in products:
                    if product.weights not in filters:
                        index = 1 + row * len(self.plan.taps) + product.weights
                        filters[product.weights] = _load(next(weights), "r1", index * _WORD)
                        loads.append(filters[product.weights])
                    todo.append(self._multiplication(product, seen, filters[product.weights], begun))
        return in_order(loads, todo, set(self.spare), eager=eager)

    def _multiplication(
        self, product: Product, words: Load, weights: Load, begun: set[int]
    ) -> Multiplication:
        (sums,) = self.sums
        target = sums[product.pixel]
        addend = target if product.pixel in begun else sums[-1]
        begun.add(product.pixel)
        operation = f"smla{product.halves}"
        text = f"{operation} {target}, {words.register}, {weights.register}, {addend}"
        return Multiplication(text, (words, weights))


def _load(register: str, base: str, offset: int) -> Load:
    return Load(register, f"ldr.w {register}, [{base}, #{offset}]")


def plan_filters(planes: Planes, finished: Callable[[Block], Iterable[str]], wanted: int = 0) -> list[Filter]:
    """Filters of outputs summed together, and of those left over in a row, with the fewest instructions.

    `finished` gives those that make outputs of sums; `wanted` outputs are summed together where that is
    given.

    Those that do not fit into assembly are as wide as a compiler's registers allow.
    """
    outputs = planes.horizontal.outputs
    widths = [wanted] if 0 < wanted <= outputs else range(min(_MOST_PIXELS, outputs), 0, -1)
    options = [_row_of_filters(planes, pixels) for pixels in widths]
    fitting = [filters for filters in options if in_assembly(planes, filters)]
    if not fitting:
        return _row_of_filters(planes, min(wanted or TILE_PIXELS, outputs))
    return min(fitting, key=lambda filters: _instructions(filters, outputs, finished))


def in_assembly(planes: Planes, filters: list[Filter]) -> bool:
    """Whether the assembly can do it: bands of whole rows, and enough registers and offsets."""
    return planes.horizontal.band == planes.horizontal.outputs and all(each.fits for each in filters)


def _row_of_filters(planes: Planes, pixels: int) -> list[Filter]:
    axis = planes.horizontal
    plan = plan_row(axis.kernel, axis.stride, planes.lead, pixels)
    widths = [width for width in (pixels, axis.outputs % pixels) if width]
    return [
        Filter(1, width, axis.stride * INT16_BYTES, plan, planes.vertical.kernel, planes.row * INT16_BYTES)
        for width in widths
    ]


def _instructions(filters: list[Filter], outputs: int, finished: Callable[[Block], Iterable[str]]) -> int:
    """Instructions for one row of outputs."""
    costs = [len(list(each.body(eager=False))) + len(list(finished(each))) + _AROUND for each in filters]
    return outputs // filters[0].pixels * costs[0] + sum(costs[1:])
