"""Other runtimes on the host: LiteRT with its several kernels, TFLite Micro, ONNX Runtime."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import numpy as np

from hilbench.errors import ConfigError, ModelError
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
    from ai_edge_litert.interpreter import Interpreter, OpResolverType

    def prepared() -> Any:  # noqa: ANN401 (a package without types)
        interpreter = Interpreter(
            model_content=data,
            experimental_op_resolver_type=getattr(OpResolverType, resolver),
            num_threads=1,
        )
        interpreter.allocate_tensors()
        return interpreter

    def run(inputs: Sequence[Array]) -> tuple[Array, ...]:
        interpreter = prepared()
        for detail, values in zip(interpreter.get_input_details(), inputs, strict=True):
            interpreter.set_tensor(detail["index"], values)
        interpreter.invoke()
        return tuple(interpreter.get_tensor(each["index"]) for each in interpreter.get_output_details())

    _check(prepared, "LiteRT")
    return run


def tflm(data: bytes, outputs: int) -> Run:
    """TFLite Micro's own interpreter with its reference kernels, from the package tflite-micro.

    Args:
        data: the whole file.
        outputs: of the network.

    Raises:
        ConfigError: the package is not installed.
        ModelError: it refuses the model.
    """
    require("tflite-micro")
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


def onnxruntime(path: Path) -> Run:
    """ONNX Runtime on the processor.

    Raises:
        ConfigError: the package is not installed.
        ModelError: it refuses the model.
    """
    require("onnxruntime")
    import onnxruntime as runtime

    session = _check(
        lambda: runtime.InferenceSession(str(path), providers=["CPUExecutionProvider"]), "ONNX Runtime"
    )
    names = [each.name for each in session.get_inputs()]

    def run(inputs: Sequence[Array]) -> tuple[Array, ...]:
        return tuple(session.run(None, dict(zip(names, inputs, strict=True))))

    return run


def require(package: str) -> str:
    """Version of a package that is installed.

    Raises:
        ConfigError: it is not.
    """
    try:
        return version(package)
    except PackageNotFoundError:
        raise ConfigError(f"The package {package} is not installed; run: pip install {package}.") from None


def _check(prepare: Callable[[], Any], name: str) -> Any:  # noqa: ANN401
    """Result of `prepare`, or the refusal of a runtime in its own words."""
    try:
        return prepare()
    except Exception as error:  # what a runtime raises is its own affair
        reason = " ".join(str(error).split()).rstrip(".")
        raise ModelError(f"{name} refuses the model: {reason}.") from error
