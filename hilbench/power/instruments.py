"""Choice of the driver for an instrument."""

from __future__ import annotations

import time

from hilbench.deadline import Clock
from hilbench.power.config import MeterConfig
from hilbench.power.meter import PowerMeter


def open_meter(config: MeterConfig, port: str, clock: Clock = time.monotonic) -> PowerMeter:
    """Open the meter that `config` names at `port`; `clock` is that of its own deadlines.

    Raises:
        PowerError: it does not answer.
    """
    if config.meter == "lpm01a":
        from hilbench.power.lpm01a import Lpm01a

        return Lpm01a(config, port, clock)
    from hilbench.power.ppk2 import Ppk2

    return Ppk2(config, port, clock)
