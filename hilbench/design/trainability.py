"""Trainability of blocks: a score without training, and the accuracy that a small classifier reaches.

A classifier is a stem, the block twice, a pool and a dense layer; its images are scikit-learn's digits or a
user's folder. Needs the extra `design`.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hilbench.design.blocks import Block, add_block
from hilbench.design.nets.builder import NetworkBuilder
from hilbench.design.nets.keras_model import keras_model, load_keras
from hilbench.design.nets.network import NetworkSpec
from hilbench.errors import ConfigError
from hilbench.extras import require
from hilbench.tensors import Activation

_SIDE = 16
"""Pixels that images of a folder are scaled to."""
_SCORED = 64
"""Images whose activations a score compares."""
_EPOCHS = 12
_BATCH = 32
_LEAST_STEPS = 400
"""Steps after which the running means of normalisation, of a momentum of .99, are those of the images."""
_TESTED = 0.3
"""Share of the images that are not trained with."""
_SUFFIXES = (".png", ".jpg", ".jpeg", ".bmp")

Floats = NDArray[np.float32]


@dataclass(frozen=True)
class Labelled:
    """Labelled images, (count, height, width, channels) from 0 to 1, in two parts."""

    name: str
    images: Floats
    labels: NDArray[np.int64]
    test_images: Floats
    test_labels: NDArray[np.int64]

    @property
    def classes(self) -> int:
        """Number of classes."""
        return int(max(self.labels.max(), self.test_labels.max())) + 1


def digits() -> Labelled:
    """The 1,797 digits of 8x8 pixels that come with scikit-learn.

    Raises:
        ExtraMissing: scikit-learn is not installed.
    """
    require("sklearn")
    from sklearn.datasets import load_digits

    found = load_digits()
    return _split("digits", found.images[..., None] / 16, found.target)


def labelled_folder(path: Path) -> Labelled:
    """Images of a folder that has a folder for each class, scaled to 16x16 pixels.

    Raises:
        ConfigError: it has no two classes of images, or a file is none.
    """
    from PIL import Image

    classes = sorted(each for each in path.iterdir() if each.is_dir()) if path.is_dir() else []
    images, labels = [], []
    for label, folder in enumerate(classes):
        for file in sorted(each for each in folder.iterdir() if each.suffix.lower() in _SUFFIXES):
            try:
                with Image.open(file) as opened:
                    images.append(np.asarray(opened.convert("RGB").resize((_SIDE, _SIDE))) / 255)
            except OSError as error:
                raise ConfigError(f"{file} is no image ({error}); replace or remove it.") from error
            labels.append(label)
    if len(set(labels)) < 2:
        raise ConfigError(f"{path} has no two folders with images; make one for each class.")
    return _split(path.name, np.stack(images), np.array(labels))


def classifier(block: Block, data: Labelled) -> NetworkSpec:
    """A small network of blocks of a structure, for images of these classes."""
    channels = block.network.input[2]
    shape = data.images.shape[1], data.images.shape[2], data.images.shape[3]
    builder = NetworkBuilder(f"{block.network.name}_classifier", shape)
    found = builder.conv(builder.input, channels, 3, norm=True, activation=Activation.RELU6)
    for _ in range(2):
        found = add_block(block.structure, builder, found, block.width)
    return builder.network([builder.dense(builder.global_pool(found), data.classes)])


def naswot(network: NetworkSpec, images: Floats, seed: int = 0) -> float:
    """Score of how differently a network with random weights activates for different images; more is better.

    The logarithm of the determinant of the matrix that has, for two images, the number of units that are
    active for both or for none.

    Source: Mellor, Turner, Storkey and Crowley, "Neural Architecture Search without Training" (ICML 2021).

    Raises:
        ConfigError: Keras is not installed.
    """
    keras = load_keras()
    model = keras_model(network, seed)
    active = [
        layer.output
        for layer in model.layers
        if str(getattr(getattr(layer, "activation", None), "__name__", "")).startswith("relu")
    ]
    outputs = keras.Model(model.inputs[0], active)(images[:_SCORED], training=True)
    flat = [np.asarray(each).reshape(len(each), -1) > 0 for each in outputs]
    codes = np.concatenate(flat, axis=1).astype(np.float64)
    kernel = codes @ codes.T + (1 - codes) @ (1 - codes).T
    return float(np.linalg.slogdet(kernel)[1])


def trained_accuracy(network: NetworkSpec, data: Labelled, seed: int = 0) -> float:
    """Share of the test images that the network gets right once it is trained.

    Raises:
        ConfigError: Keras is not installed.
    """
    keras = load_keras()
    keras.utils.set_random_seed(seed)  # of the order of the images, too
    model: Any = keras_model(network, seed)
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(keras.optimizers.Adam(3e-3), loss)
    epochs = max(_EPOCHS, math.ceil(_LEAST_STEPS / math.ceil(len(data.labels) / _BATCH)))
    model.fit(data.images, data.labels, _BATCH, epochs, verbose=0)
    logits = model.predict(data.test_images, verbose=0)
    return float(np.mean(np.argmax(logits.reshape(len(logits), -1), axis=1) == data.test_labels))


def rank_correlation(scores: Sequence[float], accuracies: Sequence[float]) -> float:
    """Spearman's rank correlation, from -1 to 1.

    Raises:
        ExtraMissing: SciPy is not installed.
    """
    require("scipy")
    from scipy.stats import spearmanr

    return float(spearmanr(scores, accuracies).statistic)


def _split(name: str, images: NDArray[Any], labels: NDArray[Any]) -> Labelled:
    """Images in an order that is random, and the same each time."""
    order = np.random.default_rng(0).permutation(len(labels))
    tested = int(len(labels) * _TESTED)
    images, labels = images[order].astype(np.float32), labels[order].astype(np.int64)
    return Labelled(name, images[tested:], labels[tested:], images[:tested], labels[:tested])
