"""The interface of losses: settings from a recipe, made ready once, then asked at every step."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from hilbench.files import StrictModel
from hilbench.style.backbones import Extractor
from hilbench.style.keras_backend import Tensor

Layers = tuple[str, ...]
"""Names of a backbone's layers."""


@dataclass(eq=False)
class Views:
    """Pictures of one step, and their features, each computed once however many losses look at them.

    Attributes:
        content: photographs: batch, height, width, and red, green and blue from 0 to 1.
        output: pictures that the network made of them.
        stylize: the network.
        extractors: of the backbones that losses need.
        moved: a shift of pictures by some pixels before their features are taken, so that no grid of a
            backbone's strides lies on one of the network's.
    """

    content: Tensor
    output: Tensor
    stylize: Callable[[Tensor], Tensor]
    extractors: Mapping[str, Extractor]
    moved: Callable[[Tensor], Tensor] = lambda pictures: pictures
    _features: dict[tuple[str, bool], Mapping[str, Tensor]] = field(default_factory=dict)

    def content_features(self, backbone: str) -> Mapping[str, Tensor]:
        """Features of the photographs, by layer; no gradient flows into them."""
        from keras import ops

        found = self._found(backbone, self.content, of_output=False)
        return {name: ops.stop_gradient(each) for name, each in found.items()}

    def output_features(self, backbone: str) -> Mapping[str, Tensor]:
        """Features of the pictures that the network made, by layer."""
        return self._found(backbone, self.output, of_output=True)

    def _found(self, backbone: str, pictures: Tensor, *, of_output: bool) -> Mapping[str, Tensor]:
        key = backbone, of_output
        if key not in self._features:
            self._features[key] = self.extractors[backbone](self.moved(pictures))
        return self._features[key]


Loss = Callable[[Views], Tensor]
"""A scalar in float32 of the pictures of a step."""


@dataclass(frozen=True, eq=False)
class Target:
    """The painting whose style is transferred.

    Attributes:
        scaled: the painting with a shorter side of so many pixels: height, width, colors from 0 to 1.
        extractors: as in `Views`.
    """

    scaled: Callable[[int], NDArray[np.float32]]
    extractors: Mapping[str, Extractor]


class Preparable(Protocol):
    """A term of a recipe."""

    kind: str
    weight: float

    def layers(self) -> Mapping[str, Layers]:
        """Layers that it needs, by backbone."""

    def prepare(self, target: Target) -> Loss:
        """The loss, after what depends on the painting alone was computed."""


class Term(StrictModel):
    """Settings that all terms have.

    Attributes:
        weight: factor of the loss in the sum.
    """

    weight: float = Field(gt=0)

    def layers(self) -> Mapping[str, Layers]:
        """Layers that it needs, by backbone: none."""
        return {}


class FeatureTerm(Term):
    """Settings of terms that compare features.

    Attributes:
        backbone: name of the network that gives them.
        from_layers: its layers.
    """

    backbone: str = "vgg16"
    from_layers: Layers = Field(min_length=1)

    def layers(self) -> Mapping[str, Layers]:
        """Layers that it needs, by backbone."""
        return {self.backbone: self.from_layers}
