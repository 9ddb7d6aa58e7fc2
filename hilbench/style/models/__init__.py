"""Trained networks that travel in the package, each with a model card."""

from hilbench.style.models.card import Figure, ModelCard, read_card
from hilbench.style.models.catalog import model_card, model_file, shipped_models

__all__ = ["Figure", "ModelCard", "model_card", "model_file", "read_card", "shipped_models"]
