"""Cortex-M7, rule by rule: measurements of the STM32H743 at github.com/jnk0le/random."""

from __future__ import annotations

import pytest

from hilbench.virtual.timing.cortex_m7 import CortexM7
from hilbench.virtual.timing.instruction import Instruction
from hilbench.virtual.timing.model import CoreModel
from hilbench.virtual.timing.pipeline import Entry
from tests.virtual.timing.rules import Rule, assemble, parametrize

PAIRS = (
    Rule("two ALU operations pair", "add r0, r1\n add r2, r3", 1),
    Rule("ALU and multiplication pair", "add r0, r1\n mla r2, r3, r4, r5", 1),
    Rule("two multiplications do not pair", "mul r0, r1, r2\n mul r3, r4, r5", 2),
    Rule("multiplication and store do not pair", "mul r0, r1, r2\n str r3, [r4]", 2),
    Rule("a DSP operation is the older of a pair", "uxtb r0, r1\n add r2, r3", 1),
    Rule("a DSP operation is not the younger", "add r2, r3\n uxtb r0, r1", 2),
    Rule("two DSP operations do not pair", "uadd8 r0, r1, r2\n sxtb16 r3, r4", 2),
    Rule("two shifted operands do not pair", "add.w r0,r1,r2,lsl #3\n add.w r3,r4,r5,lsl #3", 2),
    Rule(
        "a shifted operand and a shifted constant do not pair", "add.w r0,r1,r2,lsl #3\n eor r3,r4,#0x1fc0", 2
    ),
    Rule(
        "a repeated constant pairs with a shifted operand", "add.w r0,r1,r2,lsl #3\n eor r3,r4,#0x1b1b1b1b", 1
    ),
    Rule("two plain shifts pair", "lsl.w r0, r1, #3\n lsr.w r2, r3, #4", 1),
    Rule("load and store pair", "ldr r0, [r1]\n str r2, [r3]", 1),
    Rule("two stores do not pair", "str r0, [r1]\n str r2, [r1, #4]", 2),
    Rule("loads of neighbouring words pair", "ldr r0, [r1]\n ldr r2, [r1, #4]", 1),
    Rule("loads of one bank do not pair", "ldr r0, [r1]\n ldr r2, [r1, #8]", 2),
    Rule("multiple transfers issue alone", "ldrd r0, r1, [r2]\n add r3, r4", 2),
    Rule("MOVW and MOVT pair", "movw r0, #1\n movt r0, #2", 1),
    Rule("the arms of an IT block pair", "nop\n ite mi\n eormi.w r0, r1, r2\n addpl r0, r0, #1", 2),
    Rule("two floating-point operations do not pair", "vadd.f32 s0,s1,s2\n vmul.f32 s3,s4,s5", 2),
    Rule("VADD pairs with an integer operation", "vadd.f32 s0, s1, s2\n add r0, r1", 1),
    Rule("VFMA does not pair with VLDR", "vfma.f32 s0, s1, s2\n vldr s3, [r0]", 2),
)
LATENCIES = (
    Rule("an early result feeds the late ALU at once", "add r0, r1\n eor.w r2, r0, r3", 1),
    Rule("a late result is there in the next cycle", "eor.w r0, r1, r2\n eor.w r3, r0, r4", 2),
    Rule("a late result reaches an early operand after two", "eor.w r0,r1,r2\n add.w r3,r4,r0,lsl #2", 3),
    Rule("a loaded word reaches the late ALU in the next cycle", "ldr r0, [r1]\n eor.w r2, r0, r3", 2),
    Rule("a loaded byte needs one more", "ldrb r0, [r1]\n eor.w r2, r0, r3", 3),
    Rule("a loaded word is shifted after two", "ldr r0, [r1]\n add.w r2, r3, r0, lsl #2", 3),
    Rule("a loaded byte is shifted after three", "ldrb r0, [r1]\n add.w r2, r3, r0, lsl #2", 4),
    Rule("UXTAB extracts early, adds late", "ldr r0, [r1]\n uxtab r2, r0, r3", 2),
    Rule("UXTAB's extracted operand is early", "ldr r0, [r1]\n uxtab r2, r3, r0", 3),
    Rule("a loaded word is stored in the same cycle", "ldr r0, [r1]\n str r0, [r2]", 1),
    Rule("a loaded address is used after two", "ldr r0, [r1]\n ldr r2, [r0]", 3),
    Rule("REV's result is no address in the next cycle", "rev r0, r1\n ldr r2, [r0]", 3),
    Rule("MACs chain on their accumulator", "smlad r0,r1,r2,r0\n smlad r0,r3,r4,r0\n smlad r0,r1,r3,r0", 3),
    Rule("a MAC's result needs one more cycle elsewhere", "smlad r0, r1, r2, r0\n add r3, r0", 3),
    Rule("a MAC cannot multiply a word just loaded", "ldr r0, [r1]\n mla r2, r0, r3, r4", 3),
    Rule("a MAC can add to a byte just loaded", "ldrb r0, [r1]\n mla r2, r3, r4, r0", 2),
    Rule("a MAC can add to a late result of its cycle", "eor.w r0, r1, r2\n mla r3, r4, r5, r0", 1),
    Rule("an updated base is there for the next load", "ldr r0, [r1], #4\n ldr r2, [r1], #4", 2),
    Rule("LDM takes half its registers, rounded up", "ldmia r0!, {r1-r5}", 3),
    Rule("PUSH takes half its registers", "push {r4-r7}", 2),
    Rule("a division takes 7", "sdiv r0, r1, r2\n add r3, r0", 8),
    Rule("VADD and VMUL deliver after 3", "vadd.f32 s0, s1, s2\n vmul.f32 s3, s0, s4", 4),
    Rule("VFMA accumulates after 3", "vfma.f32 s0, s1, s2\n vfma.f32 s0, s3, s4", 4),
    Rule("VFMA delivers a factor after 5", "vfma.f32 s0, s1, s2\n vmul.f32 s3, s0, s4", 6),
    Rule("VADD waits out a VFMA", "vfma.f32 s0, s1, s2\n vadd.f32 s3, s4, s5", 5),
    Rule("VDIV takes 16", "vdiv.f32 s0, s1, s2", 16),
    Rule("VSQRT takes 14", "vsqrt.f32 s0, s1", 14),
    Rule("VMOV to a core register is stored at once", "vldr s0, [r0]\n vstr s0, [r1]", 2),
)
LOOPS = (
    Rule("a predicted loop of two takes 1", "1: subs r0, #1\n bne 1b", 1, taken=True),
    Rule(
        "20 instructions take 10",
        "1:" + "eor.w r0,r1,r2\n eor.w r3,r4,r5\n" * 9 + "subs.w r6, #1\n bne.w 1b",
        10,
        taken=True,
    ),
    Rule(
        "a SMLAD chain takes 1 each", "1:" + "smlad r0,r1,r2,r0\n" * 8 + "subs r3,#1\n bne 1b", 9, taken=True
    ),
    Rule("a pointer chase takes 2", "1: ldr r0, [r0]\n cmp r0, #0\n bne 1b", 2, taken=True),
    Rule(
        "a memcpy of 16 bytes by LDM and STM",
        "1: ldmia r0!,{r4-r7}\n stmia r1!,{r4-r7}\n subs r2,#1\n bne 1b",
        5,
        taken=True,
    ),
    Rule(
        "a stream of byte stores clogs the store buffer",
        "1: strb r0,[r1],#1\n subs r2,#1\n bne 1b",
        2,
        taken=True,
    ),
)


