"""The `lean` variants: small scratch for every shape, and an inner loop that meets all taps."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hilbench.kernels.byte_tile import ByteTile
from hilbench.kernels.tap_schedule import Traversal
from hilbench.operators import load_operators

MOST = 2048
SIZES = st.integers(1, 100)


@given(height=SIZES, width=SIZES, kernel=st.integers(1, 7), stride=st.integers(1, 3), data=st.data())
@pytest.mark.parametrize("operator", ["conv2d", "pointwise_conv2d", "grouped_conv2d", "depthwise_conv2d"])
def test_scratch_is_small_unless_one_output_sees_more(
    operator: str, height: int, width: int, kernel: int, stride: int, data: st.DataObject
) -> None:
    channels = 4 * data.draw(st.integers(1, 150))
    kernel = 1 if operator == "pointwise_conv2d" else kernel
    shape: dict[str, Any] = {"kernel_h": kernel, "kernel_w": kernel, "stride": stride, "in_c": channels}
    shape |= {} if operator.startswith("depthwise") else {"out_c": 8}
    shape |= {"groups": 4} if operator.startswith("grouped") else {}
    layer = load_operators().layer(operator=operator, in_h=height, in_w=width, variant="lean", **shape)
    seen = kernel * kernel * channels if not operator.startswith("depthwise") else 2 * kernel * (kernel + 1)
    assert layer.arena.scratch_bytes <= max(MOST, seen + seen // 16)


def test_pixels_are_read_where_they_lie() -> None:
    layer = load_operators().layer(
        operator="pointwise_conv2d", in_h=3, in_w=3, in_c=128, out_c=256, variant="lean"
    )
    assert layer.arena.scratch_bytes == 0


def products(lines: list[str]) -> dict[str, list[tuple[str, ...]]]:
    """Words of activations, their halves and the words of weights that each sum takes, in order."""
    held: dict[str, tuple[str, ...]] = {}
    sums: dict[str, list[tuple[str, ...]]] = {}
    for line in lines:
        if load := re.fullmatch(r"ldr.w (\w+), \[r([01]), #(\d+)\]", line):
            held[load[1]] = (f"r{load[2]}+{load[3]}",)
        elif widened := re.fullmatch(r"sxtb16 (\w+), (\w+)(, ror #8)?", line):
            held[widened[1]] = (*held[widened[2]], "odd" if widened[3] else "even")
        else:
            match = re.fullmatch(r"smlad (\w+), (\w+), (\w+), (\w+)", line)
            assert match is not None, line
            sums.setdefault(match[1], []).append((*held[match[2]], *held[match[3]]))
    return sums


@given(channels=st.sampled_from([1, 2]), pixels=st.sampled_from([1, 2]), words=st.integers(1, 6))
def test_each_half_of_a_word_meets_its_weights(channels: int, pixels: int, words: int) -> None:
    offsets = tuple(4 * word for word in range(words) for _ in (0, 1))
    tile = ByteTile(channels, pixels, 64, Traversal(1, offsets, (-4,), np.empty((1, 2 * words, 2), np.int64)))
    for eager in (False, True):
        sums = products(list(tile.body(eager=eager)))
        for channel, row in enumerate(tile.sums):
            for pixel, register in enumerate(row):
                assert sums[register] == [
                    (f"r0+{64 * pixel + 4 * word}", half, f"r1+{4 * (channels + step * channels + channel)}")
                    for word in range(words)
                    for step, half in ((2 * word, "even"), (2 * word + 1, "odd"))
                ]
