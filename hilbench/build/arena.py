"""What a case takes of the arena, the block of RAM where the selected case's tensors live."""

from __future__ import annotations

from hilbench.cases import OperatorCase

ALIGNMENT = 16
"""Every tensor starts at a multiple (firmware/common/workload.c lays them out the same way)."""


def arena_bytes(case: OperatorCase) -> int:
    """Bytes of all inputs, the output and the scratch memory, each aligned."""
    inputs = [case.input_bytes] * case.operator.input_count
    sizes = [*inputs, case.output_bytes, case.scratch_bytes]
    return sum(-(-size // ALIGNMENT) * ALIGNMENT for size in sizes)
