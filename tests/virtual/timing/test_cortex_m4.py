"""Cortex-M4 and M3, rule by rule.

"TRM" is Arm 100166, table 3-1 and section 3.3.3; "DDI 0337G" its chapter 1.4 and table 15-3.
"""

from __future__ import annotations

import pytest

from hilbench.virtual.timing.cortex_m4 import CortexM3, CortexM4
from hilbench.virtual.timing.instruction import Instruction
from hilbench.virtual.timing.model import CoreModel
from hilbench.virtual.timing.pipeline import Entry, Pipeline
from tests.virtual.timing.rules import Rule, assemble, parametrize

M4_RULES = (
    Rule("an ALU operation takes 1", "add r0, r1\n eor.w r2, r3, r4, lsl #2", 2),
    Rule(
        "multiplications of every width take 1", "mla r0,r1,r2,r3\n smlal r4,r5,r1,r2\n smlad r0,r1,r2,r0", 3
    ),
    Rule("a division takes 6 at the middle of its range", "sdiv r0, r1, r2", 6),
    Rule("a lone load takes 2", "ldr r0, [r1]\n add r2, r3", 3),
    Rule("TRM: two loads take 3", "ldr r0, [r1]\n ldr r1, [r2]", 3),
    Rule("TRM: three loads take 4", "ldr r0, [r1, r5]\n ldr r1, [r2]\n ldr r2, [r3, #4]", 4),
    Rule("TRM: load, then store take 3", "ldr r0, [r1]\n str r0, [r2]", 3),
    Rule(
        "TRM: nothing pipelines behind a store that did behind a load",
        "ldr r0, [r1]\n str r0, [r2]\n add r3, r4",
        4,
    ),
    Rule(
        "five loads and a store take 7, whatever is behind them",
        "ldr r0,[r1]\n ldr r2,[r1,#4]\n ldr r3,[r1,#8]\n ldr r4,[r1,#12]\n ldr r5,[r1,#16]\n"
        "str r6,[r1,#20]\n add r7, r0",
        8,
    ),
    Rule(
        "a store that did not pipeline holds nothing", "ldr r0,[r1]\n add r3,r4\n str r0,[r2]\n add r5,r6", 5
    ),
    Rule("a second store waits as well", "ldr r0, [r1]\n str r0, [r2]\n str r3, [r2, #4]", 4),
    Rule("TRM: load, then register-offset store take 3", "ldr r0, [r1, r2]\n str r1, [r3, r2]", 3),
    Rule("a 16-bit NOP hides in a load's data phase", "ldr r0, [r1]\n nop\n add r2, r3", 3),
    Rule("a loaded address waits for the data phase and its write-back", "ldr r0, [r1]\n ldr r2, [r0]", 5),
    Rule("a computed address comes a cycle late", "add r1, r2\n ldr r0, [r1]", 4),
    Rule("an address computed in time does not wait", "add r1, r2\n add r3, r4\n ldr r0, [r1]", 4),
    Rule("loads that update one base do not chain", "ldr r0, [r1], #4\n ldr r2, [r1], #4", 4),
    Rule("loads that update two bases chain", "ldr r0, [r1], #4\n ldr.w r2, [r3], #4", 3),
    Rule("a 32-bit load off a word boundary chains too", "ldr r0, [r1]\n ldr.w r2, [r3, #4]", 3),
    Rule("a load from RAM does not chain behind a literal's", "ldr r0, [pc, #8]\n ldr r1, [r2]", 4),
    Rule("nor a literal's behind one from RAM", "ldr r1, [r2]\n ldr r0, [pc, #8]", 4),
    Rule("loads of literals chain", "ldr r0, [pc, #8]\n ldr r1, [pc, #12]", 3),
    Rule("a store to RAM does not hide behind a literal's load", "ldr r0, [pc, #8]\n str r1, [r2]", 3),
    Rule("an immediate-offset store takes 1", "str r0, [r1]\n str r0, [r1, #4]\n add r2, r3", 3),
    Rule("stores that update one base do not chain", "str r0, [r1], #4\n str r2, [r1], #4", 3),
    Rule("stores that update two bases chain", "str r0, [r1], #4\n str r2, [r3], #4", 2),
    Rule("an indexed store hides behind a load as others do", "ldr r0,[r1],#4\n str r2,[r3],#4", 3),
    Rule("a register-offset store takes 2", "str r0, [r1, r2]\n add r3, r4", 3),
    Rule("a load does not pipeline behind a store", "str r0, [r1]\n ldr r2, [r3]", 4),
    Rule("LDM takes 1 + N", "ldmia r0!, {r1-r4}", 5),
    Rule("PUSH takes 1 + N", "push {r4-r7, lr}", 6),
    Rule("LDRD takes 3, pipelined with nothing", "ldr r0, [r1]\n ldrd r2, r3, [r4]", 5),
    Rule("a taken branch takes 2", "1: subs r0, #1\n bne 1b", 3, taken=True),
    Rule("a branch not taken takes 1", "subs r0, #1\n bne .", 2),
    Rule("DDI 0337G: BX LR is decoded early: 1, and 1 to refill", "bx lr", 1),
    Rule("so are MOV PC, LR", "mov pc, lr", 1),
    Rule("and BLX LR", "blx lr", 1),
    Rule("not while LR is being written", "mov lr, r3\n bx lr", 3),
    Rule("BX of another register takes 1 + 1, and 1 to refill", "bx r3", 2),
    Rule("BLX of another register takes 1 + 1, and 1 to refill", "blx r3", 2),
    Rule("POP with PC takes 1 + N + 2, and 1 to refill", "pop {r4, pc}", 5),
    Rule("LDR PC takes 4, and 1 to refill", "ldr pc, [r0]", 4),
    Rule("TBB takes 5, and 1 to refill", "tbb [pc, r0]", 5),
    Rule("IT folds behind a 16-bit instruction", "cmp r0, #0\n it eq\n moveq r1, #1", 2),
    Rule("IT does not fold behind a 32-bit one", "cmp.w r0, #0\n it eq\n moveq r1, #1", 3),
    Rule(
        "three misaligned 32-bit instructions lose 1",
        "add r0, r1\n eor.w r3,r4,r5\n eor.w r6,r4,r5\n eor.w r7,r4,r5",
        5,
    ),
    Rule(
        "more of them lose no more",
        "add r0, r1\n eor.w r3,r4,r5\n eor.w r6,r4,r5\n eor.w r7,r4,r5\n eor.w r8,r4,r5\n eor.w r9,r4,r5",
        7,
    ),
    Rule("two of them lose nothing", "add r0, r1\n eor.w r3,r4,r5\n eor.w r6,r4,r5\n add r0, r1", 4),
    Rule("three aligned ones lose nothing", "eor.w r3,r4,r5\n eor.w r6,r4,r5\n eor.w r7,r4,r5", 3),
    Rule(
        "four misaligned 32-bit stores lose 1",
        "add r0, r1\n str.w r3,[r4]\n str.w r3,[r4,#4]\n str.w r3,[r4,#8]\n str.w r3,[r4,#12]\n add r0, r1",
        7,
    ),
    Rule(
        "behind a taken branch, whose fetches do not rest, they lose nothing",
        "add r0, r1\n eor.w r3,r4,r5\n eor.w r6,r4,r5\n eor.w r7,r4,r5\n eor.w r8,r4,r5",
        6,
        taken=True,
    ),
    Rule(
        "they lose again where a load lets the buffer fill",
        "add r0, r1\n eor.w r3,r4,r5\n eor.w r6,r4,r5\n eor.w r7,r4,r5\n ldrd r8,r9,[r4]\n"
        "eor.w r3,r4,r5\n eor.w r6,r4,r5\n eor.w r7,r4,r5",
        12,
    ),
    Rule("VADD delivers after one more cycle", "vadd.f32 s0, s1, s2\n vadd.f32 s3, s0, s1", 3),
    Rule("independent VMULs take 1 each", "vmul.f32 s0, s1, s2\n vmul.f32 s3, s4, s5", 2),
    Rule("VFMA takes 3", "vfma.f32 s0, s1, s2\n add r0, r1", 4),
    Rule("integer work goes on beside VDIV", "vdiv.f32 s0, s1, s2\n add r0, r1\n add r2, r3", 3),
    Rule("VDIV keeps the unit for 14", "vdiv.f32 s0, s1, s2\n vadd.f32 s3, s4, s5", 15),
    Rule("VLDM takes 1 + N", "vldmia r0!, {s0-s3}", 5),
    Rule(
        "a memcpy of 16 bytes by LDM and STM",
        "1: ldmia r0!,{r4-r7}\n stmia r1!,{r4-r7}\n subs r2,#1\n bne 1b",
        13,
        taken=True,
    ),
    Rule("a pointer chase", "1: ldr r0, [r0]\n cmp r0, #0\n bne 1b", 5, taken=True),
)
M3_RULES = (
    Rule("MLA takes 2", "mla r0, r1, r2, r3", 2),
    Rule("a long multiplication takes 4 of 3 to 5", "umull r0, r1, r2, r3", 4),
    Rule("a load from RAM does not chain behind a literal's", "ldr r0, [pc, #8]\n ldr r1, [r2]", 4),
    Rule("an indexed store does not hide behind a load", "ldr r0,[r1]\n str r2,[r3],#4\n str r4,[r5]", 4),
    Rule("an indexed load never chains", "ldr r0, [r1], #4\n ldr.w r2, [r3], #4", 4),
)


