"""Keras as the user set it up: its backend is TensorFlow, torch or JAX."""

from __future__ import annotations

import os
from typing import Any

from hilbench.console import quiet_stderr
from hilbench.errors import ConfigError

_FAST = {"TF_ENABLE_ONEDNN_OPTS": "1", "TF_CPP_MIN_LOG_LEVEL": "3"}
"""Environment of TensorFlow that trains: with oneDNN, which has kernels for bfloat16, and no messages."""

Tensor = Any
"""A tensor of the backend."""


def load_keras(threads: int | None = None) -> Any:  # noqa: ANN401  # Keras has no types
    """Keras 3, imported with the backend that KERAS_BACKEND or the user's configuration says.

    Args:
        threads: of TensorFlow or torch; None for as many as there are processors.

    Raises:
        ConfigError: Keras or its backend is not installed.
    """
    for name, value in _FAST.items():
        os.environ.setdefault(name, value)
    try:
        with quiet_stderr():
            import keras
    except ImportError as error:
        raise ConfigError(
            f'Style transfer needs Keras and a backend ({error}); run: pip install "hilbench[style]".'
        ) from None
    if threads is not None:
        _limit(keras.backend.backend(), threads)
    return keras


def _limit(backend: str, threads: int) -> None:
    if backend == "torch":
        import torch

        torch.set_num_threads(threads)
    elif backend == "tensorflow":
        import tensorflow

        try:
            tensorflow.config.threading.set_intra_op_parallelism_threads(threads)
            tensorflow.config.threading.set_inter_op_parallelism_threads(1)
        except RuntimeError:
            return  # TensorFlow has begun to work in this process and keeps its threads
