"""Share of a chip's current that goes with the instructions it executes, by data sheets.

What it prints last is what `hilbench/virtual/power/mix.py` calls SHARE.

    python -m benchmarks.code_currents
"""

from __future__ import annotations

from pathlib import Path
from statistics import mean, median

import yaml
from pydantic import Field

from hilbench.files import StrictModel
from hilbench.virtual.power.mix import InstructionMix

DESCRIPTION = Path(__file__).with_suffix(".yaml")
EMPTY_LOOP = 0.5
"""Instructions a cycle of a branch to itself, on a Cortex-M4 and M33."""


class Row(StrictModel):
    """Currents of a chip asleep, in CoreMark, and in another program, mA."""

    asleep: float
    coremark: float
    other: float
    pace: float | None = Field(default=None, gt=0, lt=1)
    """Flow of the other program, over that of CoreMark at full speed; None where it is an empty loop."""

    def share(self, typical: float) -> float:
        """Share of the current above sleep that goes with the flow, where CoreMark's flow is `typical`."""
        drawn = (self.other - self.asleep) / (self.coremark - self.asleep)
        pace = self.pace or EMPTY_LOOP / typical
        return (1 - drawn) / (1 - pace)


class Chip(StrictModel):
    """Figures of one data sheet."""

    name: str
    core: str
    source: str
    rows: list[Row] = Field(min_length=1)

    @property
    def shares(self) -> list[float]:
        """Shares of all rows, least first."""
        typical = InstructionMix(self.core).typical
        return sorted(row.share(typical) for row in self.rows)


def load_chips() -> list[Chip]:
    """Chips that code_currents.yaml describes."""
    return [Chip.model_validate(each) for each in yaml.safe_load(DESCRIPTION.read_text())["chips"]]


def main() -> None:
    """Print the shares of every chip, and their mean."""
    chips = load_chips()
    print(f"{'':24}{'rows':>6}{'least':>8}{'median':>8}{'most':>8}")
    for chip in chips:
        shares = chip.shares
        print(
            f"{chip.name:12}{chip.core:12}{len(shares):6}{shares[0]:8.2f}{median(shares):8.2f}{shares[-1]:8.2f}"
        )
    print(f"{'mean of the chips':24}{mean(median(chip.shares) for chip in chips):22.2f}")


if __name__ == "__main__":
    main()
