"""Nordic Power Profiler Kit II (PPK2)."""

from __future__ import annotations

import time
from typing import Literal

from pydantic import Field

from hilbench.deadline import Clock
from hilbench.power.config import MeterConfig, SupplyMode
from hilbench.power.meter import PowerMeter


class Ppk2Config(MeterConfig):
    """Part of boards.yaml about a PPK2; its regulator gives 0.8 to 5.0 V."""

    meter: Literal["ppk2"] = "ppk2"
    mode: SupplyMode = SupplyMode.SOURCE
    trigger_input: int = Field(default=0, ge=0, le=7)
    """Digital input that the board's trigger pin is wired to."""

    @property
    def supplies_board(self) -> bool:
        """Whether it is in source mode."""
        return self.mode is SupplyMode.SOURCE

    def open(self, port: str, clock: Clock = time.monotonic) -> PowerMeter:
        """Open the PPK2 at `port`."""
        from hilbench.power.instruments.ppk2.driver import Ppk2

        return Ppk2(self, port, clock)
