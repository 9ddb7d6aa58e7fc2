"""Power meters at the wire: each speaks its instrument's protocol on a pty."""

from hilbench.virtual.meters.lpm01a import Lpm01a
from hilbench.virtual.meters.ppk2 import Ppk2
from hilbench.virtual.meters.server import MeterServer
from hilbench.virtual.meters.supply import Samples, Supply, TimelineSupply

__all__ = ["Lpm01a", "MeterServer", "Ppk2", "Samples", "Supply", "TimelineSupply"]
