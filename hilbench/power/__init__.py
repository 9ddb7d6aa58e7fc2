"""Power meters: a module an instrument, one small protocol, the trace type."""

from hilbench.power.config import MeterConfig, SupplyMode
from hilbench.power.instruments import open_meter
from hilbench.power.meter import PowerMeter
from hilbench.power.trace import Edge, PowerTrace

__all__ = ["Edge", "MeterConfig", "PowerMeter", "PowerTrace", "SupplyMode", "open_meter"]
