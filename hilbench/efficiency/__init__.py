"""Efficiency of operators, rooflines, comparison between runs."""

from hilbench.efficiency.baseline import Baseline, read_baseline
from hilbench.efficiency.compare import Change, Comparison, Gap, compare
from hilbench.efficiency.contest import Contest, contests
from hilbench.efficiency.contrast import Contrast
from hilbench.efficiency.eta import STANDARD, add_efficiency
from hilbench.efficiency.identity import describe, implementation, swept
from hilbench.efficiency.metric import Limit, Metric
from hilbench.efficiency.published import read_published
from hilbench.efficiency.roofline import Roof, intensity, roof
from hilbench.efficiency.standing import LibraryComparison, Standing, stand
from hilbench.efficiency.validation import ErrorStatistics, Validation, validate

__all__ = [
    "STANDARD",
    "Baseline",
    "Change",
    "Comparison",
    "Contest",
    "Contrast",
    "ErrorStatistics",
    "Gap",
    "LibraryComparison",
    "Limit",
    "Metric",
    "Roof",
    "Standing",
    "Validation",
    "add_efficiency",
    "compare",
    "contests",
    "describe",
    "implementation",
    "intensity",
    "read_baseline",
    "read_published",
    "roof",
    "stand",
    "swept",
    "validate",
]
