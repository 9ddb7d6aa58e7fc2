"""Operators written on the spot, for kernels that do what no shipped operator does."""

from __future__ import annotations

from pathlib import Path

from hilbench.cases import OperatorCase
from hilbench.cases.registry import load_operators

_OPERATOR = '''
from hilbench.cases.fill import fill_inputs
from hilbench.cases.tensors import Tensors
from hilbench.cases.families.weightless import Weightless


class Handmade(Weightless):
    """The output is the input."""

    name = "{name}"

    def out_hw(self, case):
        return case.in_h, case.in_w

    def macs(self, case):
        return case.in_h * case.in_w * case.in_c

    def tensors(self, case):
        return Tensors(fill_inputs(case))

    def reference(self, case, tensors):
        return tensors.inputs[0]

    def c_context(self, case, tensors):
        return {{}}
'''

_KERNEL = """\
#include "case.h"
{prelude}
void {{{{ symbol }}}}(const void *const inputs[HB_MAX_INPUTS], void *output, void *scratch)
{{
    const int8_t *const in = inputs[0];
    int8_t *const out = output;
    (void)scratch;
    for (int i = 0; i < {{{{ case.macs }}}}; ++i) {{
        {statement}
    }}
}}
"""


def handmade_case(
    folder: Path, name: str, statement: str, *, prelude: str = "", size: int = 4
) -> OperatorCase:
    """A case of size x size elements; `statement` computes `out[i]` from `in[i]`, `prelude` comes before.

    Writes the operator `name` into `folder`, beside those that are there.
    """
    home = folder / name
    home.mkdir(parents=True)
    (home / "operator.py").write_text(_OPERATOR.format(name=name))
    (home / "reference.c.j2").write_text(_KERNEL.format(statement=statement, prelude=prelude))
    return load_operators(folder).case(operator=name, in_h=size, in_w=size, in_c=1)
