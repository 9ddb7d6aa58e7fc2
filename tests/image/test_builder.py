from __future__ import annotations

import re
from pathlib import Path

import pytest
from elftools.elf.elffile import ELFFile
from elftools.elf.sections import SymbolTableSection

from hilbench.chips import Chip, Placement
from hilbench.errors import BuildError, DoesNotFit
from hilbench.image import Builder, Image, Toolchain
from hilbench.operators import Layer
from hilbench.operators.workload import ConstantMemory
from tests.image.handmade import handmade_case

# Weak, because nothing is then known of its content, and it cannot be computed away.
WEAK = "__attribute__((weak)) const int8_t"


def build(
    chip: Chip,
    toolchain: Toolchain,
    cache: Path,
    *cases: Layer,
    flags: str = "-O2",
    placement: Placement = Placement.FLASH,
) -> Image:
    """The one image of cases that all build."""
    result = Builder(chip, toolchain, flags=flags, placement=placement, cache_dir=cache).build(cases)
    assert result.refused == ()
    (image,) = result.images
    return image


def symbols(elf: Path) -> dict[str, tuple[int, int]]:
    """Address and size of each symbol."""
    with elf.open("rb") as stream:
        table = ELFFile(stream).get_section_by_name(".symtab")
        assert isinstance(table, SymbolTableSection)
        return {entry.name: (entry["st_value"], entry["st_size"]) for entry in table.iter_symbols()}


def entry_point(elf: Path) -> int:
    with elf.open("rb") as stream:
        return int(ELFFile(stream).header["e_entry"])


def within(address: int, chip: Chip, memory: str) -> bool:
    block = chip.memories[memory]
    return block.base <= address < block.base + block.size


def test_an_image_holds_its_cases(
    chip: Chip, toolchain: Toolchain, cache: Path, conv: Layer, add: Layer
) -> None:
    image = build(chip, toolchain, cache, conv, add)
    assert [(packed.index, packed.workload) for packed in image.workloads] == [(0, conv), (1, add)]
    assert image.toolchain == str(toolchain)
    assert image.digest.encode() in image.elf.read_bytes()
    found = symbols(image.elf)
    assert entry_point(image.elf) == found["hb_reset"][0]
    assert {f"case_{conv.digest}", f"case_{add.digest}"} <= set(found)
    convolution, addition = image.workloads
    assert convolution.constant_bytes == pytest.approx(conv.weight_bytes, abs=16)
    assert addition.constant_bytes == 0
    assert convolution.ram_bytes == 6 * 6 * 4 + 6 * 6 * 8
    for packed in image.workloads:
        assert packed.code_bytes >= found[f"case_{packed.workload.digest}"][1] > 0
        assert packed.stack_bytes is not None


@pytest.mark.parametrize(
    ("placement", "code", "arena"), [(Placement.FLASH, "flash", "axi"), (Placement.TCM, "itcm", "dtcm")]
)
def test_placement_is_where_things_are(
    chip: Chip,
    toolchain: Toolchain,
    cache: Path,
    conv: Layer,
    placement: Placement,
    code: str,
    arena: str,
) -> None:
    image = build(chip, toolchain, cache, conv, placement=placement)
    found = symbols(image.elf)
    assert within(found[f"case_{conv.digest}"][0], chip, code)
    assert within(found["hb_arena"][0], chip, arena)
    weights = (name for name in found if name.startswith(f"case_{conv.digest}_"))
    assert all(within(found[name][0], chip, "flash") for name in weights)


@pytest.mark.parametrize(
    ("memory", "block"), [(ConstantMemory.COUPLED, "dtcm"), (ConstantMemory.SRAM, "axi")]
)
def test_constants_are_copied_where_a_source_wants_them(
    chip: Chip, toolchain: Toolchain, cache: Path, conv: Layer, memory: ConstantMemory, block: str
) -> None:
    layer = conv.with_constants_in(memory)
    image = build(chip, toolchain, cache, layer, placement=Placement.TCM)
    found = symbols(image.elf)
    copies = [name for name in found if name.startswith(f"case_{layer.digest}_")]
    assert copies
    assert all(within(found[name][0], chip, block) for name in copies)
    start, end, load = (found[f"hb_{memory}_constants_{name}"][0] for name in ("start", "end", "load"))
    assert within(load, chip, "flash")
    (packed,) = image.workloads
    assert 0 < packed.constant_bytes <= end - start
    assert packed.ram_bytes == layer.arena.bytes + packed.constant_bytes


def test_nothing_is_below_the_stack(chip: Chip, toolchain: Toolchain, cache: Path, conv: Layer) -> None:
    image = build(chip, toolchain, cache, conv)
    assert symbols(image.elf)["hb_stack_bottom"][0] == chip.memories["dtcm"].base


def test_code_has_no_warnings(chip: Chip, toolchain: Toolchain, cache: Path, conv: Layer, add: Layer) -> None:
    build(chip, toolchain, cache, conv, add, flags="-O2 -Werror -Wconversion -Wno-sign-conversion")


def test_an_unchanged_case_never_compiles_twice(
    chip: Chip, toolchain: Toolchain, tmp_path: Path, conv: Layer, add: Layer
) -> None:
    build(chip, toolchain, tmp_path, conv)
    objects = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*.o")}
    again = build(chip, toolchain, tmp_path, conv)
    both = build(chip, toolchain, tmp_path, conv, add)
    assert again.digest != both.digest
    kept = {path: path.stat().st_mtime_ns for path in objects}
    assert kept == objects
    new = sorted(path.name for path in set(tmp_path.rglob("*.o")) - set(objects))
    assert new == ["layer.kernel.o", "manifest.o"]


