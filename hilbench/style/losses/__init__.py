"""Losses of style transfer, a module each; a recipe names them by their kind."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from hilbench.style.losses.chroma import Chroma
from hilbench.style.losses.content import Content
from hilbench.style.losses.pixel import Pixel
from hilbench.style.losses.semantic import Semantic
from hilbench.style.losses.style import Style
from hilbench.style.losses.temporal import Temporal
from hilbench.style.losses.term import Loss, Target, Views
from hilbench.style.losses.variation import Variation

AnyTerm = Annotated[
    Chroma | Content | Pixel | Semantic | Style | Temporal | Variation, Field(discriminator="kind")
]
"""A term of a recipe."""

__all__ = ["AnyTerm", "Loss", "Target", "Views"]
