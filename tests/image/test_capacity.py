"""Room for cases beside the firmware: what the host lets through is what the linker takes."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hilbench.chips import Chip, Placement, chip_names, load_chip
from hilbench.errors import DoesNotFit
from hilbench.grids import load_grid
from hilbench.image import Builder, BuildResult, Toolchain
from hilbench.image.cache import BuildCache
from hilbench.image.capacity import Capacity
from hilbench.image.firmware import Firmware
from hilbench.image.layout import Layout
from hilbench.operators import Layer
from hilbench.operators.arena import ALIGNMENT
from hilbench.operators.registry import Registry, load_operators
from tests.image.handmade import write_operator

ADD = load_operators().layer(operator="add", in_h=5, in_w=5, in_c=3)
COPY = "out[i] = in[i];"
KEEP = "out[i] = (int8_t)(in[i] + kept[i]);"
VARIABLES = "static volatile int8_t kept[{size}];"
CODE = '__asm__ volatile(".space {size}"); ' + COPY
TABLE = "out[i] = table[(unsigned)i * 1000u % sizeof table];"
WEAK = "__attribute__((weak)) const int8_t table[{size}] = {{1}};"


def placements(chip: Chip) -> list[Placement]:
    tight = any(memory.kind == "itcm" for memory in chip.memories.values())
    return [Placement.FLASH, Placement.TCM] if tight else [Placement.FLASH]


WHERE = [(name, placement) for name in chip_names() for placement in placements(load_chip(name))]


def capacity_of(chip: Chip, toolchain: Toolchain, placement: Placement, cache: Path) -> Capacity:
    return Firmware(chip, toolchain, placement, Layout.of(chip), BuildCache(cache), 1).capacity


def handmade(folder: Path, name: str, statement: str = COPY, *, prelude: str = "", scratch: int = 0) -> Layer:
    write_operator(folder, name, statement, prelude=prelude, scratch=scratch)
    return load_operators(folder).layer(operator=name, in_h=4, in_w=4, in_c=1)


def refusal(result: BuildResult) -> DoesNotFit:
    ((_, error),) = result.refused
    assert isinstance(error, DoesNotFit)
    return error


@pytest.mark.parametrize(("name", "placement"), WHERE)
def test_the_host_refuses_the_tensors_that_the_linker_refuses(
    name: str,
    placement: Placement,
    toolchain: Toolchain,
    cache: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    chip = load_chip(name)
    room = capacity_of(chip, toolchain, placement, cache).arena // ALIGNMENT * ALIGNMENT
    empty = handmade(tmp_path, "empty").arena.bytes
    full = handmade(tmp_path, "full", scratch=room - empty)
    beyond = handmade(tmp_path, "beyond", scratch=room - empty + 1)
    builder = Builder(chip, toolchain, placement=placement, cache_dir=cache)
    result = builder.build([full, beyond])
    assert [packed.workload for image in result.images for packed in image.workloads] == [full]
    by_host = refusal(result)
    monkeypatch.setattr(Capacity, "check_data", lambda *_: None)
    by_linker = refusal(builder.build([beyond]))
    for error in (by_host, by_linker):
        assert "KiB of RAM for its tensors" in str(error)


@pytest.mark.parametrize("placement", Placement)
def test_what_only_the_linker_finds_too_large_is_told_in_the_same_words(
    placement: Placement, chip: Chip, toolchain: Toolchain, cache: Path, tmp_path: Path, add: Layer
) -> None:
    room = capacity_of(chip, toolchain, placement, cache)
    ram = chip.memories["dtcm"].size
    needs = {
        "flash for code and weights": handmade(
            tmp_path, "constants", TABLE, prelude=WEAK.format(size=room.flash)
        ),
        "RAM": handmade(tmp_path, "variables", KEEP, prelude=VARIABLES.format(size=ram)),
    }
    if placement is Placement.TCM:
        needs["memory for code"] = handmade(tmp_path, "code", CODE.format(size=room.code))
    result = Builder(chip, toolchain, placement=placement, cache_dir=cache).build([add, *needs.values()])
    assert [packed.workload for image in result.images for packed in image.workloads] == [add]
    reasons = dict(result.refused)
    for what, case in needs.items():
        assert f"{case} needs " in str(reasons[case])
        assert f"KiB of {what}" in str(reasons[case])


@pytest.mark.parametrize(
    ("name", "placement", "arena", "others"),
    [
        ("stm32h743", Placement.TCM, "dtcm", ["axi", "sram123", "sram4"]),
        ("stm32h743", Placement.FLASH, "axi", ["dtcm", "sram123", "sram4"]),
        ("stm32l475", Placement.FLASH, "sram1", ["sram2"]),
        ("nrf52840", Placement.FLASH, "ram", []),
    ],
)
def test_banks_beside_the_arena_are_free_behind_what_the_firmware_takes(
    name: str, placement: Placement, arena: str, others: list[str], toolchain: Toolchain, cache: Path
) -> None:
    chip = load_chip(name)
    builder = Builder(chip, toolchain, placement=placement, cache_dir=cache)
    banks = builder.ram_banks
    assert builder.arena_bank == arena
    assert sorted(banks) == sorted([arena, *others])
    assert banks[arena] == builder.arena_bytes
    for other in others:
        held = other in ("dtcm", "sram2")  # stacks and variables lie there
        assert 0 < banks[other] < chip.memories[other].size or not held
        assert held or banks[other] == chip.memories[other].size


@given(st.integers(1, 1 << 22), st.integers(1, 100_000))
def test_needs_are_told_apart_from_the_room(room: int, excess: int) -> None:
    capacity = Capacity(flash=room, code=room, arena=room, layout=Layout(8), together=True)
    flash = load_chip("stm32h743").memories["flash"]
    told = re.search(
        r"needs ([\d.]+) KiB of flash.* there are ([\d.]+) KiB;",
        str(capacity.refusal(ADD, "flash", flash, excess)),
    )
    assert told
    needed, available = map(float, told.groups())
    assert needed > available
    assert available == pytest.approx(room / 1024, abs=0.1)


def test_weights_by_which_a_case_is_refused_are_in_its_image(
    toolchain: Toolchain, cache: Path, registry: Registry
) -> None:
    cases = [case for case in load_grid("quick", registry) if 1000 < case.weight_bytes < 10_000]
    for image in Builder(load_chip("stm32l031"), toolchain, cache_dir=cache).build(cases).images:
        for packed in image.workloads:
            assert packed.constant_bytes >= packed.workload.least_constant_bytes
