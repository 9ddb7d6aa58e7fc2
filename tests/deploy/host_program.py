"""A program compiled and run on this machine."""

from __future__ import annotations

import ctypes
import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from hilbench.deploy.lowering import lower
from hilbench.deploy.placement import place
from hilbench.deploy.program import Program
from hilbench.deploy.schedule import Schedule
from hilbench.networks import Graph
from hilbench.networks.passes import simplify
from hilbench.operators import Registry, load_operators
from hilbench.tensors import Array, ElementType, TensorSpec
from tests.operators.host_c import GCC, STRICT

REGISTRY = load_operators()
_ALIGNMENT = 16
_GUARD = 64
_GUARD_BYTE = 0xA5


def program_of(graph: Graph, variant: str = "dsp", registry: Registry = REGISTRY) -> Program:
    """The program of a graph, in one variant wherever there is such a kernel."""
    schedule = with_variant(lower(simplify(graph), registry), variant)
    return Program(graph, schedule, place(schedule))


def with_variant(schedule: Schedule, variant: str) -> Schedule:
    """The schedule in one variant wherever there is such a kernel."""
    steps = tuple(
        replace(step, layer=step.layer.with_kernel(variant)) if variant in step.layer.variants else step
        for step in schedule.steps
    )
    return replace(schedule, steps=steps)


def run_on_host(program: Program, trials: Sequence[Sequence[Array]]) -> list[bytes]:
    """Outputs of each trial's inputs; the C compiles without a warning and stays within its arena."""
    assert GCC is not None
    with tempfile.TemporaryDirectory() as folder:
        paths = []
        for name, source in program.sources("network").items():
            paths.append(Path(folder) / name)
            paths[-1].write_text(source.text)
        banks = Path(folder) / "banks.c"
        arrays = (
            f"uint8_t hb_arena_{name}[{size}] __attribute__((aligned(32)));\n"
            for name, size in program.placement.others.items()
        )
        banks.write_text(f"#include <stdint.h>\n{''.join(arrays)}")
        paths.append(banks)
        library = Path(folder) / "network.so"
        flags = ("-O1", "-ffp-contract=off", "-shared", "-fPIC")
        subprocess.run([GCC, *STRICT, *flags, "-o", library, *paths], check=True)
        kernel = ctypes.CDLL(str(library)).network
        return [_run(kernel, program, inputs) for inputs in trials]


def _run(kernel: ctypes._NamedFuncPointer, program: Program, inputs: Sequence[Array]) -> bytes:
    plan = program.arena
    memory = np.full(plan.bytes + 2 * _GUARD + _ALIGNMENT, _GUARD_BYTE, np.uint8)
    begin = _GUARD + -(memory.ctypes.data + _GUARD) % _ALIGNMENT
    arena = memory[begin : begin + plan.bytes]
    for values, offset in zip(inputs, plan.inputs, strict=True):
        arena[offset : offset + values.nbytes] = np.frombuffer(values.tobytes(), np.uint8)
    kernel(None, None, ctypes.c_void_p(arena.ctypes.data))
    assert (memory[:begin] == _GUARD_BYTE).all(), "it writes before the arena"
    assert (memory[begin + plan.bytes :] == _GUARD_BYTE).all(), "it writes behind the arena"
    size = sum(spec.bytes for spec in program.outputs)
    return arena[plan.output : plan.output + size].tobytes()


def random_inputs(specs: Sequence[TensorSpec], seed: int) -> list[Array]:
    """Elements over the whole range of integers, and real ones from -1 to 1."""
    rng = np.random.default_rng(seed)
    return [
        rng.uniform(-1, 1, spec.shape).astype(np.float32)
        if spec.dtype is ElementType.FLOAT32
        else rng.integers(
            np.iinfo(spec.dtype).min, np.iinfo(spec.dtype).max + 1, spec.shape, np.dtype(spec.dtype)
        )
        for spec in specs
    ]


def assert_bit_exact(program: Program, trials: int = 3) -> None:
    """Require the outputs of the interpreter."""
    drawn = [random_inputs(program.inputs, seed) for seed in range(trials)]
    for inputs, output in zip(drawn, run_on_host(program, drawn), strict=True):
        assert output == program.reference(inputs).tobytes()
