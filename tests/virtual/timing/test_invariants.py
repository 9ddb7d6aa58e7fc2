"""Invariants that hold on every core for any sequence of instructions."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hilbench.virtual.timing import Decoder, Entry, bare_core_model
from hilbench.virtual.timing.cores import PIPELINES
from hilbench.virtual.timing.instruction import Instruction
from tests.virtual.timing.rules import CODE_BASE, assemble

_POOL = [
    *("adds r0, r1", "eor.w r2, r0, r3, lsl #2", "movs r1, #3", "nop", "uxtb r3, r0", "ubfx r1, r2, #3, #4"),
    *("mul r0, r1, r2", "smlad r4, r0, r1, r4", "sdiv r5, r4, r1", "umull r6, r7, r0, r1"),
    *("ldr r0, [r1]", "ldrb r2, [r1, r0]", "ldr r3, [r4], #4", "str r0, [r1]", "str r2, [r3, r4]"),
    *("ldmia r5!, {r6, r7}", "push {r0-r2}", "ldrd r0, r1, [r2]", "strb r0, [r1, #1]"),
    *("vadd.f32 s0, s1, s2", "vfma.f32 s0, s3, s4", "vdiv.f32 s5, s0, s1", "vldr s1, [r0]", "vmov r0, s0"),
    *("cmp r0, #0", "clz r0, r1", "pkhbt r0, r1, r2", "rev r2, r1", "bfi r0, r2, #1, #3"),
]
_TEMPLATES = [block[0] for block in assemble(_POOL)]


@st.composite
def blocks(draw: st.DrawFn) -> tuple[Instruction, ...]:
    """Instructions of the pool, one behind the other, from any halfword on."""
    address = CODE_BASE + 2 * draw(st.integers(0, 7))
    block = []
    for template in draw(st.lists(st.sampled_from(_TEMPLATES), min_size=1, max_size=20)):
        block.append(replace(template, address=address))
        address += template.size
    return tuple(block)


every_core = pytest.mark.parametrize("core", PIPELINES)


@every_core
@settings(max_examples=25)
@given(block=blocks(), taken=st.booleans())
def test_instructions_issue_in_order_and_at_most_two_a_cycle(
    core: str, block: tuple[Instruction, ...], taken: bool
) -> None:
    issues = bare_core_model(core).schedule(block, Entry(taken)).issues
    cycles = [issue.cycle for issue in issues]
    assert [issue.instruction for issue in issues] == list(block)
    assert cycles == sorted(cycles)
    assert max(Counter(cycles).values()) <= (2 if core in ("cortex-m7", "cortex-m33") else 1)


@every_core
@settings(max_examples=25)
@given(block=blocks())
def test_more_instructions_never_take_less(core: str, block: tuple[Instruction, ...]) -> None:
    model = bare_core_model(core)
    costs = [model.block_cost(block[:count], Entry.BEFORE) for count in range(len(block) + 1)]
    assert costs == sorted(costs)
    assert costs[-1] >= len(block) / 2


@every_core
@settings(max_examples=25)
@given(block=blocks())
def test_a_taken_branch_never_leads_in_faster(core: str, block: tuple[Instruction, ...]) -> None:
    model = bare_core_model(core)
    assert model.block_cost(block, Entry.TAKEN) >= model.block_cost(block, Entry.BEFORE)


@every_core
@settings(max_examples=50)
@given(code=st.binary(min_size=2, max_size=16))
def test_whatever_is_executed_has_a_cost(core: str, code: bytes) -> None:
    block = Decoder().decode(code, CODE_BASE)
    assert bare_core_model(core).block_cost(block, Entry.TAKEN) >= (1 if block else 0)
