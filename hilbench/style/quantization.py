"""Int8 by quantization after training, and its distance from float."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hilbench.networks.keras import convert_keras
from hilbench.networks.model_file import read_model
from hilbench.networks.runtimes import LITERT_OPTIMIZED, litert
from hilbench.quantization.conversion import dequantize, quantize
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
    return Quantized(data, psnr(stylized_in_int8(data, judged), floats))


def stylized_in_int8(data: bytes, photographs: Sequence[Any] | NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Pictures that an int8 network makes on the computer: count, height, width, 3.

    Args:
        data: a .tflite file.
        photographs: of its size.
    """
    with tempfile.TemporaryDirectory(prefix="hilbench-style-") as folder:
        path = Path(folder) / "network.tflite"
        path.write_bytes(data)
        graph = read_model(path)
    source, made = graph.tensors[graph.inputs[0]], graph.tensors[graph.outputs[0]]
    run = litert(data, LITERT_OPTIMIZED)
    pictures = []
    for photograph in photographs:
        real = np.asarray(photograph, np.float32)[None] / 255
        (output,) = run([quantize(real, source.quantization, source.dtype)])
        colors = dequantize(output[0], made.quantization) * 255
        pictures.append(np.rint(colors).clip(0, 255).astype(np.uint8))
    return np.stack(pictures)


def psnr(pictures: NDArray[np.uint8], reference: NDArray[np.uint8]) -> NDArray[np.float64]:
    """Peak signal to noise ratio of each picture, dB: 10 log10(255² / mean squared error)."""
    error = np.mean((pictures.astype(np.float64) - reference) ** 2, axis=(1, 2, 3))
    ratios: NDArray[np.float64] = 10 * np.log10(255**2 / np.maximum(error, 1e-9))
    return ratios
