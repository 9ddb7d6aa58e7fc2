"""Outcome of a benchmark of a style-transfer network: pictures and figures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from hilbench.style.metrics.pixels import peak_signal_to_noise, structural_similarity
from hilbench.style.pictures import Picture, save_picture

AMPLIFIED = 8
"""Factor of the differences that are shown: no eye sees the difference of int8 and float."""


@dataclass(frozen=True, eq=False)
class Painting:
    """A picture and what became of it.

    Attributes:
        name: of its file.
        device: made by the board or runtime.
        float32: made by the model before it was quantised; None where there is none.
    """

    name: str
    content: Picture
    device: Picture
    float32: Picture | None = None

    @property
    def difference(self) -> Picture | None:
        """Amplified distance of device and float, channel by channel; None without float."""
        if self.float32 is None:
            return None
        apart = np.abs(self.device.astype(np.int16) - self.float32)
        shown: Picture = (AMPLIFIED * apart).clip(0, 255).astype(np.uint8)
        return shown

    def shown(self, style: Picture | None) -> list[tuple[str, Picture]]:
        """Pictures that there are, with their captions, in the order of a page."""
        parts = (
            ("content", self.content),
            ("style", style),
            ("float", self.float32),
            ("device", self.device),
            (f"|device - float| x {AMPLIFIED}", self.difference),
        )
        return [(name, picture) for name, picture in parts if picture is not None]


@dataclass(frozen=True)
class Outcome:
    """A benchmark on a board or on the computer.

    Attributes:
        provenance: measured, emulated, or host.
        verified: whether every picture equals the host's reference bit for bit; None where nobody compares.
        seconds: of one picture, the median; None where it did not run.
        energy_mj: of one picture; None without a meter.
        further: more keys of JSON.
    """

    model: str
    board: str
    provenance: str
    verified: bool | None
    seconds: float | None
    energy_mj: float | None
    ram_bytes: int | None
    flash_bytes: int | None
    macs: int
    paintings: Sequence[Painting]
    further: dict[str, Any] = field(default_factory=dict)

    @property
    def frames_per_second(self) -> float | None:
        """Pictures a second; None where it did not run."""
        return 1 / self.seconds if self.seconds else None

    @property
    def psnr_db(self) -> float | None:
        """Mean peak signal-to-noise ratio of the pictures against float, dB; None without float."""
        return self._against_float(peak_signal_to_noise)

    @property
    def ssim(self) -> float | None:
        """Mean structural similarity of the pictures with float; None without float."""
        return self._against_float(structural_similarity)

    def document(self) -> dict[str, Any]:
        """Plain data for JSON, with None for what is not known."""
        return {
            "model": self.model,
            "board": self.board,
            "provenance": self.provenance,
            "verified": self.verified,
            "seconds": self.seconds,
            "frames_per_second": self.frames_per_second,
            "energy_mj": self.energy_mj,
            "ram_bytes": self.ram_bytes,
            "flash_bytes": self.flash_bytes,
            "macs": self.macs,
            "psnr_db": self.psnr_db,
            "ssim": self.ssim,
            "pictures": [each.name for each in self.paintings],
        } | self.further

    def save(self, folder: Path) -> list[Path]:
        """Write what the device made, and differences, as PNG files into a folder.

        Raises:
            ConfigError: they cannot be written.
        """
        written = []
        for each in self.paintings:
            parts = {"device": each.device, "difference": each.difference, "float": each.float32}
            for kind, picture in parts.items():
                if picture is not None:
                    written.append(folder / f"{Path(each.name).stem}-{kind}.png")
                    save_picture(picture, written[-1])
        return written

    def _against_float(self, metric: Any) -> float | None:  # noqa: ANN401  # one of two functions
        pairs = [(each.device, each.float32) for each in self.paintings if each.float32 is not None]
        if not pairs:
            return None
        device, reference = (np.stack(each) for each in zip(*pairs, strict=True))
        return float(np.minimum(metric(device, reference), _HIGHEST_DB).mean())


_HIGHEST_DB = 99.0
"""Ratio that stands for equality, which has none that JSON can write."""
