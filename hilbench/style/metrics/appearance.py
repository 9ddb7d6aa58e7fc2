"""Appearance of pictures to the judge, from which the metrics of style and content follow."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hilbench.errors import ConfigError
from hilbench.style.metrics.judge import (
    CONTENT_BLOCK,
    STYLE_BLOCKS,
    WINDOW_BLOCK,
    Features,
    Judge,
    Pictures,
)
from hilbench.style.metrics.moments import Moments, Numbers, frechet_distances, gram_distances

WINDOW = 48
"""Height and width of a small window, pixels."""
_GRID = 4
WINDOWS = _GRID * _GRID
"""Windows of a picture, evenly spaced."""


@dataclass(frozen=True, eq=False)
class Appearance:
    """Features of n pictures as the metrics need them.

    Attributes:
        moments: of the features of each of `STYLE_BLOCKS`.
        deep: features of `CONTENT_BLOCK`.
        windows: mean features of the windows of each picture, shape (n, WINDOWS, channels).
    """

    moments: tuple[Moments, ...]
    deep: Features
    windows: NDArray[np.float32]

    @classmethod
    def of(cls, pictures: Pictures, judge: Judge) -> Appearance:
        """Appearance of pictures, at least 64 pixels high and wide.

        Raises:
            ConfigError: they are smaller.
        """
        if min(pictures.shape[1:3]) < WINDOW + _GRID**2:
            raise ConfigError(
                f"Pictures of {pictures.shape[2]}x{pictures.shape[1]} pixels are too small to be judged; "
                f"give 64x64 or more."
            )
        batches = list(judge.features(pictures, (*STYLE_BLOCKS, CONTENT_BLOCK)))
        moments = [Moments.of(np.concatenate(each)) for each in zip(*batches, strict=True)][:-1]
        deep = np.concatenate([batch[-1] for batch in batches])
        pooled = judge.pooled(_windows(pictures), WINDOW_BLOCK)
        return cls(tuple(moments), deep, pooled.reshape(len(pictures), WINDOWS, -1))


def relative_gram(appearance: Appearance, content: Appearance, style: Appearance) -> Numbers:
    """Gram distance from the style over that of the content itself, mean of blocks, shape (n,)."""
    return _relative(
        [
            gram_distances(each, wanted) / gram_distances(plain, wanted)
            for each, plain, wanted in zip(appearance.moments, content.moments, style.moments, strict=True)
        ]
    )


def relative_frechet(appearance: Appearance, content: Appearance, style: Appearance) -> Numbers:
    """Fréchet distance from the style over that of the content itself, mean of blocks, shape (n,)."""
    return _relative(
        [
            frechet_distances(each, wanted) / frechet_distances(plain, wanted)
            for each, plain, wanted in zip(appearance.moments, content.moments, style.moments, strict=True)
        ]
    )


def content_cosine(appearance: Appearance, content: Appearance) -> Numbers:
    """Cosine of deep features with the content's, mean of positions, shape (n,)."""
    cosine: Numbers = _cosine(appearance.deep, content.deep).mean((1, 2))
    return cosine


def targets_kept(appearance: Appearance, content: Appearance) -> Numbers:
    """Share of a picture's windows that are most like their own among the content's windows, shape (n,).

    Chance is 1 in 16. Features are taken about their mean over all windows of the content.
    """
    center = content.windows.mean((0, 1))
    made, plain = (_unit(each - center) for each in (appearance.windows, content.windows))
    nearest = (made @ plain.transpose(0, 2, 1)).argmax(2)
    share: Numbers = (nearest == np.arange(WINDOWS)).mean(1)
    return share


def _relative(ratios: list[Numbers]) -> Numbers:
    mean: Numbers = np.mean(ratios, axis=0)
    return mean


def _windows(pictures: Pictures) -> Pictures:
    """Windows of each picture, row by row, shape (n * WINDOWS, WINDOW, WINDOW, 3)."""
    height, width = pictures.shape[1:3]
    tops, lefts = (np.linspace(0, size - WINDOW, _GRID).round().astype(int) for size in (height, width))
    cut = [pictures[:, top : top + WINDOW, left : left + WINDOW] for top in tops for left in lefts]
    return np.stack(cut, 1).reshape(-1, WINDOW, WINDOW, 3)


def _cosine(first: Features, second: Features) -> Numbers:
    cosine: Numbers = (_unit(first) * _unit(second)).sum(-1)
    return cosine


def _unit(vectors: NDArray[np.float32]) -> Numbers:
    numbers = vectors.astype(np.float64)
    lengths = np.linalg.norm(numbers, axis=-1, keepdims=True)
    unit: Numbers = numbers / np.maximum(lengths, np.finfo(np.float64).tiny)
    return unit
