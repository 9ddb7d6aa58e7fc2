"""ST X-NUCLEO-LPM01A."""

from __future__ import annotations

import time
from typing import Literal

from pydantic import Field

from hilbench.deadline import Clock
from hilbench.power.config import MeterConfig, SupplyMode
from hilbench.power.meter import PowerMeter


class Lpm01aConfig(MeterConfig):
    """Part of boards.yaml about an LPM01A, which always supplies the board, with 1.8 to 3.3 V (ST UM2269)."""

    meter: Literal["lpm01a"] = "lpm01a"
    mode: Literal[SupplyMode.SOURCE] = SupplyMode.SOURCE
    supply_mv: int = Field(default=3300, ge=1800, le=3300)
    trigger_input: int = Field(default=7, ge=0, le=7)
    """Accepted for entries that are written for a PPK2; the input is D7 whatever it says."""

    @property
    def supplies_board(self) -> bool:
        """Always: the current flows through its own regulator."""
        return True

    def open(self, port: str, clock: Clock = time.monotonic) -> PowerMeter:
        """Open the LPM01A at `port`."""
        from hilbench.power.instruments.lpm01a.driver import Lpm01a

        return Lpm01a(self, port, clock)
