"""Sums of channels in pairs: joined weights, and the order of the inner loop's instructions."""

from __future__ import annotations

import re

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from hilbench.kernels.paired_channels import PairedChannels, joined
from hilbench.quantization.single_word_requantization import Clamp


def low_byte(half: int) -> int:
    """The low byte of a halfword with its sign, as SXTB16 leaves it."""
    return (half + 128) % 256 - 128


def execute(
    lines: list[str], inputs: NDArray[np.int64], weights: NDArray[np.int64], block: PairedChannels
) -> list[int]:
    """Sums of all channels, by the lines of a body; words are pairs of numbers: (words, 2)."""
    held: dict[str, tuple[int, int]] = {}
    sums = dict.fromkeys(block.sums, 0)
    for line in lines:
        if load := re.fullmatch(r"ldr.w (\w+), \[r([01]), #(\d+)\]", line):
            low, high = (inputs, weights)[int(load[2])][int(load[3]) // 4].tolist()
            held[load[1]] = low, high
        elif widened := re.fullmatch(r"sxtb16 (\w+), (\w+)", line):
            low, high = held[widened[2]]
            held[widened[1]] = low_byte(low), low_byte(high)
        elif product := re.fullmatch(r"smlad (\w+), (\w+), (\w+), \1", line):
            sums[product[1]] += sum(x * y for x, y in zip(held[product[2]], held[product[3]], strict=True))
        elif difference := re.fullmatch(r"sub (\w+), \1, (\w+)", line):
            sums[difference[1]] -= sums[difference[2]]
        else:
            shift = re.fullmatch(r"asr (\w+), \1, #8", line)
            assert shift is not None, line
            sums[shift[1]] >>= 8
    return list(sums.values())


@given(pairs=st.integers(1, 3), steps=st.integers(1, 9), eager=st.booleans(), seed=st.integers(0, 2**32 - 1))
def test_each_channel_gets_its_own_sum(pairs: int, steps: int, eager: bool, seed: int) -> None:
    rng = np.random.default_rng(seed)
    weights = rng.integers(-127, 128, (2 * pairs, 4 * steps))
    inputs = rng.integers(-128, 128, 4 * steps)
    numbers = joined(weights)
    assert numbers is not None
    block = PairedChannels(pairs)
    stream = numbers.reshape(pairs, -1, 2).swapaxes(0, 1).reshape(-1, 2)
    lines = [*block.body(steps, eager=eager), *block.ending()]
    assert execute(lines, inputs.reshape(-1, 2), stream, block) == (weights @ inputs).tolist()


def scaled(lines: list[str], sums: dict[str, int], factors: list[int]) -> dict[int, int]:
    """Outputs by their offset, as the lines of `outputs` make them of sums."""
    held = dict(sums)
    stored: dict[int, int] = {}
    for line in lines:
        mnemonic, operands = line.split(" ", 1)
        target, *others = re.findall(r"\w+", operands)
        values = [held.get(other, 0) for other in others]
        if mnemonic == "ldr.w":
            held[target] = factors[int(others[1]) // 4]
        elif mnemonic == "strb":
            stored[int(others[1])] = held[target]
        elif mnemonic == "smmla":
            held[target] = (values[0] * values[1] >> 32) + values[2]
        elif mnemonic == "ssat":
            held[target] = max(-128, min(127, held[target]))
        elif mnemonic == "movw":
            held[target] = int(others[0])
        elif mnemonic == "asr":
            held[target] = values[0] >> values[1]
        else:
            assert mnemonic in ("add", "qadd8")
            held[target] = sum(values) if mnemonic == "add" else min(127, sum(values))
    return stored


@given(channels=st.integers(1, 6), rises=st.sampled_from([(), (5,), (127, 30)]), seed=st.integers(0, 99))
def test_sums_become_outputs(channels: int, rises: tuple[int, ...], seed: int) -> None:
    rng = np.random.default_rng(seed)
    block = PairedChannels((channels + 1) // 2)
    sums = {register: int(rng.integers(-(2**20), 2**20)) for register in block.sums}
    bias, addend = rng.integers(-1000, 1000, (2, channels)).tolist()
    multiplier = rng.integers(2**30, 2**31, channels).tolist()
    shift = rng.integers(5, 14, channels).tolist()
    factors = [0] * 3 + [word for each in zip(bias, multiplier, addend, shift, strict=True) for word in each]
    lines = list(block.outputs(channels, Clamp(0, rises, 0, False), offset=12))
    expected = {}
    for channel, sum_ in enumerate(list(sums.values())[:channels]):
        high = ((sum_ + bias[channel]) * multiplier[channel] >> 32) + addend[channel]
        output = max(-128, min(127, high >> shift[channel]))
        for rise in rises:
            output = min(127, output + rise)
        expected[channel] = output
    assert scaled(lines, sums, factors) == expected


def test_weights_that_do_not_fit_are_not_joined() -> None:
    assert joined(np.array([[-1], [-128]])) is None
    assert joined(np.array([[0], [-128]])) is not None
    assert joined(np.full((2, 600), 127)) is None
    assert joined(np.full((1, 600), 127)) is not None
