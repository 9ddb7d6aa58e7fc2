"""Means and second moments of features over the positions of a picture, and distances between them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hilbench.style.metrics.judge import Features

Numbers = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Moments:
    """Moments of the features of several pictures.

    Attributes:
        means: shape (n, channels).
        grams: means of outer products, that is Gram matrices over positions, shape (n, channels, channels).
    """

    means: Numbers
    grams: Numbers

    @classmethod
    def of(cls, features: Features) -> Moments:
        """Moments of features, shape (n, height, width, channels)."""
        flat = features.reshape(len(features), -1, features.shape[-1]).astype(np.float64)
        return cls(flat.mean(1), flat.transpose(0, 2, 1) @ flat / flat.shape[1])

    @property
    def covariances(self) -> Numbers:
        """Covariance matrices, shape (n, channels, channels)."""
        found: Numbers = self.grams - self.means[:, :, None] * self.means[:, None, :]
        return found


def gram_distances(moments: Moments, style: Moments) -> Numbers:
    """Frobenius norm of the difference of Gram matrices from the style's, shape (n,).

    Source: Gatys, Ecker and Bethge, "Image style transfer using convolutional neural networks", 2016; its
    loss is the square.

    Args:
        moments: of n pictures.
        style: of one picture.
    """
    distances: Numbers = np.linalg.norm(moments.grams - style.grams, axis=(1, 2))
    return distances


def frechet_distances(moments: Moments, style: Moments) -> Numbers:
    """Fréchet distance between the normal distributions of two pictures' features, shape (n,).

    |m1 - m2|² + tr(C1 + C2 - 2 (C1 C2)^½), over the positions within a picture. Sources: Heusel et al., "GANs
    trained by a two time-scale update rule", 2017; within one picture: Shaham, Dekel and Michaeli, "SinGAN",
    2019.

    Args:
        moments: of n pictures.
        style: of one picture.
    """
    (covariance,), covariances = style.covariances, moments.covariances
    values, vectors = np.linalg.eigh(covariance)
    root = (vectors * np.sqrt(np.clip(values, 0, None))) @ vectors.T
    # C1 C2 and the symmetric root C1 root have the same eigenvalues.
    products = np.linalg.eigvalsh(root @ covariances @ root)
    shared = np.sqrt(np.clip(products, 0, None)).sum(1)
    apart = ((moments.means - style.means) ** 2).sum(1)
    traces = np.trace(covariances, axis1=1, axis2=2) + np.trace(covariance)
    distances: Numbers = np.clip(apart + traces - 2 * shared, 0, None)
    return distances
