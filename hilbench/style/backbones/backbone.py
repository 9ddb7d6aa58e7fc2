"""The interface of networks whose features losses compare, and that of Keras models among them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np

from hilbench.errors import ConfigError
from hilbench.style.keras_backend import Tensor, load_keras
from hilbench.suggestions import alternatives

_CAFFE_MEAN = (123.68, 116.779, 103.939)
"""Means of red, green and blue of ImageNet, 0 to 255, which networks that came from Caffe subtract."""

Extractor = Callable[[Tensor], Mapping[str, Tensor]]
"""Features in float32 by layer, of a batch of pictures: red, green and blue from 0 to 1."""


class Backbone(Protocol):
    """A network with weights of its own, which training leaves alone.

    Attributes:
        name: as recipes say it.
        origin: of the weights, for model cards.
    """

    @property
    def name(self) -> str: ...  # noqa: D102  # as above
    @property
    def origin(self) -> str: ...  # noqa: D102  # as above

    def extractor(self, names: Collection[str]) -> Extractor:
        """The part of the network up to the deepest of some layers.

        Raises:
            ConfigError: it has no such layer.
        """


@dataclass(frozen=True, eq=False)
class KerasBackbone:
    """A backbone that is a Keras model, and takes blue, green and red less ImageNet's means.

    Attributes:
        model: of Keras, for pictures of any size.
        layers: outputs that can be asked for, by name, in the order of depth.
    """

    name: str
    origin: str
    model: Any
    layers: Mapping[str, Tensor]

    def extractor(self, names: Collection[str]) -> Extractor:
        """The part of the network up to the deepest of some layers.

        Raises:
            ConfigError: it has no such layer.
        """
        check_layers(self.name, names, self.layers)
        keras = load_keras()
        from keras import ops

        ordered = [name for name in self.layers if name in names]
        part = keras.Model(self.model.inputs, [self.layers[name] for name in ordered])
        part.trainable = False

        def extract(pictures: Tensor) -> Mapping[str, Tensor]:
            centered = ops.flip(ops.subtract(pictures * 255.0, np.asarray(_CAFFE_MEAN, np.float32)), axis=-1)
            found = part(centered, training=False)
            outputs = found if isinstance(found, list | tuple) else [found]
            return {name: ops.cast(output, "float32") for name, output in zip(ordered, outputs, strict=True)}

        return extract


def check_layers(backbone: str, names: Collection[str], known: Collection[str]) -> None:
    """Refuse layers that a backbone does not have.

    Raises:
        ConfigError: there is one.
    """
    if unknown := sorted(set(names) - set(known)):
        raise ConfigError(f"{backbone} has no layer '{unknown[0]}'{alternatives(unknown[0], known)}")
