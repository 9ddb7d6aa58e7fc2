"""A function's blocks, their schedules, and the command that shows them."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from hilbench.cli.virtual import command
from hilbench.errors import ConfigError
from hilbench.virtual.programs.symbols import FunctionNames, read_function
from hilbench.virtual.timing import bare_core_model
from hilbench.virtual.timing.explain import explain
from tests.virtual.timing.rules import assemble_file

SUM_OF_WORDS = """
.type other, %function
other: bx lr
.size other, .-other
.balign 4
.type sum, %function
sum:
    ldr r2, =0x12345678
    movs r3, #0
1:  ldr r12, [r0], #4
    add r3, r12
    subs r1, #1
    bne 1b
    eor r0, r3, r2
    bx lr
    .ltorg
.size sum, .-sum
"""


@pytest.fixture
def elf(tmp_path: Path) -> Path:
    return assemble_file(SUM_OF_WORDS, tmp_path)


def test_blocks_begin_at_targets_and_behind_branches(elf: Path) -> None:
    blocks = explain(read_function(elf, "sum"), bare_core_model("cortex-m4"))
    texts = [[issue.instruction.mnemonic for issue in block.taken.issues] for block in blocks]
    assert texts == [["ldr", "mov"], ["ldr", "add", "sub", "b"], ["eor", "bx"]]
    assert [block.is_target for block in blocks] == [True, True, False]


def test_literals_are_not_taken_for_instructions(elf: Path) -> None:
    function = read_function(elf, "sum")
    assert sum(len(run.data) for run in function.runs) == 20


def test_a_stall_says_what_it_waits_for(elf: Path) -> None:
    loop = explain(read_function(elf, "sum"), bare_core_model("cortex-m4"))[1]
    load, add, *_ = loop.taken.issues
    assert [(stall.cycles, stall.cause.value) for stall in add.stalls] == [(1, "load's data phase")]
    assert add.cycle == load.cycle + 2


def test_an_unknown_function_is_refused_with_those_there_are(elf: Path) -> None:
    with pytest.raises(ConfigError, match="no function 'product'; it has: other, sum"):
        read_function(elf, "product")


def test_a_function_without_a_size_ends_before_the_next_one(tmp_path: Path) -> None:
    unsized = assemble_file(
        "\n".join(each for each in SUM_OF_WORDS.split("\n") if ".size" not in each), tmp_path
    )
    first, last = (read_function(unsized, name) for name in ("other", "sum"))
    assert (sum(len(run.data) for run in first.runs), sum(len(run.data) for run in last.runs)) == (4, 20)
    names = FunctionNames(unsized)
    assert [names.at(address) for address in (0, last.address + 8)] == ["other", "sum"]


def test_a_file_that_is_no_elf_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "text.elf"
    path.write_text("no")
    with pytest.raises(ConfigError, match="is not an ELF file"):
        read_function(path, "sum")


def test_another_machine_s_code_is_refused() -> None:
    with pytest.raises(ConfigError, match="not for a Cortex-M core"):
        read_function(Path(sys.executable).resolve(), "main")


def test_an_unknown_core_is_refused_with_those_there_are() -> None:
    with pytest.raises(ConfigError, match=r"cortex-m0\+, cortex-m3, cortex-m4, cortex-m7, cortex-m33"):
        bare_core_model("cortex-m9")


def test_the_command_prints_issue_cycles_as_json(elf: Path) -> None:
    arguments = ["explain", str(elf), "--function", "sum", "--core", "cortex-m7", "--json"]
    result = CliRunner().invoke(command, arguments, catch_exceptions=False)
    loop = json.loads(result.output)["blocks"][1]
    assert (loop["cycles_entered_taken"], loop["cycles_joining_branch"]) == (3, 2)
    assert [(each["issue_cycle"], each["slot"]) for each in loop["instructions"]] == [
        (-1, 1),
        (0, 0),
        (0, 1),
        (1, 0),
    ]


def test_a_division_is_shown_with_what_operands_make_of_it(tmp_path: Path) -> None:
    code = ".type ratio, %function\nratio: sdiv r0, r0, r1\n bx lr\n.size ratio, .-ratio\n"
    arguments = ["explain", str(assemble_file(code, tmp_path)), "--function", "ratio", "--core", "cortex-m4"]
    shown = CliRunner().invoke(command, arguments, catch_exceptions=False).output
    assert "0x00000000 takes 2 to 12 cycles by its operands, 6 expected" in shown
    told = CliRunner().invoke(command, [*arguments, "--json"], catch_exceptions=False).output
    division, back = json.loads(told)["blocks"][0]["instructions"]
    assert (division["cycles"], division["cycles_by_operands"]) == (6, [2, 12])
    assert back["cycles_by_operands"] is None


def test_the_command_prints_operands_in_full(elf: Path) -> None:
    arguments = ["explain", str(elf), "--function", "sum"]
    result = CliRunner().invoke(command, arguments, catch_exceptions=False)
    assert "ldr r12, [r0], #4" in result.output or "ldr ip, [r0], #4" in result.output
