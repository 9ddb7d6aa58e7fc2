"""Operators written on the spot, for kernels that do what no shipped operator does."""

from __future__ import annotations

from pathlib import Path

from hilbench.operators import Layer
from hilbench.operators.registry import load_operators

_OPERATOR = '''
from hilbench.operators import Kernel
from hilbench.operators.base.elementwise import Elementwise


class Copy(Kernel):
    def scratch_bytes(self, case):
        return {scratch}


class Handmade(Elementwise):
    """The output is the input."""

    name = "{name}"
    kernels = (Copy(),)

    def reference(self, layer, inputs):
        return inputs[0]
'''

_KERNEL = """\
#include "workload.h"
{prelude}
void {{{{ symbol }}}}(const void *const inputs[HB_MAX_INPUTS], void *output, void *scratch)
{{
    const int8_t *const in = inputs[0];
    int8_t *const out = output;
    (void)scratch;
    for (int i = 0; i < {{{{ case.inputs[0].elements }}}}; ++i) {{
        {statement}
    }}
}}
"""


def write_operator(folder: Path, name: str, statement: str, *, prelude: str = "", scratch: int = 0) -> None:
    """Write the operator `name`, which should copy its input, into `folder`, beside those that are there.

    Args:
        folder: of operators.
        name: of the operator.
        statement: C that computes `out[i]` from `in[i]`.
        prelude: C that comes before the function.
        scratch: bytes of working memory that it asks for.
    """
    home = folder / name
    home.mkdir(parents=True)
    (home / "operator.py").write_text(_OPERATOR.format(name=name, scratch=scratch))
    (home / "reference.c.j2").write_text(_KERNEL.format(statement=statement, prelude=prelude))


def handmade_case(folder: Path, name: str, statement: str, *, prelude: str = "", size: int = 4) -> Layer:
    """A case of size x size elements of the operator that `write_operator` writes."""
    write_operator(folder, name, statement, prelude=prelude)
    return load_operators(folder).layer(operator=name, in_h=size, in_w=size, in_c=1)
