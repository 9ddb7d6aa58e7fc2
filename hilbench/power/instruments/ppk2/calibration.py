"""Conversion of a PPK2's sample words to amperes, by the calibration that the instrument carries.

Source: Nordic's nRF Connect Power Profiler; constants and formula as the vendor's application uses them.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

RANGES = 5
"""Shunt resistors, from the most sensitive (0) to the least (4)."""
_MODIFIERS = ("R", "GS", "GI", "O", "S", "I", "UG")
_ADC_V = 1.8 / 163_840
_SPIKE_SAMPLES = 3
"""Samples after a change of range that are smoothed."""
_SMOOTHING = 0.18
_SMOOTHING_HIGHEST_RANGE = 0.06
_MEMORY = 128
"""Samples that an average looks back: what is older counts less than 0.04 %."""
_FIRST = "Calibrated:"
"""Start of the metadata; what comes before it belongs to something else."""
_LINE = re.compile(r"([A-Za-z]+?)([0-4]?): *(\S+)")


def _each(value: float) -> tuple[float, ...]:
    return (value,) * RANGES


@dataclass(frozen=True)
class Calibration:
    """Modifiers of the current formula, one a range; the defaults are those of an uncalibrated unit."""

    R: Sequence[float] = (1031.64, 101.65, 10.15, 0.94, 0.043)
    GS: Sequence[float] = field(default_factory=lambda: _each(1.0))
    GI: Sequence[float] = field(default_factory=lambda: _each(1.0))
    O: Sequence[float] = field(default_factory=lambda: _each(0.0))  # noqa: E741  # the instrument's name
    S: Sequence[float] = field(default_factory=lambda: _each(0.0))
    I: Sequence[float] = field(default_factory=lambda: _each(0.0))  # noqa: E741  # the instrument's name
    UG: Sequence[float] = field(default_factory=lambda: _each(1.0))
    hardware: str = ""
    """Hardware revision, as the unit names it."""
    calibrated: bool = False

    @classmethod
    def parse(cls, metadata: str) -> Calibration:
        """Read the text that the instrument sends; values it cannot give (`-nan`) keep their default."""
        default = cls()
        modifiers = {name: list(getattr(default, name)) for name in _MODIFIERS}
        said = {}
        for line in metadata[max(0, metadata.rfind(_FIRST)) :].splitlines():
            if (found := _LINE.fullmatch(line.strip())) is None:
                continue
            name, index, value = found.groups()
            if index and name in modifiers:
                _set(modifiers[name], int(index), value, nonzero=name == "R")
            else:
                said[name + index] = value
        return cls(
            **{name: tuple(values) for name, values in modifiers.items()},
            hardware=said.get("HW", ""),
            calibrated=said.get("Calibrated") == "1",
        )

    def amperes(self, words: NDArray[np.uint32], supply_v: float) -> NDArray[np.float64]:
        """Current of each sample word, shape (n,), in A, smoothed after changes of range.

        I = UG * (x * (GS * x + GI) + S * V + I0), x = (4 * adc - O) * (1.8 / 163840) / R.
        """
        ranges = np.minimum((words >> 14) & 7, RANGES - 1).astype(np.intp)
        adc = 4.0 * (words & 0x3FFF)
        modifier = {name: np.asarray(getattr(self, name))[ranges] for name in _MODIFIERS}
        x = (adc - modifier["O"]) * _ADC_V / modifier["R"]
        offset = modifier["S"] * supply_v + modifier["I"]
        return _despiked(modifier["UG"] * (x * (modifier["GS"] * x + modifier["GI"]) + offset), ranges)


def _set(values: list[float], index: int, text: str, *, nonzero: bool) -> None:
    try:
        value = float(text)
    except ValueError:
        return
    if math.isfinite(value) and not (nonzero and value == 0.0):
        values[index] = value


def _despiked(current: NDArray[np.float64], ranges: NDArray[np.intp]) -> NDArray[np.float64]:
    """Replace the samples that follow a change of range by an exponential average, as the vendor does."""
    changes = np.flatnonzero(np.diff(ranges)) + 1
    if not len(changes):
        return current
    spikes = np.unique((changes[:, None] + np.arange(_SPIKE_SAMPLES)).ravel())
    spikes = spikes[spikes < len(current)]
    weight = np.where(ranges[spikes] == RANGES - 1, _SMOOTHING_HIGHEST_RANGE, _SMOOTHING)
    smoothed = current.copy()
    smoothed[spikes] = _average(current, spikes, weight)
    return smoothed


def _average(
    current: NDArray[np.float64], at: NDArray[np.intp], weight: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Exponential average at some samples: each older sample counts (1 - weight) of the next."""
    age = np.arange(_MEMORY)
    history = current[np.maximum(at[:, None] - age, 0)]
    share = (1 - weight[:, None]) ** age
    averaged: NDArray[np.float64] = (history * share).sum(axis=1) / share.sum(axis=1)
    return averaged
