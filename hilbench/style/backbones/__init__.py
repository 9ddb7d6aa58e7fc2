"""Networks whose features losses compare."""

from hilbench.style.backbones.backbone import Backbone, Extractor
from hilbench.style.backbones.catalog import NAMES, Backbones

__all__ = ["NAMES", "Backbone", "Backbones", "Extractor"]
