"""Efficiency of operators, rooflines, comparison between runs."""

from hilbench.efficiency.compare import Change, Comparison, compare
from hilbench.efficiency.eta import STANDARD, add_efficiency
from hilbench.efficiency.identity import describe, swept
from hilbench.efficiency.metric import Limit, Metric
from hilbench.efficiency.published import read_published
from hilbench.efficiency.roofline import Roof, intensity, roof
from hilbench.efficiency.validation import ErrorStatistics, Validation, validate

__all__ = [
    "STANDARD",
    "Change",
    "Comparison",
    "ErrorStatistics",
    "Limit",
    "Metric",
    "Roof",
    "Validation",
    "add_efficiency",
    "compare",
    "describe",
    "intensity",
    "read_published",
    "roof",
    "swept",
    "validate",
]
