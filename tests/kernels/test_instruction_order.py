"""Reordered code computes what it computed: only the order of its instructions changes."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hilbench.kernels.instruction_order import ORDERS, dual_issue_order, pipelined_load_order

_REGISTERS = [f"r{number}" for number in range(2, 7)]
registers = st.sampled_from(_REGISTERS)
offsets = st.integers(0, 3).map(lambda word: 4 * word)
instructions = st.one_of(
    st.builds("ldr.w {}, [{}, #{}]".format, registers, st.sampled_from(["r0", "r1", "sp"]), offsets),
    st.builds("ldr.w {}, [r1, #{}]!".format, registers, offsets),
    st.builds(
        "{} {}, [{}, #{}]".format, st.sampled_from(["str", "strh", "strb"]), registers, registers, offsets
    ),
    st.builds("str {}, [sp, #{}]".format, registers, offsets),
    st.builds("{} {}, {}, {}, {}".format, st.sampled_from(["smlad", "smlatb", "smmlar"]), *[registers] * 4),
    st.builds("{} {}, {}, {}".format, st.sampled_from(["asr", "add", "qadd8", "smuad"]), *[registers] * 3),
    st.builds("add {}, {}, {}, asr #31".format, *[registers] * 3),
    st.builds("bfi {}, {}, #8, #8".format, registers, registers),
    st.builds("ssat {}, #8, {}".format, registers, registers),
    st.builds("cmp {}, {}".format, registers, registers),
    st.sampled_from(["bne 1b", "2:", ".balign 4"]),
)


def execute(text: str) -> tuple[dict[str, str], list[str]]:
    """Terms that registers hold in the end; and accesses of memory and branches, as they happen.

    Whatever is stored may be what is loaded next, but the stack is apart from all else.
    """
    values = {name: name for name in (*_REGISTERS, "r0", "r1", "sp", "flags")}
    stored = {"stack": "", "memory": ""}
    happened: list[str] = []
    for line in filter(None, map(str.strip, text.splitlines())):
        if re.match(r"(bne |\d:|\.)", line):
            happened.append(f"{line} {values}")
            continue
        mnemonic, operands = line.split(" ", 1)
        names = re.findall(r"\b(?:r\d|sp)\b", operands)
        place = "stack" if "[sp" in line else "memory"
        literal = re.sub(r"\b(?:r\d|sp)\b", "", operands)
        if mnemonic.startswith("st"):
            stored[place] += f"({mnemonic} {[values[name] for name in names]} {literal})"
            happened.append(stored[place])
        elif mnemonic.startswith("ldr"):
            target, base = names
            before = values[base]
            if line.endswith("!"):
                values[base] = f"(base {before} {literal})"
            values[target] = f"(load {before} {literal} {stored[place]})"
        elif mnemonic == "cmp":
            values["flags"] = f"(cmp {[values[name] for name in names]})"
        else:
            read = names if mnemonic == "bfi" else names[1:]
            values[names[0]] = f"({mnemonic} {[values[name] for name in read]} {literal})"
    return values, sorted(happened)


@given(lines=st.lists(instructions, max_size=14), order=st.sampled_from(sorted(ORDERS)))
def test_results_are_the_same(lines: list[str], order: str) -> None:
    text = "\n".join(lines)
    assert execute(ORDERS[order](text)) == execute(text)


def positions(text: str) -> Callable[[str], int]:
    lines = [line.strip() for line in text.splitlines()]
    return lambda line: lines.index(line)


def test_a_dual_issue_core_gets_a_load_beside_each_product() -> None:
    products = [f"smlad r6, r2, r3, r{7 + number}" for number in range(3)]
    loads = [f"ldr.w r{number + 3}, [r0, #{8 * number}]" for number in range(1, 3)]
    at = positions(dual_issue_order("\n".join([*products, *loads])))
    assert at(loads[0]) == at(products[0]) + 1
    assert at(loads[1]) == at(products[1]) + 1


def test_a_core_that_pipelines_loads_gets_them_in_a_row() -> None:
    at = positions(
        pipelined_load_order("ldr.w r2, [r0]\nsmlad r6, r4, r5, r6\nldr.w r3, [r0, #4]\nldr.w r4, [r0, #8]")
    )
    assert at("ldr.w r3, [r0, #4]") == 1
    assert at("ldr.w r4, [r0, #8]") == 3  # the product still reads r4


@pytest.mark.parametrize("order", sorted(ORDERS))
def test_nothing_moves_past_what_is_not_known(order: str) -> None:
    text = "    ldr.w r2, [r0]\n    frobnicate r2\n    ldr.w r3, [r0]\n2:\n    ldr.w r4, [r0]"
    assert ORDERS[order](text).split() == text.split()
