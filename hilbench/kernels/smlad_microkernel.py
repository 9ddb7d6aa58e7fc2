"""The instructions that sum up a tile: a block of channels by pixels, two taps of each at a time.

The sums fill the register file but for a few registers, in which words of weights and activations
follow one another. All instructions are 32 bits long, so that where the first is aligned, all are: a
Cortex-M4 loses a cycle to any three in a row that are not.
"""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from hilbench.kernels.tap_schedule import Traversal

_POOL = ("r2", "r3", "r4", "r5", "r6", "r7", "r8", "r9", "r10", "r11", "r12", "lr")
"""All but r0 and r1, which point to activations and weights, the stack pointer and the program counter."""
_WORD = 4
_REGISTER = re.compile(r"\b(?:r\d+|lr)\b")


@dataclass(frozen=True, eq=False)
class Load:
    """Load of one word; two with the same text are still two."""

    register: str
    text: str


@dataclass(frozen=True)
class Multiplication:
    """Multiplication of two words that were loaded."""

    text: str
    operands: tuple[Load, Load]


def in_order(
    loads: Sequence[Load], multiplications: Sequence[Multiplication], free: set[str], *, eager: bool
) -> Iterator[str]:
    """The instructions, line by line, each word loaded before it is multiplied.

    Args:
        loads: in the order in which they are wanted.
        multiplications: in their order.
        free: registers to begin with.
        eager: load a word as soon as its register is free: a core that issues two instructions at a
            time then finds a load for every multiplication. Else load only what is missing, all
            that there are registers for: a core pipelines loads in a row.
    """
    waiting = list(loads)
    uses = Counter(operand for each in multiplications for operand in each.operands)

    def load(most: int) -> Iterator[str]:
        ready = {each.register: each for each in reversed(waiting) if each.register in free}
        for chosen in sorted(ready.values(), key=waiting.index)[:most]:
            waiting.remove(chosen)
            free.remove(chosen.register)
            yield chosen.text

    yield from load(len(free))
    for multiplication in multiplications:
        if not set(multiplication.operands).isdisjoint(waiting):
            yield from load(len(free))
        yield multiplication.text
        uses.subtract(multiplication.operands)
        free.update(operand.register for operand in multiplication.operands if not uses[operand])
        if eager:
            yield from load(1)


@dataclass(frozen=True)
class Block(ABC):
    """Outputs that are summed together, and the assembly that does it.

    Attributes:
        pixel_bytes: from the activations of one pixel to those of the next.
    """

    channels: int
    pixels: int
    pixel_bytes: int

    @property
    def size(self) -> tuple[int, int]:
        """Size in channels and pixels."""
        return self.channels, self.pixels

    @property
    def sum_words(self) -> int:
        """Registers that one sum takes."""
        return 1

    @property
    def sums(self) -> tuple[tuple[str, ...], ...]:
        """Registers of the sums, a row for each channel; one of 64 bits is a pair, "low, high"."""
        registers = _POOL[len(self.spare) :]
        if self.sum_words == 2:
            registers = tuple(map(", ".join, zip(registers[::2], registers[1::2], strict=True)))
        rows = range(0, len(registers), self.pixels)
        return tuple(registers[row : row + self.pixels] for row in rows)

    @property
    def spare(self) -> tuple[str, ...]:
        """Registers for words of weights and activations; at least four."""
        return _POOL[: len(_POOL) - self.channels * self.pixels * self.sum_words]

    @cached_property
    def _by_last_use(self) -> list[str]:
        """Spare registers in the order in which the body leaves them."""
        used = [register for line in self.body(eager=True) for register in _REGISTER.findall(line)]
        last = {register: place for place, register in enumerate(used)}
        return sorted(self.spare, key=lambda register: last.get(register, -1))

    @property
    def scaling(self) -> tuple[str, str, str, str]:
        """Registers for multiplier, addend, shift and one thing more: those that the body leaves first."""
        multiplier, addend, shift, other = self._by_last_use[:4]
        return multiplier, addend, shift, other

    @property
    def addresses(self) -> tuple[str, str]:
        """Registers for the address of the next outputs and that of the end.

        Where there are no others, those of the multiplier and the addend, behind the last product.
        """
        left = self._by_last_use[4:]
        out, end = left[:2] if len(left) > 1 else self._by_last_use[:2]
        return out, end

    @property
    def free(self) -> str:
        """Register that is free behind all sums and outputs."""
        return self.scaling[2]

    @property
    def bias_words(self) -> int:
        """Words of the biases that the stream begins with."""
        return self.channels * self.sum_words

    @property
    @abstractmethod
    def body_words(self) -> int:
        """Words of the stream that one pass of the body takes."""

    @property
    @abstractmethod
    def loops(self) -> bool:
        """Whether the body is passed more than once."""

    @abstractmethod
    def body(self, *, eager: bool) -> Iterator[str]:
        """The body, line by line; `eager` as in `in_order`."""

    @property
    def scaling_offset(self) -> int:
        """Bytes from the stream's pointer behind the body to what requantises the sums."""
        return _WORD * (self.body_words + (0 if self.loops else self.bias_words))


