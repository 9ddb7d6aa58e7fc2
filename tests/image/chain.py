"""A workload of two segments, made by hand: what a network's program will be, in small."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from zlib import crc32

import numpy as np

from hilbench.operators import ArenaPlan, Source, WorkloadRecord
from hilbench.operators.input_fill import fill_inputs
from hilbench.tensors import Array, TensorSpec

_STEP = """\
#include "workload.h"

void {symbol}_{name}(const int8_t *in, int8_t *out)
{{
    for (int i = 0; i < {count}; ++i)
        out[i] = {value};
}}
"""
_RUN = """\
#include "workload.h"

void {symbol}_invert(const int8_t *in, int8_t *out);
void {symbol}_reverse(const int8_t *in, int8_t *out);

void {symbol}(const void *const inputs[HB_MAX_INPUTS], void *output, void *scratch)
{{
    {symbol}_invert(inputs[0], scratch);{first}
    {symbol}_reverse(scratch, output);{second}
}}
"""


@dataclass(frozen=True)
class Chain:
    """Inverts the bits of its input in place, and then reverses the order of its elements.

    Attributes:
        count: elements.
        probes: whether the segments report their ends.
        in_place: whether the first segment writes where the input lies.
    """

    count: int = 64
    probes: bool = False
    in_place: bool = True

    @property
    def operator(self) -> str:
        """Name that tells the kinds apart."""
        return "chain" + "_with_probes" * self.probes + "_apart" * (not self.in_place)

    @property
    def digest(self) -> str:
        return f"{crc32(repr(self).encode()):016x}"

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        return f"{self.operator} {self.count}"

    @property
    def problem(self) -> Chain:
        return self

    @property
    def inputs(self) -> tuple[TensorSpec, ...]:
        return (TensorSpec((1, self.count)),)

    @property
    def outputs(self) -> tuple[TensorSpec, ...]:
        return self.inputs

    @property
    def seed(self) -> int:
        return 7

    @property
    def macs(self) -> int:
        return 2 * self.count

    @property
    def least_constant_bytes(self) -> int:
        return 0

    @property
    def arena(self) -> ArenaPlan:
        size = -(-self.count // 16) * 16
        if self.in_place:
            return ArenaPlan((0,), size, 0, size, 2 * size, consumes_inputs=True)
        return ArenaPlan.in_sequence(self.inputs, self.outputs, size)

    @property
    def segments(self) -> tuple[str, ...]:
        return "invert", "reverse"

    def input_values(self) -> tuple[Array, ...]:
        return fill_inputs(self.inputs, self.seed)

    def reference(self, inputs: Sequence[Array]) -> Array:
        return np.ascontiguousarray(~inputs[0][:, ::-1])

    def sources(self, symbol: str) -> Mapping[str, Source]:
        probes = "\n    if (hb_segment(0))\n        return;", "\n    hb_segment(1);"
        first, second = probes if self.probes else ("", "")
        steps = {"invert": "(int8_t)~in[i]", "reverse": f"in[{self.count - 1} - i]"}
        return {
            "program.c": Source(_RUN.format(symbol=symbol, first=first, second=second)),
            **{
                f"{name}.c": Source(_STEP.format(symbol=symbol, name=name, count=self.count, value=value))
                for name, value in steps.items()
            },
        }

    def source_key(self) -> str:
        return self.digest

    def record(self) -> WorkloadRecord:
        return WorkloadRecord(
            digest=self.digest,
            problem_digest=self.digest,
            label=self.label,
            variant="reference",
            tuning="",
            parameters={"operator": self.operator},
            inputs=self.inputs,
            outputs=self.outputs,
            macs=self.macs,
            weight_bytes=0,
            activation_bytes=2 * self.count,
        )
