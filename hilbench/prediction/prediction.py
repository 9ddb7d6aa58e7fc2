"""Predicted figures of a workload."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Prediction:
    """Cost of one run of a workload, by the timing model; sizes in bytes as in `PackedWorkload`."""

    cycles: int
    instructions: int | None
    code_bytes: int
    constant_bytes: int
    ram_bytes: int
    scratch_bytes: int
    crc32: int
    """IEEE CRC-32 of the output."""

    @property
    def flash_bytes(self) -> int:
        """Size of code and constants, bytes."""
        return self.code_bytes + self.constant_bytes
