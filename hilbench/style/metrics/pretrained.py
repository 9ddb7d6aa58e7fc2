"""Scores by networks whose weights no package brings: FID by clean-fid, and CLIP's cosines by open_clip.

FID: Heusel and others, arXiv:1706.08500, on features of Inception resized as Parmar, Zhang and Zhu,
arXiv:2104.11222. Here it is between the stylised pictures and as many crops of the style picture, since there
is one painting and no set. CLIP: Radford and others, arXiv:2103.00020.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hilbench.errors import ConfigError
from hilbench.style.backbones.clip import clip_embedding, clip_encoder
from hilbench.style.metrics.judge import Pictures
from hilbench.style.metrics.moments import Numbers
from hilbench.style.pictures import Picture

Embed = Callable[[Pictures], NDArray[np.float32]]
"""Features of pictures, shape (n, channels)."""
INCEPTION = "inception-2015-12-05.pt"
"""File of Inception's weights, as clean-fid names it."""
_BATCH = 16


def clip_features(weights: Path | None) -> Embed:
    """CLIP's embedding of pictures.

    Args:
        weights: folder of a file like clip-ViT-B-32.safetensors.

    Raises:
        ConfigError: open_clip or the file is missing, or is not its own; the sentence says how to get it.
    """
    encoder, _ = clip_encoder(next(iter(sorted(weights.glob("*clip*"))), None) if weights else None)

    def embed(pictures: Pictures) -> NDArray[np.float32]:
        return _in_batches(pictures, lambda batch: clip_embedding(encoder, batch.float() / 255))

    return embed


def inception_features(weights: Path | None) -> Embed:
    """Features of Inception by which FID compares sets of pictures.

    Args:
        weights: folder of the file `INCEPTION`.

    Raises:
        ConfigError: clean-fid or the file is missing, or is no such network; the sentence says how to get it.
    """
    path = weights / INCEPTION if weights else None
    if find_spec("cleanfid") is None or path is None or not path.is_file():
        raise ConfigError(
            f"FID needs the package clean-fid (extra `scores`) and the file {INCEPTION}, which clean-fid "
            "itself downloads, in the folder that --weights says."
        )
    from cleanfid.inception_torchscript import InceptionV3W
    from cleanfid.resize import build_resizer

    try:
        network = InceptionV3W(str(path.parent), download=False)
    except Exception as error:  # noqa: BLE001  # torch raises whatever it finds in a file
        raise ConfigError(f"{path} is no network of TorchScript ({str(error)[:200]}); get it anew.") from None
    resize = build_resizer("clean")

    def features(batch: Any) -> Any:  # noqa: ANN401  # tensors
        import torch

        resized = np.stack([resize(picture) for picture in batch.numpy()])
        return network(torch.from_numpy(resized).permute(0, 3, 1, 2))

    return lambda pictures: _in_batches(pictures, features)


def fid(features: NDArray[np.float32], style: NDArray[np.float32]) -> float:
    """Fréchet distance of two sets of at least two pictures, by their features of shape (n, channels).

    tr (C1 C2)^½ is the sum of singular values of the product of both sets' centered features, a matrix of
    pictures by pictures: with fewer pictures than channels the covariances have no full rank.
    """
    centered = [each - each.mean(0) for each in (features.astype(np.float64), style.astype(np.float64))]
    first, second = (each / np.sqrt(len(each) - 1) for each in centered)
    apart = ((features.mean(0, np.float64) - style.mean(0, np.float64)) ** 2).sum()
    shared = np.linalg.svd(first @ second.T, compute_uv=False).sum()
    return float(max(apart + (first**2).sum() + (second**2).sum() - 2 * shared, 0.0))


def crops_of(painting: Picture, count: int, side: int) -> Pictures:
    """Square crops of the style picture at random places, from a fixed seed."""
    random = np.random.default_rng(0)
    rows, columns = (random.integers(0, length - side + 1, count) for length in painting.shape[:2])
    return np.stack(
        [
            painting[row : row + side, column : column + side]
            for row, column in zip(rows, columns, strict=True)
        ]
    )


def cosines(features: NDArray[np.float32], others: NDArray[np.float32]) -> Numbers:
    """Cosine of each picture's features with those of another, or with those of one."""
    products: Numbers = (_unit(features) * _unit(others)).sum(1)
    return products


def _unit(vectors: NDArray[np.float32]) -> Numbers:
    unit: Numbers = vectors / np.linalg.norm(vectors.astype(np.float64), axis=1, keepdims=True)
    return unit


def _in_batches(pictures: Pictures, embed: Callable[[Any], Any]) -> NDArray[np.float32]:
    import torch

    with torch.inference_mode():
        found = [
            embed(torch.from_numpy(pictures[first : first + _BATCH]))
            for first in range(0, len(pictures), _BATCH)
        ]
        made: NDArray[np.float32] = torch.cat(found).float().numpy()
    return made
