"""Size of a case in the arena, the block of RAM that holds the selected case's tensors."""

from __future__ import annotations

from hilbench.operators import OperatorCase

ALIGNMENT = 16
"""Alignment of every tensor, bytes; firmware/common/workload.c lays them out in this way, too."""


def arena_bytes(case: OperatorCase) -> int:
    """Bytes of all inputs, the outputs and the scratch memory, each aligned."""
    output_bytes = sum(spec.bytes for spec in case.outputs)  # one behind the other, without a gap
    sizes = [*(spec.bytes for spec in case.inputs), output_bytes, case.scratch_bytes]
    return sum(-(-size // ALIGNMENT) * ALIGNMENT for size in sizes)
