"""Model files of any format, by the end of their names."""

from __future__ import annotations

from pathlib import Path

from hilbench.errors import ModelError
from hilbench.networks.graph import Graph


def read_model(path: Path, representative: Path | None = None) -> Graph:
    """The graph of a model file, .tflite, .onnx or .keras.

    Args:
        path: of the file.
        representative: inputs by which a Keras model is quantised, as `convert_keras` takes them.

    Raises:
        ModelError: there is no such file, nothing reads its format, or it is broken.
    """
    if path.suffix == ".tflite":
        from hilbench.networks.tflite import read_tflite

        return read_tflite(path)
    if path.suffix == ".onnx":
        from hilbench.networks.onnx import read_onnx

        return read_onnx(path)
    if path.suffix == ".keras":
        from hilbench.networks.keras import convert_keras
        from hilbench.networks.tflite.reader import import_tflite

        return import_tflite(convert_keras(path, representative), path.name)
    raise ModelError(f"{path} is of no format that is read; give a .tflite, an .onnx or a .keras file.")
