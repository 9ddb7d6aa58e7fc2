"""The analogue half of a PPK2: five shunts, an amplifier and a 14-bit converter, each with its error.

The conversion is Nordic's own, as its Power Profiler application applies it to a raw sample:

    x = (adc - O) * (1.8 / 163840) / R
    I = UG * (x * (GS * x + GI) + S * V + I0)

Here it runs backwards, from a current to the code that such an instrument would send.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]

RANGE_LIMITS = np.array([50e-6, 500e-6, 5e-3, 60e-3])
"""Currents at which the instrument changes to the next shunt, in A (Nordic PPK2 user guide)."""

_SHUNTS = np.array([1031.64, 101.65, 10.15, 0.94, 0.043])
_VOLTS_PER_COUNT = 1.8 / 163840
_COUNTS_PER_CODE = 4
_LARGEST_CODE = 2**14 - 1


@dataclass(frozen=True)
class Calibration:
    """Constants of one instrument; each of shape (5,), an entry a range.

    Attributes:
        shunt: R, ohm.
        gain_square: GS, 1/A.
        gain: GI.
        offset: O, in counts.
        supply_leak: S, A/V.
        bias: I0, A.
    """

    shunt: FloatArray
    gain_square: FloatArray
    gain: FloatArray
    offset: FloatArray
    supply_leak: FloatArray
    bias: FloatArray

    @classmethod
    def drawn(cls, random: np.random.Generator) -> Calibration:
        """An instrument as it might leave the factory, rounded as its metadata prints it."""
        full_scale = np.append(RANGE_LIMITS, 1.0)
        return cls(
            shunt=np.round(_SHUNTS * random.normal(1, 0.01, 5), 4),
            gain_square=np.round(random.normal(0, 0.005, 5) / full_scale, 4),
            gain=np.round(random.normal(0.97, 0.01, 5), 4),
            offset=np.round(random.uniform(50, 120, 5), 4),
            supply_leak=np.round(random.normal(0, 1e-4, 5) * full_scale, 9),
            bias=np.round(random.normal(0, 1e-3, 5) * full_scale, 9),
        )

    def encode(self, current: FloatArray, supply: float) -> tuple[NDArray[np.uint32], NDArray[np.uint32]]:
        """Range and converter code of each current in A, at a supply in V."""
        span = np.digitize(current, RANGE_LIMITS).astype(np.uint32)
        linear = current - self.supply_leak[span] * supply - self.bias[span]
        square, gain = self.gain_square[span], self.gain[span]
        # The root of GS*x^2 + GI*x = linear that stays finite as GS goes to 0.
        x = 2 * linear / (gain + np.sqrt(np.maximum(gain**2 + 4 * square * linear, 0)))
        counts = x * self.shunt[span] / _VOLTS_PER_COUNT + self.offset[span]
        code = np.clip(np.rint(counts / _COUNTS_PER_CODE), 0, _LARGEST_CODE).astype(np.uint32)
        return span, code

    def resolution(self, current: FloatArray) -> FloatArray:
        """Current that one converter step stands for at each current, in A."""
        span = np.digitize(current, RANGE_LIMITS)
        return np.asarray(_COUNTS_PER_CODE * _VOLTS_PER_COUNT / self.shunt[span])

    def metadata(self) -> str:
        """The calibration block of the instrument's metadata, a line a constant."""
        columns = {
            "R": self.shunt,
            "GS": self.gain_square,
            "GI": self.gain,
            "O": self.offset,
            "S": self.supply_leak,
            "I": self.bias,
        }
        digits = {"S": 9, "I": 9}
        return "".join(
            f"{name}{span}: {value:.{digits.get(name, 4)}f}\n"
            for name, values in columns.items()
            for span, value in enumerate(values)
        )
