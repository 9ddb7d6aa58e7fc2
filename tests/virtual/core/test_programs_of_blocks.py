"""Programs of blocks, which say where they load and store, in a room that may be used up."""

from __future__ import annotations

import pytest

from hilbench.virtual.core import layout
from tests.virtual.core.bench import bench

BLOCKS = 30
CODE = "".join(f"b {n}f\n {n}: ldr r1, [r0]\n ldr r2, [r0, #{4 * n}]\n" for n in range(1, BLOCKS)) + "bkpt 0"
DATA = 0x1000


def test_blocks_whose_room_was_given_to_others_take_what_they_took(monkeypatch: pytest.MonkeyPatch) -> None:
    taken = []
    for words in (layout.PROGRAM_WORDS, 2 * BLOCKS):
        monkeypatch.setattr(layout, "PROGRAM_WORDS", words)
        with bench("stm32h743") as found:
            found.machine.bus.block_of(found.ram).load(found.ram + DATA, found.ram.to_bytes(4, "little"))
            taken.append([found.cycles(CODE, found.ram + DATA) for _ in range(3)])
    assert taken[0] == taken[1]
