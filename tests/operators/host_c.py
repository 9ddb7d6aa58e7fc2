"""Generated C compiled and run on this machine."""

from __future__ import annotations

import ctypes
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import numpy as np

from hilbench.operators import render
from hilbench.paths import FIRMWARE_DIR
from hilbench.tensors import Array
from tests.trial import Trial

GCC = shutil.which("gcc")
STRICT = ("-std=c99", "-Wall", "-Wextra", "-Werror", f"-I{FIRMWARE_DIR / 'common'}")
_GUARD = 64
"""Bytes before and behind each buffer that the kernel must leave alone."""
_GUARD_BYTE = 0xA5


def run_all(trials: Sequence[Trial]) -> list[Array]:
    """Compile all layers into one library, warnings being errors, and run each; their outputs."""
    with _compiled(trials) as kernels:
        return [_run(kernel, trial) for kernel, trial in zip(kernels, trials, strict=True)]


def run_over_inputs(trials: Sequence[Trial], places: Sequence[tuple[int, int]]) -> list[Array]:
    """Run each layer with its output over one of its inputs.

    Args:
        trials: layers of one output, with their inputs.
        places: of each, the index of the input, and the bytes from the output's first to the input's first.
    """
    with _compiled(trials) as kernels:
        return [
            _run_over(kernel, trial, *place)
            for kernel, trial, place in zip(kernels, trials, places, strict=True)
        ]


@contextmanager
def _compiled(trials: Sequence[Trial]) -> Iterator[list[ctypes._NamedFuncPointer]]:
    """Kernels of all layers in one library."""
    assert GCC is not None
    with tempfile.TemporaryDirectory() as folder:
        sources = []
        for index, trial in enumerate(trials):
            sources.append(Path(folder) / f"case_{index}.c")
            sources[-1].write_text(render(trial.layer, f"case_{index}"))
        library = Path(folder) / "cases.so"
        flags = ("-O1", "-ffp-contract=off", "-shared", "-fPIC")
        subprocess.run([GCC, *STRICT, *flags, "-o", library, *sources], check=True)
        loaded = ctypes.CDLL(str(library))
        yield [loaded[f"case_{index}"] for index in range(len(trials))]


def _run(kernel: ctypes._NamedFuncPointer, trial: Trial) -> Array:
    """Call the kernel with guarded output and scratch."""
    case = trial.case
    inputs = [_guarded(values.nbytes) for values in trial.inputs]
    for buffer, values in zip(inputs, trial.inputs, strict=True):
        _inside(buffer)[:] = np.frombuffer(values.tobytes(), np.uint8)
    output = _guarded(sum(spec.bytes for spec in case.outputs))
    scratch = _guarded(trial.layer.arena.scratch_bytes)
    addresses = (ctypes.c_void_p * len(inputs))(*(_inside(buffer).ctypes.data for buffer in inputs))
    kernel(addresses, *map(_address, (output, scratch)))
    for buffer in (*inputs, output, scratch):
        assert (buffer[:_GUARD] == _GUARD_BYTE).all(), f"{case} writes before a buffer"
        assert (buffer[-_GUARD:] == _GUARD_BYTE).all(), f"{case} writes behind a buffer"
    elements = _inside(output).view(case.outputs[0].dtype)
    return elements.reshape(case.outputs[0].shape) if len(case.outputs) == 1 else elements


def _run_over(kernel: ctypes._NamedFuncPointer, trial: Trial, index: int, distance: int) -> Array:
    """Call the kernel with its output `distance` bytes before its input `index`."""
    inputs = [np.frombuffer(values.tobytes(), np.uint8) for values in trial.inputs]
    spec = trial.case.outputs[0]
    first, target = max(distance, 0), max(-distance, 0)
    shared = _guarded(max(first + inputs[index].size, target + spec.bytes))
    inside = _inside(shared)
    inside[first : first + inputs[index].size] = inputs[index]
    inputs[index] = inside[first:]
    addresses = (ctypes.c_void_p * len(inputs))(*(values.ctypes.data for values in inputs))
    scratch = _guarded(trial.layer.arena.scratch_bytes)
    kernel(addresses, ctypes.c_void_p(inside[target:].ctypes.data), _address(scratch))
    return inside[target : target + spec.bytes].view(trial.case.outputs[0].dtype).reshape(spec.shape)


def _guarded(size: int) -> Array:
    return np.full(size + 2 * _GUARD, _GUARD_BYTE, np.uint8)


def _inside(buffer: Array) -> Array:
    return buffer[_GUARD:-_GUARD]


def _address(buffer: Array) -> ctypes.c_void_p:
    return ctypes.c_void_p(_inside(buffer).ctypes.data)
