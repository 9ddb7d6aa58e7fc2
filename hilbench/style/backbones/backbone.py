"""The interface of networks whose features losses compare, and what is extracted from them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from hilbench.errors import ConfigError
from hilbench.style.keras_backend import Tensor, load_keras
from hilbench.suggestions import alternatives

CAFFE_MEAN = (123.68, 116.779, 103.939)
"""Means of red, green and blue of ImageNet, 0 to 255, which networks that came from Caffe subtract."""


@dataclass(frozen=True, eq=False)
class Backbone:
    """A network with weights of its own that training leaves alone.

    Attributes:
        name: as recipes say it.
        origin: of the weights, for model cards.
        model: of Keras; it takes pictures as `prepare` makes them.
        layers: outputs that can be asked for, by name, in the order of depth.
    """

    name: str
    origin: str
    model: Any
    layers: Mapping[str, Tensor]

    def extractor(self, names: Iterable[str]) -> Extractor:
        """The part of the network up to the deepest of some layers.

        Raises:
            ConfigError: it has no such layer.
        """
        wanted = set(names)
        if unknown := sorted(wanted - set(self.layers)):
            known = alternatives(unknown[0], self.layers)
            raise ConfigError(f"{self.name} has no layer '{unknown[0]}'{known}")
        keras = load_keras()
        ordered = [name for name in self.layers if name in wanted]
        model = keras.Model(self.model.inputs, [self.layers[name] for name in ordered])
        model.trainable = False
        return Extractor(tuple(ordered), model)


@dataclass(frozen=True, eq=False)
class Extractor:
    """Features of pictures.

    Attributes:
        names: of the layers, in the order of depth.
        model: gives an output for each.
    """

    names: tuple[str, ...]
    model: Any

    def __call__(self, pictures: Tensor) -> dict[str, Tensor]:
        """Features in float32, by layer.

        Args:
            pictures: batch, height, width, and red, green and blue from 0 to 1.
        """
        from keras import ops

        bgr = ops.flip(pictures * 255.0 - np.asarray(CAFFE_MEAN, np.float32), axis=-1)
        found = self.model(bgr, training=False)
        outputs = found if isinstance(found, list | tuple) else [found]
        return {
            name: ops.cast(output, "float32") for name, output in zip(self.names, outputs, strict=True)
        }
