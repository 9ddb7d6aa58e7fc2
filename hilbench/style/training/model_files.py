"""Files of a trained network: int8, and a model card."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import numpy as np

from hilbench.errors import ConfigError
from hilbench.style.keras_backend import load_keras
from hilbench.style.metrics.estimate import Estimate, over_pictures
from hilbench.style.metrics.table import PSNR, Metric
from hilbench.style.models import Figure, ModelCard, read_card
from hilbench.style.pictures import load_square
from hilbench.style.quantization import quantize_network
from hilbench.style.training.session import NETWORK, SHEET, Trained, TrainingRequest

_JUDGED = 24
"""Photographs by which int8 is compared with float."""


@dataclass(frozen=True)
class ModelFiles:
    """Files that a training left.

    Attributes:
        tflite: the int8 network.
        sheet: the contact sheet.
        card: as it was written.
    """

    tflite: Path
    sheet: Path
    card: ModelCard

    def document(self) -> dict[str, Any]:
        """Figures for JSON."""
        card = self.card
        return {
            "tflite": str(self.tflite),
            "card": str(self.tflite.with_suffix(".yaml")),
            "sheet": str(self.sheet),
            "network": card.recipe.network.model_dump(),
            "parameters": card.parameters,
            "bytes": card.bytes,
            "iterations": card.iterations,
            "seconds": round(card.seconds, 1),
            "judged": card.psnr_db.count,
            "psnr_db": card.psnr_db.mean,
            "worst_psnr_db": card.worst_psnr_db,
        }


def write_model(trained: Trained, request: TrainingRequest) -> ModelFiles:
    """Quantize a trained network, and write it with its card into the request's folder.

    Raises:
        ConfigError: a file cannot be written.
        ModelError: TensorFlow, which quantizes, is not installed.
    """
    size = request.recipe.network.size
    seen = np.stack([load_square(path, size) for path in trained.seen[: 2 * _JUDGED]])
    judged = [load_square(path, size) for path in trained.held_out[:_JUDGED]] or list(seen[:_JUDGED])
    quantized = quantize_network(request.out / NETWORK, seen, np.stack(judged))
    tflite = request.out / "model.tflite"
    try:
        tflite.write_bytes(quantized.data)
    except OSError as error:
        raise ConfigError(f"{tflite} cannot be written: {error.strerror or error}.") from None
    card = ModelCard(
        name=f"{request.painting.stem}, {request.recipe.name}",
        about=request.recipe.about,
        painting=request.painting.name,
        painting_sha256=hashlib.sha256(request.painting.read_bytes()).hexdigest(),
        photographs=len(trained.seen),
        data="a folder of the user's, not shipped; every fifth photograph was held out",
        recipe=request.recipe,
        seed=request.seed,
        iterations=trained.iterations,
        seconds=round(trained.seconds, 1),
        parameters=sum(int(np.prod(each.shape)) for each in trained.network.trainable_weights),
        bytes=len(quantized.data),
        backbones={name: each.origin for name, each in trained.backbones.loaded.items()},
        software=_software(),
        psnr_db=figure(over_pictures(quantized.psnr_db, less_is_better=False)),
        worst_psnr_db=round(float(quantized.psnr_db.min()), 2),
    )
    card.write(tflite.with_suffix(".yaml"))
    return ModelFiles(tflite, request.out / SHEET, card)


def write_metrics(path: Path, estimates: Mapping[Metric, Estimate]) -> None:
    """Write a model's metrics into its card, in place of those that it has; SSIM is among them, PSNR apart.

    Raises:
        ConfigError: there is no card, or it cannot be written.
    """
    card = read_card(path)
    metrics = {metric.key: figure(each) for metric, each in estimates.items() if metric is not PSNR}
    update: dict[str, Any] = {"metrics": card.metrics | metrics}
    if PSNR in estimates:
        found = estimates[PSNR]
        update |= {"psnr_db": figure(found), "worst_psnr_db": round(found.worst, 2)}
    card.model_copy(update=update).write(path)


def figure(estimate: Estimate) -> Figure:
    """An estimate as cards have it, to three decimals."""
    numbers = {name: round(getattr(estimate, name), 3) for name in ("mean", "low", "high")}
    return Figure(**numbers, count=estimate.count)


def _software() -> dict[str, str]:
    keras = load_keras()
    backend = keras.backend.backend()
    names = ("hilbench", "keras", "tensorflow-cpu", "tensorflow", "torch", "jax", "numpy")
    found = {"backend": backend}
    for name in names:
        try:
            if name.split("-")[0] in {backend, "hilbench", "keras", "tensorflow", "numpy"}:
                found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found
