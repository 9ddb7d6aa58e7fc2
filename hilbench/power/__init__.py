"""Power meters: a module an instrument, one small protocol, the trace type."""

from hilbench.power.config import MeterConfig, SupplyMode
from hilbench.power.meter import PowerMeter
from hilbench.power.trace import Edge, PowerTrace
from hilbench.power.window import EnergyWindow

__all__ = ["Edge", "EnergyWindow", "MeterConfig", "PowerMeter", "PowerTrace", "SupplyMode"]
