"""What is predicted of a case."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Prediction:
    """What one run of a case takes, by the timing model; sizes in bytes as in `PackedCase`."""

    cycles: int
    instructions: int | None
    code_bytes: int
    constant_bytes: int
    ram_bytes: int
    scratch_bytes: int
    crc32: int
    """Of the output."""

    @property
    def flash_bytes(self) -> int:
        """Code and constants."""
        return self.code_bytes + self.constant_bytes