@parametrize(M4_RULES)
def test_cortex_m4(rule: Rule, block: tuple[Instruction, ...]) -> None:
    assert CoreModel(CortexM4).block_cost(block, Entry(rule.taken)) == rule.cycles


@parametrize(M3_RULES)
def test_cortex_m3(rule: Rule, block: tuple[Instruction, ...]) -> None:
    assert CoreModel(CortexM3).block_cost(block, Entry(rule.taken)) == rule.cycles


def test_a_wide_target_off_a_word_boundary_costs_a_fetch() -> None:
    block = assemble(["nop\n eor.w r0, r1, r2\n add r3, r4"])[0]
    model = CoreModel(CortexM4)
    aligned, misaligned = assemble(["eor.w r0, r1, r2"])[0], block[1:2]
    assert model.block_cost(aligned, Entry.TAKEN) == 2
    assert model.block_cost(misaligned, Entry.TAKEN) == 3


@pytest.mark.parametrize("core", [CortexM3, CortexM4])
def test_the_target_of_cbz_is_fetched_a_cycle_later(core: type[Pipeline]) -> None:
    branch, target = assemble(["cbz r0, .+8", "eor.w r0, r1, r2\n add r3, r4"])
    model = CoreModel(core)
    assert model.schedule(branch, Entry.TAKEN).onward == (Entry.BEFORE, Entry.LATE)
    assert model.block_cost(target, Entry.LATE) == model.block_cost(target, Entry.TAKEN) + 1


