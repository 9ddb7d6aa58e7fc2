"""Published figures of style transfer on small devices, shown apart from our own results."""

from __future__ import annotations

from typing import NamedTuple


class Published(NamedTuple):
    """A figure that others published, of networks like these but not the same weights or kernels."""

    device: str
    figure: str
    said: str


PUBLISHED = (
    Published("STM32H7, 2 MB of flash, 1 MB of RAM", "about 8 s a picture", "talk"),
    Published("STM32N6 with its NPU", "60 ms a picture", "talk"),
    Published("STM32N6 with its NPU, alpha .75, 160x160", "94 ms a picture", "vendor's table"),
    Published("STM32MP2 with its NPU", "72 ms a picture", "talk"),
    Published("Raspberry Pi 4", "about 10 frames/s", "talk"),
)
"""Figures as they were published; none was checked here."""
