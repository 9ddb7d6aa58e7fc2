"""Power meters: a module an instrument, one small protocol, the trace type."""

from hilbench.power.meter import PowerMeter
from hilbench.power.trace import Edge, PowerTrace

__all__ = ["Edge", "PowerMeter", "PowerTrace"]
