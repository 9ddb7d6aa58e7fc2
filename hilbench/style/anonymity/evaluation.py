"""Identity hidden against detection kept, of models and of blur and pixelation of several strengths."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from typing import Any

import numpy as np

from hilbench.errors import ConfigError
from hilbench.style.anonymity.faces import MATCH, Portrait, embedding, is_detected
from hilbench.style.metrics.controls import blurred, pixelated
from hilbench.style.metrics.estimate import Estimate, over_pictures
from hilbench.style.metrics.judge import Pictures
from hilbench.style.stylizer import Stylizer

STRENGTHS = (2, 4, 8, 16)
"""Factors by which blur and pixelation scale pictures down."""


@dataclass(frozen=True)
class Anonymity:
    """Shares of faces, each with its interval over faces.

    Attributes:
        matched: whose embedding is still that of the person, at the usual threshold.
        first: whose nearest of all unchanged faces is their own (rank 1).
        detected: that a detector still finds.
    """

    name: str
    matched: Estimate
    first: Estimate
    detected: Estimate

    def document(self) -> dict[str, Any]:
        """Plain data for JSON."""
        return asdict(self)


def anonymity(portraits: Sequence[Portrait], models: Sequence[Stylizer]) -> list[Anonymity]:
    """Anonymity by each model, and by blur and pixelation of each strength.

    Args:
        portraits: of the gallery, too: each face is sought among all of them.
        models: of the portraits' size.

    Raises:
        ConfigError: there are no faces.
    """
    if not portraits:
        raise ConfigError("No face is large enough; name a folder of photographs with faces in --content.")
    contents = np.stack([each.picture for each in portraits])
    changes: dict[str, Callable[[Pictures], Pictures]] = {"unchanged": lambda pictures: pictures}
    changes |= {model.name: model.paint for model in models}
    changes |= {f"blur {factor}": partial(blurred, factor=factor) for factor in STRENGTHS}
    changes |= {f"pixelation {factor}": partial(pixelated, factor=factor) for factor in STRENGTHS}
    return [_anonymity(name, portraits, change(contents)) for name, change in changes.items()]


def _anonymity(name: str, portraits: Sequence[Portrait], pictures: Pictures) -> Anonymity:
    gallery = np.stack([each.embedding for each in portraits])
    pairs = zip(pictures, portraits, strict=True)
    made = np.stack([embedding(picture, each.landmarks) for picture, each in pairs])
    distances = np.linalg.norm(made[:, None] - gallery[None], axis=2)
    own = distances.diagonal()
    shares = (own < MATCH, distances.argmin(1) == np.arange(len(portraits)))
    detected = np.array([is_detected(picture) for picture in pictures])
    return Anonymity(name, *(over_pictures(each.astype(float)) for each in (*shares, detected)))
