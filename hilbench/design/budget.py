"""Budgets of a platform, and what a network takes of each."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

BUDGETS = ("flash_bytes", "ram_bytes", "macs", "latency_us", "energy_uj")
"""Names of budgets and of figures, in the order in which they are shown."""
_UNCERTAIN = ("latency_us", "energy_uj")
MEASURED = (*_UNCERTAIN, "ram_bytes", "flash_bytes")
"""Figures that are predicted and measured."""


@dataclass(frozen=True)
class Figures:
    """Costs of a network.

    Attributes:
        parameters: trainable ones.
        macs: multiply-accumulates, as described.
        flash_bytes: of code and constants.
        ram_bytes: least memory for tensors and scratch.
        latency_us: of one run.
        energy_uj: of one run; None where nobody knows.
        least_latency_us: of one run by the fastest kernels, whatever flash they take.
        margin: by how much latency and energy may be above what was predicted, as a share; budgets are kept
            with it.
    """

    parameters: int
    macs: int
    flash_bytes: float
    ram_bytes: float
    latency_us: float
    energy_uj: float | None = None
    least_latency_us: float = 0.0
    margin: float = 0.0

    @property
    def worth(self) -> tuple[int, int]:
        """Objective: parameters, then multiply-accumulates."""
        return self.parameters, self.macs


@dataclass(frozen=True)
class Budgets:
    """Most that a network may take of each; None for any amount."""

    flash_bytes: float | None = None
    ram_bytes: float | None = None
    macs: float | None = None
    latency_us: float | None = None
    energy_uj: float | None = None

    def shares(self, figures: Figures) -> dict[str, float]:
        """Share of each budget that a network takes; more than 1 is too much."""
        return {name: amount / budget for name, budget, amount in self._pairs(figures)}

    def admit(self, figures: Figures) -> bool:
        """Whether a network keeps all of them."""
        return all(share <= 1 for share in self.shares(figures).values())

    def with_more(self, name: str, factor: float) -> Budgets:
        """The budgets with one of them multiplied."""
        return replace(self, **{name: getattr(self, name) * factor})

    @property
    def given(self) -> list[str]:
        """Names of those that there are."""
        return [name for name in BUDGETS if getattr(self, name) is not None]

    def _pairs(self, figures: Figures) -> Iterator[tuple[str, float, float]]:
        for name in self.given:
            amount = getattr(figures, name)
            if amount is not None:
                yield name, getattr(self, name), amount * (1 + figures.margin * (name in _UNCERTAIN))
