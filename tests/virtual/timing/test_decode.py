"""Additions of the decoder to the disassembler's detail."""

from __future__ import annotations

import pytest

from hilbench.virtual.timing.instruction import (
    FIRST_FLOAT,
    FLAGS,
    LR,
    PC,
    SP,
    Instruction,
    Operand2,
    Operation,
)
from tests.virtual.timing.rules import assemble

S0 = FIRST_FLOAT


def decode(code: str) -> Instruction:
    return assemble([code])[0][-1]


@pytest.mark.parametrize(
    ("code", "reads", "writes"),
    [
        ("adds r0, r1, r2", {1, 2}, {0, FLAGS}),
        ("adc.w r0, r1, r2", {1, 2, FLAGS}, {0}),
        ("cmp r0, r1", {0, 1}, {FLAGS}),
        ("movt r0, #1", {0}, {0}),
        ("smlal r0, r1, r2, r3", {0, 1, 2, 3}, {0, 1}),
        ("uxtab r0, r1, r2", {1, 2}, {0}),
        ("bfi r0, r1, #4, #4", {0, 1}, {0}),
        ("ssat r0, #8, r1", {1}, {0}),
        ("ldr r0, [r1, r2, lsl #2]", {1, 2}, {0}),
        ("ldr r0, [r1], #4", {1}, {0, 1}),
        ("strd r0, r1, [r2], #8", {0, 1, 2}, {2}),
        ("ldmia r0!, {r1, r2}", {0}, {0, 1, 2}),
        ("push {r4, lr}", {4, LR, SP}, {SP}),
        ("pop {r4, pc}", {SP}, {4, PC, SP}),
        ("vldmia r0!, {s0-s1}", {0}, {0, S0, S0 + 1}),
        ("vpush {d8}", {SP, S0 + 16, S0 + 17}, {SP}),
        ("vfma.f32 s0, s1, s2", {S0, S0 + 1, S0 + 2}, {S0}),
        ("vmov r0, r1, d1", {S0 + 2, S0 + 3}, {0, 1}),
        ("vmrs apsr_nzcv, fpscr", {FLAGS}, {FLAGS}),
        ("it eq\n moveq r0, r1", {0, 1, FLAGS}, {0}),
        ("bne .", {FLAGS}, set()),
        ("cbz r0, .+8", {0}, set()),
    ],
)
def test_registers(code: str, reads: set[int], writes: set[int]) -> None:
    instruction = decode(code)
    assert set(instruction.reads) == reads
    assert set(instruction.writes) == writes


@pytest.mark.parametrize(
    ("code", "operation"),
    [
        ("mov pc, lr", Operation.INDIRECT_BRANCH),
        ("mov.w r0, r1, lsl #2", Operation.SHIFT),
        ("b .", Operation.BRANCH),
        ("vldr d0, [r0]", Operation.LOAD_MULTIPLE),
        ("vldr s0, [r0]", Operation.LOAD),
        ("wfi", Operation.SYSTEM),
        ("smulbb r0, r1, r2", Operation.MULTIPLY),
        ("smlald r0, r1, r2, r3", Operation.LONG_MULTIPLY_ADD),
        ("smmla r0, r1, r2, r3", Operation.MULTIPLY_ADD),
        ("uqsub8 r0, r1, r2", Operation.PARALLEL),
        ("vcvt.f32.s32 s0, s0", Operation.FLOAT_ADD),
    ],
)
def test_operations(code: str, operation: Operation) -> None:
    assert decode(code).operation is operation


@pytest.mark.parametrize(
    ("code", "form"),
    [
        ("eor r0, r1, #0xff", Operand2.PLAIN),
        ("eor r0, r1, #0x00ab00ab", Operand2.PLAIN),
        ("eor r0, r1, #0xab00ab00", Operand2.PLAIN),
        ("eor r0, r1, #0xabababab", Operand2.PLAIN),
        ("eor r0, r1, #0x1fc0", Operand2.SHIFTED_CONSTANT),
        ("addw r0, r1, #0xfff", Operand2.PLAIN),
        ("movw r0, #0x1234", Operand2.PLAIN),
        ("eor.w r0, r1, r2, ror #3", Operand2.SHIFTED_REGISTER),
    ],
)
def test_second_operands(code: str, form: Operand2) -> None:
    assert decode(code).operand2 is form


def test_a_memory_operand_is_what_the_address_is_computed_from() -> None:
    memory = decode("ldrb r0, [r1, r2, lsl #3]").memory
    assert memory is not None
    assert (memory.base, memory.index, memory.shift, memory.offset) == (1, 2, 3, 0)
    pushed = decode("push {r4, r5, lr}").memory
    assert pushed is not None
    assert (pushed.base, pushed.offset) == (SP, -12)


def test_a_literal_has_the_address_it_is_read_from() -> None:
    load = assemble(["nop\n ldr r0, [pc, #8]"])[0][1]
    assert load.literal == (load.address + 4 & ~3) + 8
    assert load.memory is None


def test_only_what_lifts_a_mask_unmasks() -> None:
    codes = ("cpsie i", "cpsid i", "msr primask, r0", "mrs r0, primask")
    assert [decode(code).unmasks for code in codes] == [True, False, True, False]
