"""Activations that an operator applies to its own output."""

from __future__ import annotations

from enum import StrEnum


class Activation(StrEnum):
    """Activation fused into the operator."""

    NONE = "none"
    RELU = "relu"
    RELU6 = "relu6"
