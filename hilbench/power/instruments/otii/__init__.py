"""Qoitech Otii Arc and Ace."""

from __future__ import annotations

import time
from typing import ClassVar, Literal

from pydantic import Field

from hilbench.deadline import Clock
from hilbench.power.config import MeterConfig, SupplyMode
from hilbench.power.meter import PowerMeter

_PORT = "127.0.0.1:1905"


class OtiiConfig(MeterConfig):
    """Part of boards.yaml about an Otii; its port is HOST:PORT of the Otii server."""

    needs_port: ClassVar[bool] = False
    port_is_path: ClassVar[bool] = False

    meter: Literal["otii"] = "otii"
    mode: SupplyMode = SupplyMode.SOURCE
    supply_mv: int = Field(default=3300, ge=500, le=5000)
    device: str | None = None
    """Name or id of the device; null takes the only one."""
    trigger_input: int = Field(default=1, ge=1, le=2)
    """General-purpose input (GPI1, GPI2) of the expansion port that the board's trigger pin is wired to."""
    rate_hz: int = Field(default=4000, ge=1000, le=50_000)
    """Samples a second of the current: 4000 on an Arc; an Ace is set to it."""
    current_limit_ma: int = Field(default=1000, ge=1, le=5000)
    """Current at which the supply is cut."""

    @property
    def supplies_board(self) -> bool:
        """Whether it is in source mode."""
        return self.mode is SupplyMode.SOURCE

    def open(self, port: str, clock: Clock = time.monotonic) -> PowerMeter:
        """Open the device of the server at `port`, which is this machine's where it is empty."""
        from hilbench.power.instruments.otii.driver import Otii

        return Otii(self, port or _PORT, clock)
