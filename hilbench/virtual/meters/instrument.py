"""Contract of a meter emulator: understand its host's bytes and turn samples into its own."""

from __future__ import annotations

from typing import Protocol

from hilbench.virtual.meters.supply import Samples


class Instrument(Protocol):
    """The protocol side of a meter; it never sees a port or a clock."""

    @property
    def rate(self) -> float:
        """Samples a second."""

    @property
    def streaming(self) -> bool:
        """Whether samples go out."""

    def receive(self, data: bytes) -> bytes:
        """Obey what the host sent, in pieces of any size; the answer, if any."""

    def encode(self, samples: Samples) -> bytes:
        """The bytes in which the instrument sends samples."""

    def skip(self, count: int) -> None:
        """Note that `count` samples were lost because nobody took them."""
