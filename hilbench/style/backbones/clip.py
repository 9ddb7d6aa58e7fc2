"""CLIP's image encoder by open_clip (Radford and others, arXiv:2103.00020), for Keras on torch alone."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from hilbench.errors import ConfigError
from hilbench.style.backbones.backbone import Extractor, check_layers
from hilbench.style.keras_backend import Tensor, load_keras

_SIDE = 224
_MEAN = (0.48145466, 0.4578275, 0.40821073)
_SPREAD = (0.26862954, 0.26130258, 0.27577711)
"""Statistics of red, green and blue from 0 to 1 that the encoder was trained with."""


@dataclass(frozen=True, eq=False)
class ClipBackbone:
    """An image encoder, whose one layer is `embedding`.

    Attributes:
        encoder: a module of torch.
    """

    name: str
    origin: str
    encoder: Any

    def extractor(self, names: Collection[str]) -> Extractor:
        """The whole encoder.

        Raises:
            ConfigError: another layer is asked for.
        """
        check_layers(self.name, names, ("embedding",))
        import torch

        def extract(pictures: Tensor) -> Mapping[str, Tensor]:
            return {"embedding": clip_embedding(self.encoder, torch.as_tensor(pictures))}

        return extract


def clip(path: Path | None) -> ClipBackbone:
    """CLIP's image encoder from a file of weights.

    Args:
        path: a file like clip-ViT-B-32.safetensors, whose name says the architecture as open_clip does.

    Raises:
        ConfigError: open_clip or the file is missing, or Keras does not run on torch.
    """
    encoder, origin = clip_encoder(path)
    if load_keras().backend.backend() != "torch":
        raise ConfigError("CLIP runs on torch alone; set KERAS_BACKEND=torch.")
    return ClipBackbone("clip", origin, encoder)


def clip_encoder(path: Path | None) -> tuple[Any, str]:
    """CLIP's image encoder as a module of torch that is not trained, and the origin of its weights.

    Raises:
        ConfigError: open_clip or the file is missing, or the file is another network's.
    """
    if find_spec("open_clip") is None or path is None:
        raise ConfigError(
            "CLIP needs the package open_clip_torch (extra `scores`) and its weights in a file like "
            "clip-ViT-B-32.safetensors, whose folder --weights says; in a recipe squeezenet does without."
        )
    import open_clip

    architecture = re.sub(r"^clip[-_]", "", path.stem)
    try:
        model = open_clip.create_model(architecture, pretrained=str(path))
    except Exception as error:  # noqa: BLE001  # open_clip and torch raise whatever they find
        raise ConfigError(f"open_clip cannot load {path} ({str(error)[:200]}); name another file.") from None
    encoder = model.visual.eval()
    for parameter in encoder.parameters():
        parameter.requires_grad_(requires_grad=False)
    return encoder, f"open_clip's {architecture} ({path.name})"


def clip_embedding(encoder: Any, pictures: Any) -> Any:  # noqa: ANN401  # a module and tensors of torch
    """Embeddings, shape (n, channels), of pictures from 0 to 1 of shape (n, height, width, 3)."""
    import torch

    mean, spread = (torch.tensor(each).reshape(1, 3, 1, 1) for each in (_MEAN, _SPREAD))
    scaled = torch.nn.functional.interpolate(
        pictures.permute(0, 3, 1, 2), (_SIDE, _SIDE), mode="bilinear", antialias=True, align_corners=False
    )
    return encoder((scaled - mean) / spread).float()
