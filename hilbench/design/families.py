"""Families of networks and their tasks by name, as the command line says them."""

from __future__ import annotations

from enum import StrEnum


class Family(StrEnum):
    """Families of networks that are described."""

    XINET = "xinet"
    PHINET = "phinet"
    STYLE = "style"
    AUDIO = "audio"
    MOBILENETV2 = "mobilenetv2"
    MCUNET = "mcunet"
    RESNET = "resnet"
    DSCNN = "dscnn"


SCALABLE = (Family.XINET, Family.PHINET, Family.STYLE)
"""Families whose hyperparameters follow from budgets."""


class Task(StrEnum):
    """Tasks that a network's head is made for."""

    CLASSIFY = "classify"
    DETECT = "detect"
    EMBED = "embed"
    STYLE = "style"
