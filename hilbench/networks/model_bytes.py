"""Bytes of model files, whatever their format."""

from __future__ import annotations

from pathlib import Path

from hilbench.errors import ModelError

_LARGEST_FILE = 2**30


def model_bytes(path: Path, kind: str) -> bytes:
    """The whole of a model file.

    Args:
        path: where it is.
        kind: of files that the reader takes, for messages: "a .tflite file".

    Raises:
        ModelError: it cannot be read, or is larger than any microcontroller's memory.
    """
    try:
        if path.stat().st_size > _LARGEST_FILE:
            raise ModelError(
                f"{path} is larger than 1 GiB, which no microcontroller holds; name another model."
            )
        return path.read_bytes()
    except OSError as error:
        raise ModelError(f"{path} cannot be read ({error.strerror}); name {kind}.") from None
