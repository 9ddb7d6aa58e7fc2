"""Blocks that an earlier process decoded and scheduled are recalled as they were, or found out anew."""

from __future__ import annotations

from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from hilbench.chips import load_chip
from hilbench.virtual.core.block_cache import BlockCache
from hilbench.virtual.timing import Decoder, Entry, core_model
from tests.virtual.timing.rules import machine_code

CHIPS = ("stm32l031", "stm32l475", "nrf9160", "stm32h743")
START = 0x0800_1000
CODE = machine_code(["ldr r1, [r0, r2, lsl #2]\n adds r3, r1, #4\n str r3, [r0], #4\n it eq\n moveq r4, r3"])[
    0
] + bytes.fromhex("f7d1")
"""With an IT block, a memory operand of each kind, and a branch back."""
V6 = machine_code(["ldr r1, [r0, #4]\n adds r3, r1, #4\n str r3, [r0, r2]"])[0] + bytes.fromhex("fbd1")


@pytest.fixture(name="folder", autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    return tmp_path / "hilbench" / "blocks"


def check(cache: BlockCache, chip: str) -> None:
    """Decode and schedule the code by a cache, and compare."""
    code = V6 if chip == "stm32l031" else CODE
    model = core_model(load_chip(chip))
    decoded = Decoder().decode(code, START)
    assert cache.decode(code, START) == decoded
    for region in (None, 0x2000_0000):
        block = tuple(replace(each, region=region if each.memory else None) for each in decoded)
        expected = {entry: replace(each, issues=()) for entry, each in model.schedules(block).items()}
        found = cache.schedules(model, code, block)
        assert {entry: replace(found[entry], issues=()) for entry in Entry} == expected


def check_anew(chip: str) -> None:
    """Compare what a cache says that was just opened."""
    check(BlockCache(), chip)


@pytest.mark.parametrize("chip", CHIPS)
def test_what_is_recalled_is_what_was_found(chip: str) -> None:
    first = BlockCache()
    check(first, chip)
    check(BlockCache(), chip)
    check(first, chip)


def test_a_core_with_other_figures_has_schedules_of_its_own() -> None:
    chip = load_chip("stm32h743")
    other = chip.model_copy(update={"pipeline": {"refill_cycles": 3}})
    decoded = BlockCache().decode(CODE, START)
    costs = [
        BlockCache().schedules(core_model(each), CODE, decoded)[Entry.TAKEN].cost for each in (chip, other)
    ]
    assert costs[0] != costs[1]


@pytest.mark.parametrize("damage", ["file", "rows"])
def test_what_is_damaged_is_found_out_anew(folder: Path, damage: str) -> None:
    check(BlockCache(), "stm32h743")
    (file,) = folder.glob("*.sqlite")
    content = file.read_bytes()
    damaged = b"?" * len(content) if damage == "file" else content.replace(b"adds", b"subs")
    assert damaged != content
    file.write_bytes(damaged)
    check(BlockCache(), "stm32h743")
    check(BlockCache(), "stm32h743")


def test_several_processes_may_keep_the_same() -> None:
    with ProcessPoolExecutor(3) as processes:
        for each in [processes.submit(check_anew, chip) for chip in CHIPS for _ in range(3)]:
            each.result(timeout=60)


def test_without_a_folder_nothing_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    check(BlockCache(), "stm32h743")


def test_few_files_of_other_versions_stay(folder: Path) -> None:
    folder.mkdir(parents=True)
    for number in range(6):
        (folder / f"{number}.sqlite").touch()
    check(BlockCache(), "stm32l475")
    assert len(list(folder.glob("*.sqlite"))) == 4
