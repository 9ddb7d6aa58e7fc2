"""Verdict of a gate on a comparison: what got worse beyond the limits, and what is missing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from hilbench.analysis.compare import Change, Comparison, Gap
from hilbench.analysis.metric import Limit


@dataclass(frozen=True)
class Verdict:
    """A comparison under limits; without limits everything passes.

    Attributes:
        comparison: of two runs.
        limits: how much worse each metric may get.
        allow_missing: whether figures of the base may be missing in the new run.
    """

    comparison: Comparison
    limits: Sequence[Limit]
    allow_missing: bool = False

    @property
    def regressions(self) -> tuple[Change, ...]:
        """Changes beyond the limits, the worst first."""
        return self.comparison.regressions(self.limits)

    @property
    def unmeasured(self) -> tuple[Gap, ...]:
        """Figures that limits are about, and that the new run has no more."""
        return self.comparison.unmeasured(self.limits)

    @property
    def unjudged(self) -> tuple[Limit, ...]:
        """Limits of which nothing can be said."""
        return self.comparison.unjudged(self.limits)

    @property
    def misses(self) -> bool:
        """Whether missing figures fail the gate."""
        lost = self.comparison.only_base or self.unmeasured
        return bool(self.limits and lost) and not self.allow_missing

    @property
    def sentences(self) -> tuple[str, ...]:
        """Reasons why the gate stays closed."""
        return (
            *(
                f"{each.metric} +{each.growth_pct:.1f} %, from {each.base:g} to {each.new:g}"
                for each in self.regressions
            ),
            *(f"{case} fails now" for case in self.comparison.broken),
            *(f"no {limit.metric} on both sides" for limit in self.unjudged),
        )

    @property
    def passes(self) -> bool:
        """Whether the gate opens."""
        worse = self.comparison.broken or self.regressions or self.unjudged
        return not (self.limits and (worse or self.misses))
