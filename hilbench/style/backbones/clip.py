"""CLIP's image encoder by open_clip (Radford and others, arXiv:2103.00020), for the backend torch alone."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

from hilbench.errors import ConfigError
from hilbench.style.backbones.backbone import Backbone


def clip(path: Path | None) -> Backbone:
    """CLIP.

    Raises:
        ConfigError: open_clip, torch or a file of weights is missing.
    """
    if find_spec("open_clip") is None or path is None:
        raise ConfigError(
            "CLIP needs the package open_clip_torch and a file *clip*.safetensors of its weights; run: pip "
            "install open_clip_torch, and give the file's folder by --weights; or take squeezenet in its place."
        )
    raise ConfigError("CLIP is not supported yet.")
