"""Rooflines: what a core could do at best for a given number of MACs per byte moved."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd


@dataclass(frozen=True)
class Roof:
    """Ceilings of one core for one data type.

    Attributes:
        peak: MAC/cycle with every operand in a register.
        bandwidth: bytes/cycle from tightly coupled memory or a cache that always hits.
        basis: which instructions set the two.
    """

    peak: float
    bandwidth: float
    basis: str

    def at(self, intensity: float) -> float:
        """Attainable MAC/cycle at `intensity` MAC/byte (Williams et al., CACM 52(4), 2009)."""
        return min(self.peak, self.bandwidth * intensity)

    @property
    def ridge(self) -> float:
        """Intensity in MAC/byte above which arithmetic, not memory, is the limit."""
        return self.peak / self.bandwidth


_ROOFS = {
    # Cortex-M0+ TRM (DDI 0484), instruction timing: MULS 1, ADDS 1, LDR 2.
    ("cortex-m0+", "int8"): Roof(0.5, 2.0, "MULS and ADDS, one word in two cycles"),
    # Cortex-M3 TRM (DDI 0337), instruction timing: MLA 2, pipelined LDR 1.
    ("cortex-m3", "int8"): Roof(0.5, 4.0, "MLA in two cycles, one word a cycle"),
    # Cortex-M4 TRM (100166), instruction timing: SMLAD 1, VMUL 1, VADD 1, pipelined LDR 1.
    ("cortex-m4", "int8"): Roof(2.0, 4.0, "SMLAD every cycle, one word a cycle"),
    ("cortex-m4", "float32"): Roof(0.5, 4.0, "VMUL and VADD, one word a cycle"),
    # Cortex-M33 TRM (100230): SMLAD 1, one load a cycle.
    ("cortex-m33", "int8"): Roof(2.0, 4.0, "SMLAD every cycle, one word a cycle"),
    # Cortex-M7 TRM (DDI 0489) and LLVM's ARMScheduleM7.td: one MAC pipe, two word loads a cycle.
    ("cortex-m7", "int8"): Roof(2.0, 8.0, "SMLAD every cycle, two words a cycle"),
    ("cortex-m7", "float32"): Roof(1.0, 8.0, "VFMA every cycle, two words a cycle"),
}


_SAME_MULTIPLICATION = {"int16x8": "int8", "int8x4": "int8"}
"""Data types that multiply like another one: once in registers, all integers are multiplied as int16."""


def roof(core: str, dtype: str) -> Roof | None:
    """Ceilings of `core` (as a chip's description names it) for `dtype`; None where no source states them."""
    return _ROOFS.get((core.lower(), _SAME_MULTIPLICATION.get(dtype, dtype)))


def intensity(frame: pd.DataFrame) -> pd.Series:
    """MAC/byte of each row: MACs over weights and activations, each moved once."""
    moved = frame["weight_bytes"].fillna(0) + frame["activation_bytes"]
    return frame["macs"].astype("float64") / moved.astype("float64")
