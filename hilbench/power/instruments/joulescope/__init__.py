"""Jetperch Joulescope JS110 and JS220."""

from __future__ import annotations

import time
from typing import ClassVar, Literal

from pydantic import Field

from hilbench.deadline import Clock
from hilbench.power.config import MeterConfig, SupplyMode
from hilbench.power.meter import PowerMeter


class JoulescopeConfig(MeterConfig):
    """Part of boards.yaml about a Joulescope; its port is the end of its path, such as its serial number."""

    needs_port: ClassVar[bool] = False
    port_is_path: ClassVar[bool] = False

    meter: Literal["joulescope"] = "joulescope"
    mode: Literal[SupplyMode.AMPERE] = SupplyMode.AMPERE
    trigger_input: int = Field(default=0, ge=0, le=3)
    """General-purpose input that the board's trigger pin is wired to; a JS110 has 0 and 1."""
    rate_hz: int = Field(default=100_000, ge=1000, le=2_000_000)
    """Samples a second, one that the instrument has."""

    def open(self, port: str, clock: Clock = time.monotonic) -> PowerMeter:
        """Open the Joulescope whose path ends with `port`, the only one where it is empty."""
        from hilbench.power.instruments.joulescope.driver import Joulescope

        return Joulescope(self, port, clock)
