"""The instructions that make outputs of a block's sums: requantised, clamped, stored.

Each sum takes the same few instructions, each of which waits for the one before it. So they are
interleaved: a core that issues two instructions at a time then finds pairs, and any other loses nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from hilbench.kernels.smlad_microkernel import Block
from hilbench.quantization.single_word_requantization import Clamp

_MOST_OFFSET = 4095
_INT16_MAX = 2**15 - 1
_DISTANCE = 2
"""Sums between two stages: a product is that late."""
_CHANNEL_BYTES = 257
"""A byte for both channels that one register holds in the end."""

Stage = Sequence[str]
"""One instruction, or two, for each sum."""


def finish(block: Block, clamp: Clamp, out_bytes: int) -> Iterator[str]:
    """The short requantisation, the clamp and the stores; line by line.

    Then the addresses of the next outputs and behind the last are in their registers.

    Args:
        block: its sums are in their registers.
        clamp: of the outputs.
        out_bytes: from one pixel of the output to the next.
    """
    shift, sum_ = block.scaling[2:]
    joined = block.sums[0]
    offsets = [pixel * out_bytes for pixel in range(block.pixels)]
    for channel, row in enumerate(block.sums):
        last = channel == block.channels - 1
        yield from _factors(block, channel)
        stages = _requantized(row, block.scaling, clamp)
        if last:
            stages[0][-1] += _addresses(block)
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
        stores = _stores("strh" if block.channels > 1 else "strb", joined, offsets, block)
        if _late_enough(stages) and not byte_operations and offsets[-1] <= _MOST_OFFSET:
            yield from _interleaved([*stages, stores])
            continue
        yield from _interleaved(stages)
        for operation, value in byte_operations:
            yield f"movw {shift}, #{_CHANNEL_BYTES * value}"
            yield from _bytewise(operation, joined, shift)
        yield from _interleaved([stores])


def finish_int16(block: Block, clamp: tuple[int, int], out_bytes: int) -> Iterator[str]:
    """Requantisation, clamp and stores of int16 outputs, whose zero point is 0; sums are rounded once.

    Args:
        block: its sums are in their registers.
        clamp: lowest output, either 0 or that of int16, and highest.
        out_bytes: from one pixel of the output to the next.
    """
    bound = block.scaling[3]
    lowest, highest = clamp
    joined = [_low(sum_) for sum_ in block.sums[0]]
    stores = _stores(
        "str" if block.channels > 1 else "strh",
        joined,
        [pixel * out_bytes for pixel in range(block.pixels)],
        block,
    )
    for channel, row in enumerate(block.sums):
        yield from _factors(block, channel)
        shift = block.scaling[2]
        saturate = "usat {0}, #15, {0}" if lowest == 0 else "ssat {0}, #16, {0}"
        lows = [_low(sum_) for sum_ in row]
        stages = [
            [_scaled_once(sum_, block.scaling) for sum_ in row],
            [f"asr {low}, {low}, {shift}" for low in lows],
            [saturate.format(low) for low in lows],
        ]
        if channel:
            pairs = zip(joined, lows, strict=True)
            stages.append([f"pkhbt {first}, {first}, {second}, lsl #16" for first, second in pairs])
        if channel < block.channels - 1:
            yield from _interleaved(stages)
            continue
        stages[0][-1] += _addresses(block)
        if highest == _INT16_MAX and _late_enough(stages) and not any("\n" in store for store in stores):
            yield from _interleaved([*stages, stores])
            continue
        yield from _interleaved(stages)
        if highest < _INT16_MAX:  # up until the highest saturates, and down again
            yield f"movw {bound}, #{_INT16_MAX - highest}"
            yield f"movt {bound}, #{_INT16_MAX - highest}"
            yield from _bytewise("qadd16", joined, bound)
            yield from _bytewise("ssub16", joined, bound)
        yield from _interleaved([stores])


def _factors(block: Block, channel: int) -> Iterator[str]:
    """Loads of what requantises a channel's sums, in a row, as a core pipelines them."""
    multiplier, addend, shift, _ = block.scaling
    yield f"ldr.w {multiplier}, [r1, #{block.scaling_offset + 8 * channel}]"
    yield f"ldr.w {addend}, [r1, #{block.scaling_offset + 8 * channel + 4}]"
    yield f"ldr.w {shift}, [r1, #{block.scaling_offset + 8 * block.channels + 4 * channel}]"


def _addresses(block: Block) -> str:
    """Loads of the outputs' address and the end's, behind the last product."""
    return "".join(f"\nldr.w {each}, [sp, #{4 + 4 * place}]" for place, each in enumerate(block.addresses))


def _low(sum_: str) -> str:
    """The register that keeps the output of a sum, also of one in two registers."""
    return sum_.split(", ")[0]


def _scaled_once(sum_: str, scaling: Sequence[str]) -> str:
    """Instructions of SMMLA for one sum, or its equivalent for a sum of 64 bits."""
    multiplier, addend, _, trash = scaling
    if sum_ == (low := _low(sum_)):
        return f"smmla {low}, {low}, {multiplier}, {addend}"
    _, high = sum_.split(", ")
    return (
        f"umull {trash}, {low}, {low}, {multiplier}\nmla {low}, {high}, {multiplier}, {low}\n"
        f"add {low}, {low}, {addend}"
    )


def _late_enough(stages: Sequence[Stage]) -> bool:
    """Whether stores may follow the stages at once: their address comes behind the last product."""
    return _DISTANCE * len(stages) >= len(stages[0])


def _requantized(row: Sequence[str], scaling: Sequence[str], clamp: Clamp) -> list[list[str]]:
    """SMMLAR, ASR and SSAT of one channel; the first with the sign added where it shows."""
    multiplier, addend, shift, sum_ = scaling
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


def _stores(store: str, row: Sequence[str], offsets: Sequence[int], block: Block) -> list[str]:
    """Stores to the outputs' address; a free register takes offsets that no instruction holds."""
    out = block.addresses[0]
    return [
        f"{store} {register}, [{out}, #{offset}]"
        if offset <= _MOST_OFFSET
        else f"movw {block.free}, #{offset}\n{store} {register}, [{out}, {block.free}]"
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
