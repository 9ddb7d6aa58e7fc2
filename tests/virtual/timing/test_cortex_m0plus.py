"""Cortex-M0+, rule by rule: Technical Reference Manual DDI 0484, table 3-1."""

from __future__ import annotations

from hilbench.virtual.timing.cortex_m0plus import CortexM0Plus
from hilbench.virtual.timing.instruction import Instruction
from hilbench.virtual.timing.model import CoreModel
from hilbench.virtual.timing.pipeline import Entry
from tests.virtual.timing.rules import Rule, parametrize

RULES = (
    Rule("an ALU operation takes 1", "adds r0, r1\n lsls r2, r3, #4", 2),
    Rule("MULS takes 1", "muls r0, r1, r0", 1),
    Rule("a load takes 2, its use waits for nothing", "ldr r0, [r1]\n adds r0, #1", 3),
    Rule("loads do not pipeline", "ldr r0, [r1]\n ldr r2, [r3]", 4),
    Rule("a store takes 2", "str r0, [r1]\n strb r2, [r3]", 4),
    Rule("LDM takes 1 + N", "ldmia r0!, {r1-r4}", 5),
    Rule("PUSH takes 1 + N", "push {r4, lr}", 3),
    Rule("POP takes 1 + N", "pop {r4, r5}", 3),
    Rule("POP with PC takes 3 + N, 1 of it to refill", "pop {r4, pc}", 4),
    Rule("a taken branch takes 2", "1: subs r0, #1\n bne 1b", 3, taken=True),
    Rule("a branch not taken takes 1", "subs r0, #1\n bne .", 2),
    Rule("BX takes 2, 1 of it to refill", "bx lr", 1),
    Rule("BL takes 3, 1 of it to refill", "bl .", 2),
    Rule("barriers take 3", "dsb\n dmb", 6),
    Rule(
        "a memcpy of 8 bytes by LDM and STM",
        "1: ldmia r0!,{r3,r4}\n stmia r1!,{r3,r4}\n subs r2,#1\n bne 1b",
        9,
        taken=True,
    ),
    Rule("a pointer chase", "1: ldr r0, [r0]\n cmp r0, #0\n bne 1b", 5, taken=True),
)


@parametrize(RULES)
def test_cortex_m0plus(rule: Rule, block: tuple[Instruction, ...]) -> None:
    assert CoreModel(CortexM0Plus).block_cost(block, Entry(rule.taken)) == rule.cycles
