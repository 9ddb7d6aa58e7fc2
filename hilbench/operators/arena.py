"""Places of a workload's tensors in the arena, the block of RAM that holds those of the selected one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import accumulate

from hilbench.tensors import TensorSpec

ALIGNMENT = 16
"""Alignment of every tensor, bytes."""


@dataclass(frozen=True)
class ArenaPlan:
    """Places in the arena, in bytes from its beginning, each a multiple of `ALIGNMENT`.

    Several outputs lie one behind the other, without a gap. Inputs, output and scratch may share places: a
    run begins when the inputs are there, and the output has to be there when it ends.

    Attributes:
        inputs: where each input lies.
        output: where the outputs lie.
        scratch: where the memory begins that the code is handed to work in.
        scratch_bytes: its size.
        bytes: size of the whole.
        others: bytes that the code takes of other banks of RAM, by name; it knows them as `hb_arena_NAME`.
        consumes_inputs: whether a run overwrites its inputs, so that they have to be there anew for the next.
        is_prepared: whether the code has a function `<symbol>_prepare` (`hb_prepare_t`), to be called once
            before the first run, which may set other places of the inputs and of the output.
    """

    inputs: tuple[int, ...]
    output: int
    scratch: int
    scratch_bytes: int
    bytes: int
    others: Mapping[str, int] = field(default_factory=dict)
    consumes_inputs: bool = False
    is_prepared: bool = False

    @classmethod
    def in_sequence(
        cls, inputs: Sequence[TensorSpec], outputs: Sequence[TensorSpec], scratch_bytes: int
    ) -> ArenaPlan:
        """The plan in which nothing shares its place: inputs, outputs, scratch memory."""
        sizes = [*(spec.bytes for spec in inputs), sum(spec.bytes for spec in outputs), scratch_bytes]
        *places, whole = accumulate(map(aligned, sizes), initial=0)
        return cls(tuple(places[: len(inputs)]), places[-2], places[-1], scratch_bytes, whole)


def aligned(size: int) -> int:
    """A size rounded up to a multiple of `ALIGNMENT`."""
    return -(-size // ALIGNMENT) * ALIGNMENT
