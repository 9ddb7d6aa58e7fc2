"""The instructions that make outputs of a block's sums: requantised, clamped, stored.

Each sum takes the same few instructions, each of which waits for the one before it. So they are
interleaved: a core that issues two instructions at a time then finds pairs, and any other loses nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from hilbench.cases.short_requantization import Clamp
from hilbench.cases.smlad import Block

_MOST_OFFSET = 4095
_DISTANCE = 2
"""Sums between two stages: a product is that late."""
_CHANNEL_BYTES = 257
"""A byte for both channels that one register holds in the end."""

Stage = Sequence[str]
"""One instruction, or two, for each sum."""


def finish(block: Block, clamp: Clamp, out_c: int) -> Iterator[str]:
    """The short requantisation, the clamp and the stores; line by line.

    Then the addresses of the next outputs and behind the last are in the first two spare registers.

    Args:
        block: its sums are in their registers.
        clamp: of the outputs.
        out_c: bytes from one pixel of the output to the next.
    """
    multiplier, addend, shift, sum_ = block.spare[:4]
    joined = block.sums[0]
    offsets = [pixel * out_c for pixel in range(block.pixels)]
    for channel, row in enumerate(block.sums):
        last = channel == block.channels - 1
        yield f"ldrd {multiplier}, {addend}, [r1, #{block.scaling_offset + 8 * channel}]"
        yield f"ldr {shift}, [r1, #{block.scaling_offset + 8 * block.channels + 4 * channel}]"
        stages = _requantized(row, block.spare, clamp)
        if last:
            stages[0][-1] += f"\nldrd {multiplier}, {addend}, [sp, #4]"
        if channel:
            stages.append(
                [f"bfi {first}, {second}, #8, #8" for first, second in zip(joined, row, strict=True)]
            )
        byte_operations = [("qadd8", rise) for rise in clamp.rises]
        byte_operations += [("uadd8", clamp.fall % 256)] * bool(clamp.fall)
        if not last:
            yield from _interleaved(stages)
            continue
        if byte_operations and clamp.hides_negative:  # then the fourth register is free
            operation, value = byte_operations.pop(0)
            yield f"movw {sum_}, #{_CHANNEL_BYTES * value}"
            stages.append(_bytewise(operation, joined, sum_))
        stores = _stores(joined, offsets, block, shift)
        late_enough = _DISTANCE * len(stages) >= block.pixels  # the address comes behind the last product
        if late_enough and not byte_operations and offsets[-1] <= _MOST_OFFSET:
            yield from _interleaved([*stages, stores])
            continue
        yield from _interleaved(stages)
        for operation, value in byte_operations:
            yield f"movw {shift}, #{_CHANNEL_BYTES * value}"
            yield from _bytewise(operation, joined, shift)
        yield from _interleaved([stores])


def _requantized(row: Sequence[str], spare: Sequence[str], clamp: Clamp) -> list[list[str]]:
    """SMMLAR, ASR and SSAT of one channel; the first with the sign added where it shows."""
    multiplier, addend, shift, sum_ = spare[:4]
    scaled = [
        f"smmlar {register}, {register}, {multiplier}, {addend}"
        if clamp.hides_negative
        else f"add {sum_}, {addend}, {register}, asr #31\nsmmlar {register}, {register}, {multiplier}, {sum_}"
        for register in row
    ]
    shifted = [f"asr {register}, {register}, {shift}" for register in row]
    return [scaled, shifted, [f"ssat {register}, #8, {register}" for register in row]]


def _bytewise(operation: str, row: Sequence[str], constant: str) -> list[str]:
    return [f"{operation} {register}, {register}, {constant}" for register in row]


def _stores(row: Sequence[str], offsets: Sequence[int], block: Block, spare: str) -> list[str]:
    store, out = "strh" if block.channels > 1 else "strb", block.spare[0]
    return [
        f"{store} {register}, [{out}, #{offset}]"
        if offset <= _MOST_OFFSET
        else f"movw {spare}, #{offset}\n{store} {register}, [{out}, {spare}]"
        for register, offset in zip(row, offsets, strict=True)
    ]


def _interleaved(stages: Sequence[Stage]) -> Iterator[str]:
    """Stage by stage for each sum; in a pair the later stage first, as SSAT takes only the first slot."""
    count = len(stages[0])
    for time in range(count + _DISTANCE * (len(stages) - 1)):
        for number in reversed(range(len(stages))):
            index = time - _DISTANCE * number
            if 0 <= index < count:
                yield stages[number][index]