@dataclass(frozen=True)
class Tile(Block):
    """Channels by pixels, each of which sees all channels.

    Attributes:
        from_zero: sums begin at zero, not at a bias that the stream begins with.
        wide: sums have 64 bits.
    """

    traversal: Traversal
    from_zero: bool = False
    wide: bool = False

    @property
    def sum_words(self) -> int:
        """Registers that one sum takes."""
        return 2 if self.wide else 1

    @property
    def body_words(self) -> int:
        """Weights of one body, and the jump behind them."""
        return self.traversal.steps * self.channels + 1

    @property
    def loops(self) -> bool:
        """Whether the body is passed more than once."""
        return self.traversal.loops

    def body(self, *, eager: bool) -> Iterator[str]:
        """The body of the loop, line by line; `eager` as in `in_order`.

        A step loads a word of weights for each channel and a word of activations for each pixel, and
        multiplies each with each.
        """
        steps = [self._loads(step) for step in range(self.traversal.steps)]
        loads = [load for weights, activations in steps for load in (*weights, *activations)]
        todo = [each for step, words in enumerate(steps) for each in self._multiplications(step, *words)]
        return in_order(loads, todo, set(self.spare), eager=eager)

    def _loads(self, step: int) -> tuple[list[Load], list[Load]]:
        """Loads of the weights and of the activations of one step."""
        registers = self.spare[self.channels :][: self.pixels]
        activations = []
        for pixel in range(self.pixels):
            register = registers[(step * self.pixels + pixel) % len(registers)]
            offset = pixel * self.pixel_bytes + self.traversal.offsets[step]
            activations.append(Load(register, f"ldr.w {register}, [r0, #{offset}]"))
        weights = [
            Load(self.spare[channel], f"ldr.w {self.spare[channel]}, {self._weight(step, channel)}")
            for channel in range(self.channels)
        ]
        return weights, activations

    def _weight(self, step: int, channel: int) -> str:
        """Address of a word of weights; a loop's first load moves the pointer to its body."""
        offset = (step * self.channels + channel) * _WORD
        if not self.traversal.loops:
            return f"[r1, #{offset if self.from_zero else self.bias_words * _WORD + offset}]"
        return f"[r1, #{offset}]" if offset else f"[r1, #{self.body_words * _WORD}]!"

    def _multiplications(
        self, step: int, weights: list[Load], activations: list[Load]
    ) -> Iterator[Multiplication]:
        """Multiplications of a step; the very first add to the bias, which waits in each channel's last sum.

        Wide sums hold the bias from the beginning.
        """
        for pixel, activation in enumerate(activations):
            for channel, weight in enumerate(weights):
                target = self.sums[channel][pixel]
                first = step == 0 and not self.traversal.loops
                operands = f"{target}, {activation.register}, {weight.register}"
                addend = self.sums[channel][-1] if first else target
                text = f"smlald {operands}" if self.wide else f"smlad {operands}, {addend}"
                if first and self.from_zero:
                    text = f"smuad {operands}"
                yield Multiplication(text, (weight, activation))
