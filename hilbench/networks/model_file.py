"""Model files of any format, by the end of their names."""

from __future__ import annotations

from pathlib import Path

from hilbench.errors import ModelError
from hilbench.networks.graph import Graph


def read_model(path: Path) -> Graph:
    """The graph of a model file, .tflite or .onnx.

    Raises:
        ModelError: there is no such file, nothing reads its format, or it is broken.
    """
    if path.suffix == ".tflite":
        from hilbench.networks.tflite import read_tflite

        return read_tflite(path)
    if path.suffix == ".onnx":
        from hilbench.networks.onnx import read_onnx

        return read_onnx(path)
    raise ModelError(f"{path} is of no format that is read; give a .tflite or an .onnx file.")