def test_everything_that_made_an_image_is_in_its_digest(
    chip: Chip, toolchain: Toolchain, cache: Path, conv: Layer, add: Layer
) -> None:
    digests = [
        build(chip, toolchain, cache, conv).digest,
        build(chip, toolchain, cache, add).digest,
        build(chip, toolchain, cache, conv, add).digest,
        build(chip, toolchain, cache, add, conv).digest,
        build(chip, toolchain, cache, conv, flags="-O1").digest,
        build(chip, toolchain, cache, conv, placement=Placement.TCM).digest,
    ]
    assert len(set(digests)) == len(digests)
    assert build(chip, toolchain, cache, conv).digest == digests[0]


def test_a_changed_template_is_compiled_again(
    chip: Chip, toolchain: Toolchain, cache: Path, tmp_path: Path
) -> None:
    case = handmade_case(tmp_path, "copy", "out[i] = in[i];")
    before = build(chip, toolchain, cache, case)
    template = tmp_path / "copy" / "reference.c.j2"
    template.write_text(template.read_text().replace("out[i] = in[i]", "out[i] = (int8_t)(in[i] + 1)"))
    assert build(chip, toolchain, cache, case).digest != before.digest


@pytest.mark.parametrize(
    ("statement", "complaint"),
    [("out[i] = in[i]", "expected"), ("out[i] = elsewhere(in[i]);", "elsewhere")],
    ids=["does not compile", "does not link"],
)
def test_a_broken_case_stops_no_other(
    chip: Chip,
    toolchain: Toolchain,
    cache: Path,
    tmp_path: Path,
    conv: Layer,
    add: Layer,
    statement: str,
    complaint: str,
) -> None:
    broken = handmade_case(tmp_path, "broken", statement, prelude="int8_t elsewhere(int8_t);")
    result = Builder(chip, toolchain, cache_dir=cache).build([conv, broken, add])
    ((refused, error),) = result.refused
    assert refused == broken
    assert complaint in str(error)
    assert not isinstance(error, DoesNotFit)
    assert {packed.workload for image in result.images for packed in image.workloads} == {conv, add}


def test_a_case_too_large_stops_no_other(
    chip: Chip, toolchain: Toolchain, cache: Path, tmp_path: Path, conv: Layer
) -> None:
    tensors = handmade_case(tmp_path, "tensors", "out[i] = in[i];", size=600)
    constants = handmade_case(
        tmp_path,
        "constants",
        "out[i] = table[(unsigned)i * 1000u % sizeof table];",
        prelude=f"{WEAK} table[3 * 1024 * 1024] = {{1}};",
    )
    result = Builder(chip, toolchain, cache_dir=cache).build([tensors, conv, constants])
    reasons = {case.record().operator: error for case, error in result.refused}
    assert {type(error) for error in reasons.values()} == {DoesNotFit}
    assert "703.1 KiB of RAM" in str(reasons["tensors"])
    assert "of flash" in str(reasons["constants"])
    assert [packed.workload for image in result.images for packed in image.workloads] == [conv]


def test_cases_beyond_one_image_go_into_the_next(
    chip: Chip, toolchain: Toolchain, cache: Path, tmp_path: Path
) -> None:
    cases = [
        handmade_case(
            tmp_path,
            f"heavy_{n}",
            f"out[i] = table_{n}[(unsigned)i * 1000u % sizeof table_{n}];",
            prelude=f"{WEAK} table_{n}[900 * 1024] = {{1}};",
        )
        for n in range(3)
    ]
    result = Builder(chip, toolchain, cache_dir=cache).build(cases)
    assert result.refused == ()
    assert [len(image.workloads) for image in result.images] == [2, 1]


def test_a_case_asked_for_twice_is_built_once(
    chip: Chip, toolchain: Toolchain, cache: Path, conv: Layer
) -> None:
    assert len(build(chip, toolchain, cache, conv, conv).workloads) == 1


def test_wrong_flags_refuse_every_case_and_say_why(
    chip: Chip, toolchain: Toolchain, cache: Path, conv: Layer
) -> None:
    result = Builder(chip, toolchain, cache_dir=cache, flags="-fno-such-thing").build([conv])
    assert result.images == ()
    ((_, error),) = result.refused
    assert "-fno-such-thing" in str(error)


def test_code_that_does_not_compile_names_its_line_and_where_it_is_kept(
    chip: Chip, toolchain: Toolchain, cache: Path, tmp_path: Path
) -> None:
    broken = handmade_case(tmp_path, "broken", "out[i] = in[i]")
    result = Builder(chip, toolchain, cache_dir=cache).build([broken])
    ((_, error),) = result.refused
    found = re.search(r"layer\.c, line (\d+): .*; its C is kept as (.*)\.$", str(error))
    assert found is not None, error
    lines = Path(found[2]).read_text(encoding="utf-8").splitlines()
    assert "out[i] = in[i]" in "".join(lines[int(found[1]) - 2 : int(found[1])])


def test_a_chip_without_firmware_is_named(chip: Chip, toolchain: Toolchain, cache: Path) -> None:
    stranger = chip.model_copy(update={"name": "stm32z999", "family": "stm32z9"})
    with pytest.raises(BuildError, match=r"no firmware for stm32z999.*stm32z9"):
        Builder(stranger, toolchain, cache_dir=cache)
