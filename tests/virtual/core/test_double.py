"""Double precision: programs that use it compute what the host computes."""

from __future__ import annotations

import math
import struct
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from hilbench.virtual.core.registers import PC
from hilbench.virtual.machine import Machine
from tests.virtual.core.programs import build, powered, symbols

Names = dict[str, int]
BINDING = st.floats(-1e6, 1e6, allow_nan=False, allow_subnormal=False)
FORMATS = {
    "narrowed": "<f",
    "truncated": "<i",
    **dict.fromkeys(("unsigned_truncated", "less", "equal", "greater", "unordered"), "<I"),
}


@pytest.fixture(name="elf", scope="module")
def _elf(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(tmp_path_factory.mktemp("doubles"), "doubles")


@pytest.fixture(name="machine", scope="module")
def _machine(elf: Path) -> Iterator[Machine]:
    with powered(elf, halt=True) as machine:
        machine.halting.enabled = True
        yield machine


def compute(machine: Machine, names: Names, *inputs: float) -> dict[str, float]:
    """Results that the program computes from a, b and c."""
    machine.reset()
    assert machine.wait_halted(10)
    for name, value in zip("abc", inputs, strict=True):
        machine.write_memory(names[name], struct.pack("<d", value))
    machine.write_register(PC, machine.read_register(PC) + 2)
    machine.resume()
    assert machine.wait_halted(10)
    answers = {}
    for name, address in names.items():
        form = FORMATS.get(name, "<d")
        (answers[name],) = struct.unpack(form, machine.read_memory(address, struct.calcsize(form)))
    return answers


def variables(elf: Path) -> Names:
    """The program's variables."""
    return {name: address for name, address in symbols(elf).items() if address >> 24 == 0x20 and name}


@given(a=BINDING, b=BINDING, c=st.floats(0, 1e9))
def test_arithmetic_is_that_of_the_host(elf: Path, machine: Machine, a: float, b: float, c: float) -> None:
    assume(b != 0)
    found = compute(machine, variables(elf), a, b, c)
    expected = {
        "sum": a + b,
        "difference": a - b,
        "product": a * b,
        "quotient": a / b,
        "root": math.sqrt(c),
        "negated": -a,
        "magnitude": abs(a),
        "fused": float(Fraction(a) * Fraction(b) + Fraction(c)),
        "larger": max(a, b),
        "constant": a + 1.5,
        "narrowed": float(np.float32(a)),
        "widened": float(np.float32(a)),
        "truncated": math.trunc(a),
        "unsigned_truncated": math.trunc(c),
        "from_int": math.trunc(a),
        "from_unsigned": math.trunc(c),
        "less": a < b,
        "equal": a == b,
        "greater": a > b,
        "unordered": False,
    }
    assert {name: found[name] for name in expected} == expected


def test_infinities_and_not_a_number(elf: Path, machine: Machine) -> None:
    names = variables(elf)
    found = compute(machine, names, 1.0, 0.0, -1.0)
    assert found["quotient"] == math.inf
    assert math.isnan(found["root"])
    found = compute(machine, names, math.nan, 1.0, 5e9)
    assert (found["less"], found["equal"], found["greater"], found["unordered"]) == (0, 0, 0, 1)
    assert (found["truncated"], found["unsigned_truncated"]) == (0, 2**32 - 1)
