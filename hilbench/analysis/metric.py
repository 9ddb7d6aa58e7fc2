"""Metrics that two runs can be compared in, and how much worse each may get."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from hilbench.errors import ConfigError
from hilbench.provenance import Provenance
from hilbench.suggestions import alternatives


class Metric(StrEnum):
    """Metric of a comparison; less is better for each."""

    CYCLES = "cycles"
    LATENCY = "latency"
    ENERGY = "energy"
    CODE = "code"
    STACK = "stack"
    POWER = "power"

    @classmethod
    def parse(cls, text: str) -> Metric:
        """The metric called `text`.

        Raises:
            ConfigError: there is no such metric.
        """
        try:
            return cls(text)
        except ValueError:
            raise ConfigError(f"No metric '{text}'{alternatives(text, tuple(cls))}") from None

    @property
    def column(self) -> str:
        """The column of `results.csv` that holds it."""
        return _COLUMNS[self]

    @property
    def unit(self) -> str:
        """Unit of the column."""
        return _UNITS[self]

    @property
    def of_energy(self) -> bool:
        """Whether the uncertainty that a row states of its energies is this metric's, too."""
        return self in (Metric.ENERGY, Metric.POWER)

    def is_exact(self, provenance: Provenance) -> bool:
        """Whether the same build always gives the same figure: sizes, and the cycles of an emulated core."""
        counted = self in (Metric.CYCLES, Metric.LATENCY) and provenance is not Provenance.MEASURED
        return counted or self in (Metric.CODE, Metric.STACK)


_COLUMNS = {
    Metric.CYCLES: "cycles_median",
    Metric.LATENCY: "latency_us",
    Metric.ENERGY: "energy_uj",
    Metric.CODE: "code_bytes",
    Metric.STACK: "stack_bytes",
    Metric.POWER: "power_mw",
}
_UNITS = {
    Metric.CYCLES: "cycles",
    Metric.LATENCY: "µs",
    Metric.ENERGY: "µJ",
    Metric.CODE: "bytes",
    Metric.STACK: "bytes",
    Metric.POWER: "mW",
}


@dataclass(frozen=True)
class Limit:
    """Limit on how much worse a metric may get before it is a regression: `cycles:3%`."""

    metric: Metric
    growth: float
    """Fraction, 0.03 for 3 %."""

    @classmethod
    def parse(cls, text: str) -> Limit:
        """Read `METRIC:PERCENT%`.

        Raises:
            ConfigError: it is not of that form, or no such metric exists.
        """
        found = re.fullmatch(r"([a-z]+):(\d+(?:\.\d+)?)\s*%", text.strip())
        if not found:
            raise ConfigError(f"'{text}' is no limit; write METRIC:PERCENT%, like cycles:3%.")
        return cls(Metric.parse(found[1]), float(found[2]) / 100)
