"""A planned schedule run in its arena, step by step, by the layers' references."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from hilbench.deploy.memory import MemoryPlan
from hilbench.deploy.memory.needs import holder, scratch_name
from hilbench.deploy.schedule import Schedule
from hilbench.tensors import Array, TensorSpec


def run_in_arena(schedule: Schedule, plan: MemoryPlan, inputs: Sequence[Array]) -> list[Array]:
    """Outputs of a schedule whose buffers all lie in one bank, which is full of noise before the first step.

    A step reads all its inputs before it writes: tests/operators/test_reuse.py shows how kernels do.
    """
    (size,) = plan.bytes.values()
    arena = np.random.default_rng(0).integers(0, 256, size, np.uint8)

    def place(name: str) -> int:
        whole, offset = holder(schedule, name)
        return plan.placements[whole].offset + offset

    for name, values in zip(schedule.inputs, inputs, strict=True):
        _write(arena, place(name), values)
    for index, step in enumerate(schedule.steps):
        read = []
        for name, spec in zip(step.inputs, step.layer.inputs, strict=True):
            part = schedule.place(name)
            if part.whole in schedule.constants:
                data = np.frombuffer(schedule.constants[part.whole].tobytes(), np.uint8)
                read.append(_read(data, part.offset, spec))
            else:
                read.append(_read(arena, place(name), spec))
        output = step.layer.reference(read)
        if scratch_name(index) in plan.placements:
            begin = plan.placements[scratch_name(index)].offset
            arena[begin : begin + step.layer.arena.scratch_bytes] = 0xEE
        _write(arena, place(step.outputs[0]), output)
    return [_read(arena, place(name), schedule.tensors[name]) for name in schedule.outputs]


def _write(arena: Array, begin: int, values: Array) -> None:
    data = np.frombuffer(np.ascontiguousarray(values).tobytes(), np.uint8)
    arena[begin : begin + data.size] = data


def _read(memory: Array, begin: int, spec: TensorSpec) -> Array:
    return memory[begin : begin + spec.bytes].copy().view(spec.dtype).reshape(spec.shape)
