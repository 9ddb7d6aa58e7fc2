"""Efficiency of operators, rooflines, comparison between runs."""

from hilbench.efficiency.compare import Change, Comparison, compare
from hilbench.efficiency.eta import STANDARD, add_efficiency
from hilbench.efficiency.identity import describe, swept
from hilbench.efficiency.metric import Limit, Metric
from hilbench.efficiency.roofline import Roof, intensity, roof

__all__ = [
    "STANDARD",
    "Change",
    "Comparison",
    "Limit",
    "Metric",
    "Roof",
    "add_efficiency",
    "compare",
    "describe",
    "intensity",
    "roof",
    "swept",
]
