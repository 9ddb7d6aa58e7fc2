"""Comparison of a network's outputs with those of other runtimes on the host."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum

import numpy as np

from hilbench.deploy.deployer import Model
from hilbench.deploy.program import Program
from hilbench.errors import ModelError
from hilbench.networks.runtimes import LITERT_OPTIMIZED, XNNPACK, Run, litert, onnxruntime
from hilbench.operators.input_fill import fill_inputs
from hilbench.runner.verify import Difference
from hilbench.tensors import Array

INPUTS = 5
"""Inputs that are compared; the first is the one that the device runs on."""
_SEED_STEP = 1000
"""Distance of their seeds, each of which is that of a network's first input."""


class ComparedRuntime(StrEnum):
    """Runtimes to compare with."""

    LITERT = "litert"
    """LiteRT's optimised kernels."""
    XNNPACK = "xnnpack"
    """LiteRT with its default delegate."""
    ONNXRUNTIME = "onnxruntime"


def compared(
    model: Model, program: Program, runtimes: Iterable[ComparedRuntime]
) -> Mapping[str, Difference | str]:
    """Difference of each runtime's outputs from those that the program must give, or why there are none.

    Args:
        model: file that the runtimes run.
        program: of the same model; its oracle's outputs are those that a board was held against.
        runtimes: to compare with.

    Raises:
        ConfigError: a runtime is not installed.
    """
    return {str(runtime): _difference(model, program, runtime) for runtime in dict.fromkeys(runtimes)}


def _difference(model: Model, program: Program, runtime: ComparedRuntime) -> Difference | str:
    shapes = [program.graph.tensors[name].shape for name in program.graph.inputs]
    expected: list[Array] = []
    actual: list[Array] = []
    try:
        run = _runtime(model, runtime)
        for number in range(INPUTS):
            values = fill_inputs(program.inputs, program.seed + _SEED_STEP * number)
            shaped = [each.reshape(shape) for each, shape in zip(values, shapes, strict=True)]
            expected.append(program.reference(values).ravel())
            actual.append(np.concatenate([each.ravel() for each in run(shaped)]))
    except ModelError as error:
        return str(error)
    return Difference.between(np.concatenate(expected), np.concatenate(actual))


def _runtime(model: Model, runtime: ComparedRuntime) -> Run:
    if runtime is ComparedRuntime.ONNXRUNTIME:
        if model.is_tflite:
            raise ModelError("ONNX Runtime takes no TFLite files.")
        return onnxruntime(model.path)
    if not model.is_tflite:
        raise ModelError("LiteRT takes TFLite files alone.")
    return litert(model.data, XNNPACK if runtime is ComparedRuntime.XNNPACK else LITERT_OPTIMIZED)
