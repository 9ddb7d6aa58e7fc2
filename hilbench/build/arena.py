"""What a case takes of the arena, the block of RAM where the selected case's tensors live."""

from __future__ import annotations

from hilbench.cases import OperatorCase

_ALIGNMENT = 16
"""Every tensor starts at a multiple (firmware/common/workload.c lays them out the same way)."""


def input_bytes(case: OperatorCase) -> int:
    """Bytes of one input; all inputs of an operator have one shape."""
    return case.in_h * case.in_w * case.in_c * case.dtype.bytes


def output_bytes(case: OperatorCase) -> int:
    """Bytes of the output."""
    return case.out_h * case.out_w * case.out_c * case.dtype.bytes


def arena_bytes(case: OperatorCase) -> int:
    """Bytes of all inputs, the output and the scratch memory, each aligned."""
    sizes = [input_bytes(case)] * case.operator.input_count
    sizes += [output_bytes(case), case.scratch_bytes]
    return sum(-(-size // _ALIGNMENT) * _ALIGNMENT for size in sizes)
