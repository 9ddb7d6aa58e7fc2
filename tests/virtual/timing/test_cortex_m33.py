"""Cortex-M33, rule by rule: measurements of the RP2350 at github.com/jnk0le/random."""

from __future__ import annotations

from hilbench.virtual.timing.cortex_m33 import CortexM33
from hilbench.virtual.timing.instruction import Instruction
from hilbench.virtual.timing.model import CoreModel
from hilbench.virtual.timing.pipeline import Entry
from tests.virtual.timing.rules import Rule, parametrize

RULES = (
    Rule("two ALU operations do not pair", "add r0, r1\n add r2, r3", 2),
    Rule("a NOP pairs behind an ALU operation", "add r0, r1\n nop", 1),
    Rule("a 32-bit NOP does not pair", "add r0, r1\n nop.w", 2),
    Rule("IT pairs behind what sets its flags", "cmp r0, #0\n it eq\n moveq r1, #1", 2),
    Rule(
        "the arms of an IT block do not wait for each other",
        "ite mi\n eormi.w r0, r1, r0, lsr #1\n lsrpl r0, r0, #1",
        3,
    ),
    Rule("a forward branch not taken is free", "cmp r0, #0\n beq .+8", 1),
    Rule("a loop pays 1 + 2 behind its flags", "1: subs r0, #1\n bne 1b", 3, taken=True),
    Rule("a loop pays 1 for a branch that pairs", "1: subs r0, #1\n add r1, r2\n bne 1b", 3, taken=True),
    Rule("a branch pairs behind LDM", "1: subs r7, #1\n ldmia r6!, {r0-r3}\n bne 1b", 6, taken=True),
    Rule("a loaded operand waits a cycle", "ldr r0, [r1]\n add r2, r0", 3),
    Rule("a loaded accumulator does not wait", "ldr r0, [r1]\n mla r0, r2, r3, r0", 2),
    Rule("a loaded value is stored without waiting", "ldr r0, [r1]\n str r0, [r2]", 2),
    Rule("a loaded address waits a cycle", "ldr r0, [r1]\n ldr r2, [r0]", 3),
    Rule("a MAC result waits a cycle", "mla r0, r1, r2, r3\n add r4, r0", 3),
    Rule("MACs chain on their accumulator", "smlad r0,r1,r2,r0\n smlad r0,r3,r4,r0\n smlad r0,r1,r3,r0", 3),
    Rule("extend-and-adds chain on their accumulator", "uxtab r0, r0, r1\n uxtab r0, r0, r2", 2),
    Rule("a shifted operand's result waits a cycle", "add.w r0, r1, r2, lsl #3\n add r3, r0", 3),
    Rule("a shifted constant's result waits a cycle", "eor r0, r1, #0x1fc0\n add r3, r0", 3),
    Rule("a shifted operand chains into an accumulator", "add.w r0, r1, r2, lsl #3\n mla r4, r5, r6, r0", 2),
    Rule("BFI delivers at once", "bfi r0, r1, #4, #4\n add r3, r0", 2),
    Rule("flag-setting MULS takes 2", "muls r0, r1, r0", 2),
    Rule("a flag-setting shifted constant takes 2", "eors r0, r1, #0x1fc0", 2),
    Rule("LDM of N takes N", "ldmia r0!, {r1-r4}", 4),
    Rule("LDRD takes 2", "ldrd r0, r1, [r2]", 2),
    Rule("VFMA keeps the unit for 3", "vfma.f32 s0, s1, s2\n add r0, r1\n vfma.f32 s3, s4, s5", 4),
    Rule(
        "a memcpy of 16 bytes by LDM and STM",
        "1: ldmia r0!,{r4-r7}\n stmia r1!,{r4-r7}\n subs r2,#1\n bne 1b",
        11,
        taken=True,
    ),
    Rule("a pointer chase", "1: ldr r0, [r0]\n cmp r0, #0\n bne 1b", 5, taken=True),
)


@parametrize(RULES)
def test_cortex_m33(rule: Rule, block: tuple[Instruction, ...]) -> None:
    assert CoreModel(CortexM33).block_cost(block, Entry(rule.taken)) == rule.cycles
