"""Straight code is parted into blocks where the emulator by itself parts it, whatever of it is replaced."""

from __future__ import annotations

import pytest

from tests.virtual.core.bench import bench


@pytest.mark.parametrize(
    ("piece", "times", "lengths"),
    [
        ("ldr r1, [r5]\n", 700, [499, 13, 189]),
        ("ldrd r1, r2, [r5]\n", 500, [250, 6, 245]),
        ("ldm r5, {r0-r4}\n", 500, [100, 100, 56, 100, 100, 45]),
        ("ldr r1, [r5, #8]\n smlad r2, r3, r1, r2\n", 300, [320, 21, 1, 259]),
        ("ldrb r1, [r5, r6]\n str r1, [r5]\n adds r6, r1, r1\n", 250, [413, 99, 239]),
    ],
    ids=["loads", "pairs", "multiples", "products", "stores"],
)
def test_long_code_is_parted_as_by_the_stock_emulator(piece: str, times: int, lengths: list[int]) -> None:
    with bench("stm32h743") as found:
        data = found.ram + 0x3000
        found.cycles(piece * times + "bkpt 0", 0, 0, 0, 0, 0, data, 0)
        counter = found.machine.core.counter
        blocks: list[int] = []
        address = found.ram
        while (block := counter.block_at(address)) is not None:
            blocks.append(len(block.instructions))
            address += len(block.code)
    assert blocks == lengths