def test_the_target_of_other_branches_is_fetched_as_they_are_decoded() -> None:
    for code in ("beq .+8", "b .+8", "bl .+8"):
        assert CoreModel(CortexM4).schedule(assemble([code])[0], Entry.TAKEN).onward[True] is Entry.TAKEN


@pytest.mark.parametrize(
    ("code", "onward"),
    [
        pytest.param(
            "eor.w r0,r1,r2\n subs.w r3,#1\n bne.w .", Entry.STARVED, id="32-bit instructions alone"
        ),
        pytest.param("add r0,r1\n subs r3,#1\n subs.w r3,#1\n bne.w .", Entry.BEFORE, id="two of 16 bits"),
        pytest.param("ldr.w r0,[r1]\n subs.w r3,#1\n bne.w .", Entry.BEFORE, id="a cycle of waiting"),
    ],
)
def test_a_branch_not_taken_starves_a_buffer_that_just_keeps_up(code: str, onward: Entry) -> None:
    assert CoreModel(CortexM4).schedule(assemble([code])[0], Entry.TAKEN).onward[False] is onward


def test_a_starved_buffer_loses_a_cycle_unless_16_bit_instructions_make_up_for_it() -> None:
    wide, narrow = assemble(
        ["eor.w r0,r1,r2\n eor.w r3,r4,r5\n eor.w r6,r7,r5", "add r0,r1\n add r2,r3\n nop.w"]
    )
    model = CoreModel(CortexM4)
    assert [model.block_cost(block, Entry.BEFORE) for block in (wide, narrow)] == [3, 3]
    assert [model.block_cost(block, Entry.STARVED) for block in (wide, narrow)] == [4, 3]
