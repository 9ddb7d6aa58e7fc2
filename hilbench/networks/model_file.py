"""Model files of any format, by the end of their names."""

from __future__ import annotations

from pathlib import Path

from hilbench.errors import ModelError
from hilbench.networks.graph import Graph


def read_model(path: Path) -> Graph:
    """The graph of a model file.

    Raises:
        ModelError: there is no such file, nothing reads its format, it is broken, or the extra `networks` is
            not installed.
    """
    if path.suffix != ".tflite":
        raise ModelError(f"{path} is of no format that is read; give a .tflite file.")
    from hilbench.networks.tflite import read_tflite

    try:
        return read_tflite(path)
    except ModuleNotFoundError as error:
        raise ModelError(
            f'Model files need the package {error.name}; run: pip install "hilbench[networks]".'
        ) from None
