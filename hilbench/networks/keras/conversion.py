"""Conversion of a Keras model in a process of its own: TensorFlow is large, talks a lot, and may crash."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from hilbench.errors import ModelError
from hilbench.extras import require
from hilbench.networks.keras.quantizer import QUIET

KERAS_SUFFIX = ".keras"
"""End of the names of Keras models."""
REFUSED = 3
"""Exit status of the converter where its last line is a sentence for the user."""
_ENVIRONMENT = QUIET | {"CUDA_VISIBLE_DEVICES": "-1", "KERAS_BACKEND": "tensorflow"}
"""Environment of the converter, which needs no accelerator, and TensorFlow whatever trained the model."""


def convert_keras(path: Path, representative: Path | None) -> bytes:
    """The int8 TFLite file of a Keras model: weights and activations quantised after training.

    Args:
        path: a `.keras` file.
        representative: inputs as the model gets them, by which the ranges of its activations are found: a
            `.npy` file, an `.npz` file with an array for each input, or a folder of such files.

    Raises:
        ExtraMissing: TensorFlow is not installed.
        ModelError: TensorFlow refuses the model, or the inputs are not the model's.
    """
    if representative is None:
        raise ModelError(
            f"{path} is a Keras model, whose conversion to int8 needs inputs as it gets them; name a .npy "
            "file or a folder of them with --representative."
        )
    if not path.is_file():
        raise ModelError(f"{path} cannot be read (there is no such file); name a {KERAS_SUFFIX} file.")
    require("tensorflow")
    with tempfile.TemporaryDirectory(prefix="hilbench-keras-") as folder:
        output = Path(folder) / "model.tflite"
        command = [
            sys.executable,
            "-P",  # else a file of the user's in this folder could stand for a package's
            "-m",
            f"{__package__}.converter",
            *map(str, (path, representative, output)),
        ]
        done = subprocess.run(
            command,
            check=False,
            capture_output=True,
            encoding="utf-8",
            errors="replace",
            env=os.environ | _ENVIRONMENT,
        )
        if done.returncode or not output.is_file():
            raise ModelError(f"{path.name} cannot be converted: {_cause(done)}")
        return output.read_bytes()


def _cause(done: subprocess.CompletedProcess[str]) -> str:
    """Sentence on why the converter failed."""
    lines = done.stderr.strip().splitlines()
    if done.returncode == REFUSED and lines:
        return lines[-1]
    if done.returncode < 0:
        return f"TensorFlow ended with signal {-done.returncode}; convert it to .tflite yourself."
    last = lines[-1] if lines else f"TensorFlow ended with status {done.returncode}"
    return f"{last[:300]}; convert it to .tflite yourself."