@parametrize((*PAIRS, *LATENCIES, *LOOPS))
def test_cortex_m7(rule: Rule, block: tuple[Instruction, ...]) -> None:
    assert CoreModel(CortexM7).block_cost(block, Entry(rule.taken)) == rule.cycles


def test_a_loop_of_wide_instructions_off_its_alignment_takes_a_fetch_more() -> None:
    wide = "1:" + "eor.w r0,r1,r2\n eor.w r3,r4,r5\n" * 9 + "subs.w r6, #1\n bne.w 1b"
    (block,) = assemble(["nop.w\n" + wide])
    assert CoreModel(CortexM7).block_cost(block[1:], Entry.TAKEN) == 11


def test_a_predicted_target_is_fetched_ahead() -> None:
    (block,) = assemble(["nop.w\n add r0, r1\n add.w r2, r3\n add r4, r5\n eor.w r6, r7, r0"])
    model = CoreModel(CortexM7)
    assert model.block_cost(block[1:], Entry.TAKEN) == model.block_cost(block[1:], Entry.BEFORE) == 2


@pytest.mark.parametrize(
    ("code", "penalty"),
    [
        ("subs r0, #1\n bne .", 8),
        ("subs r0, #1\n ldr r1,[r2]\n ldr r1,[r1]\n eor r1, r3\n bne .", 6),
        ("bx lr", 8),
        ("b .", 0),
    ],
    ids=["flags just before", "flags in time", "indirect", "direct"],
)
def test_a_wrong_guess_costs(code: str, penalty: int) -> None:
    schedule = CoreModel(CortexM7).schedule(assemble([code])[0], Entry.BEFORE)
    assert schedule.mispredict_penalty == penalty
