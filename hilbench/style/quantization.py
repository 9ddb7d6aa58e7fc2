"""Int8 by quantization after training, and its distance from float."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from hilbench.networks.keras import convert_keras
from hilbench.style.metrics.pixels import peak_signal_to_noise
from hilbench.style.stylizer import tflite_stylizer
from hilbench.style.training.session import stylized

_REPRESENTATIVE = 40
"""Photographs by which the ranges of activations are found."""


@dataclass(frozen=True, eq=False)
class Quantized:
    """An int8 network.

    Attributes:
        data: the .tflite file.
        psnr_db: peak signal to noise ratio of each picture in int8 against float, dB.
    """

    data: bytes
    psnr_db: NDArray[np.float64]


def quantize_network(network: Path, photographs: NDArray[np.uint8], judged: NDArray[np.uint8]) -> Quantized:
    """The int8 network of a trained one.

    Args:
        network: a .keras file.
        photographs: representative ones, of the network's size: count, height, width, 3.
        judged: photographs by which int8 is compared with float.

    Raises:
        ModelError: TensorFlow is not installed, or refuses the network.
    """
    with tempfile.TemporaryDirectory(prefix="hilbench-style-") as folder:
        samples = Path(folder) / "photographs.npy"
        np.save(samples, photographs[:_REPRESENTATIVE].astype(np.float32) / 255)
        data = convert_keras(network, samples)
    from hilbench.style.keras_backend import load_keras

    keras = load_keras()
    floats = stylized(keras.models.load_model(network, compile=False), judged)
    painted = tflite_stylizer(data, network.stem).paint(judged)
    return Quantized(data, peak_signal_to_noise(painted, floats))
