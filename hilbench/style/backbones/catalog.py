"""Backbones by name, and the files in which their weights are."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from hilbench.errors import ConfigError
from hilbench.style.backbones.backbone import Backbone
from hilbench.style.backbones.clip import clip
from hilbench.style.backbones.squeezenet import squeezenet
from hilbench.style.backbones.vgg import hed_vgg16, vgg19
from hilbench.suggestions import alternatives


@dataclass(frozen=True)
class _Source:
    load: Callable[[Path | None], Backbone]
    pattern: str


_SOURCES: Mapping[str, _Source] = {
    "vgg16": _Source(hed_vgg16, ""),
    "vgg19": _Source(vgg19, "vgg19*notop*.h5"),
    "squeezenet": _Source(squeezenet, "squeezenet*.keras"),
    "clip": _Source(clip, "*clip*"),
}
NAMES = tuple(_SOURCES)
"""Backbones that recipes can name."""


@dataclass
class Backbones:
    """Backbones, each loaded when it is asked for first; nothing is downloaded.

    Attributes:
        weights: folder of the files of weights that come with no package.
    """

    weights: Path | None = None
    _loaded: dict[str, Backbone] = field(default_factory=dict)

    def __getitem__(self, name: str) -> Backbone:
        """The backbone called `name`.

        Raises:
            ConfigError: there is none of that name, or its weights are missing; the sentence says how to
                get them.
        """
        if name not in _SOURCES:
            raise ConfigError(f"There is no backbone '{name}'{alternatives(name, _SOURCES)}")
        if name not in self._loaded:
            source = _SOURCES[name]
            self._loaded[name] = source.load(self._file(source.pattern))
        return self._loaded[name]

    @property
    def loaded(self) -> dict[str, Backbone]:
        """Backbones that were asked for."""
        return dict(self._loaded)

    def _file(self, pattern: str) -> Path | None:
        if self.weights is None or not pattern:
            return None
        return next(iter(sorted(self.weights.glob(pattern))), None)
