"""Other runtimes on the host: LiteRT with its several kernels, TFLite Micro, ONNX Runtime."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np

from hilbench.console import quiet_stderr
from hilbench.errors import ModelError
from hilbench.extras import require
from hilbench.tensors import Array

Run = Callable[[Sequence[Array]], tuple[Array, ...]]
"""Outputs for inputs, both in the order of the model file; a network's states begin anew in each call."""

LITERT_REFERENCE, LITERT_OPTIMIZED, XNNPACK = "BUILTIN_REF", "BUILTIN_WITHOUT_DEFAULT_DELEGATES", "BUILTIN"
"""Op resolvers: LiteRT's reference kernels, its optimised ones, those with its delegate XNNPACK."""
_TFLM_ARENA = 16 * 2**20
"""RAM for TFLite Micro in addition to ten times the model, bytes."""


def litert(data: bytes, resolver: str) -> Run:
    """LiteRT with an op resolver.

    Raises:
        ModelError: it refuses the model; the sentence is its own.
    """
    _check(lambda: _litert_interpreter(data, resolver, 1), "LiteRT")
    return lambda inputs: _invoked(_litert_interpreter(data, resolver, 1), inputs)


def kept_litert(data: bytes, resolver: str, threads: int = 1) -> Run:
    """LiteRT with an op resolver, prepared once for all calls, so that it can be timed; states go on.

    Raises:
        ModelError: it refuses the model; the sentence is its own.
    """
    interpreter = _check(lambda: _litert_interpreter(data, resolver, threads), "LiteRT")
    return lambda inputs: _invoked(interpreter, inputs)


def _litert_interpreter(data: bytes, resolver: str, threads: int) -> Any:  # noqa: ANN401 (without types)
    require("ai_edge_litert")
    from ai_edge_litert.interpreter import Interpreter, OpResolverType

    with quiet_stderr():  # XNNPACK greets; what LiteRT refuses it raises, too
        interpreter = Interpreter(
            model_content=data,
            experimental_op_resolver_type=getattr(OpResolverType, resolver),
            num_threads=threads,
        )
        interpreter.allocate_tensors()
    return interpreter


def _invoked(interpreter: Any, inputs: Sequence[Array]) -> tuple[Array, ...]:  # noqa: ANN401
    for detail, values in zip(interpreter.get_input_details(), inputs, strict=True):
        interpreter.set_tensor(detail["index"], values)
    interpreter.invoke()
    return tuple(interpreter.get_tensor(each["index"]) for each in interpreter.get_output_details())


def tflm(data: bytes, outputs: int) -> Run:
    """TFLite Micro's own interpreter with its reference kernels, from the package tflite-micro.

    Args:
        data: the whole file.
        outputs: of the network.

    Raises:
        ConfigError: the package is not installed.
        ModelError: it refuses the model.
    """
    require("tflite_micro")
    from tflite_micro import runtime

    def prepared() -> Any:  # noqa: ANN401
        return runtime.Interpreter.from_bytes(data, arena_size=10 * len(data) + _TFLM_ARENA)

    def run(inputs: Sequence[Array]) -> tuple[Array, ...]:
        interpreter = prepared()
        for index, values in enumerate(inputs):
            interpreter.set_input(np.ascontiguousarray(values), index)
        interpreter.invoke()
        return tuple(interpreter.get_output(index) for index in range(outputs))

    _check(prepared, "TFLite Micro")
    return run


def onnxruntime(path: Path, threads: int | None = None) -> Run:
    """ONNX Runtime on the processor.

    Args:
        path: of the model.
        threads: of an operator; None for its own choice.

    Raises:
        ConfigError: the package is not installed.
        ModelError: it refuses the model.
    """
    require("onnxruntime")
    import onnxruntime as runtime

    options = runtime.SessionOptions()
    options.intra_op_num_threads = threads or 0
    providers = ["CPUExecutionProvider"]
    session = _check(lambda: runtime.InferenceSession(str(path), options, providers), "ONNX Runtime")
    names = [each.name for each in session.get_inputs()]

    def run(inputs: Sequence[Array]) -> tuple[Array, ...]:
        return tuple(session.run(None, dict(zip(names, inputs, strict=True))))

    return run


def version_of(package: str) -> str:
    """Version of an extra's package.

    Args:
        package: name by which it is imported.

    Raises:
        ExtraMissing: it is not installed.
    """
    require(package)
    return version(package.replace("_", "-"))


def _check(prepare: Callable[[], Any], name: str) -> Any:  # noqa: ANN401
    """Result of `prepare`, or the refusal of a runtime in its own words."""
    try:
        return prepare()
    except Exception as error:  # what a runtime raises is its own affair
        reason = " ".join(str(error).split()).rstrip(".")
        raise ModelError(f"{name} refuses the model: {reason}.") from error
