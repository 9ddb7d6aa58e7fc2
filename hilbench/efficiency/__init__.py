"""Efficiency of operators, rooflines, comparison between runs."""

from hilbench.efficiency.baseline import Baseline, read_baseline
from hilbench.efficiency.best import best
from hilbench.efficiency.compare import Change, Comparison, Gap, compare
from hilbench.efficiency.contest import Contest, contests
from hilbench.efficiency.contrast import Contrast
from hilbench.efficiency.eta import add_efficiency
from hilbench.efficiency.gain import Gain, gains, overall_gain
from hilbench.efficiency.identity import describe, implementation, settings, swept
from hilbench.efficiency.metric import Limit, Metric
from hilbench.efficiency.published import read_published
from hilbench.efficiency.roofline import Roof, intensity, roof
from hilbench.efficiency.spread import OperatorEfficiency, Spread, spreads
from hilbench.efficiency.standard import STANDARD
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
    "Gain",
    "Gap",
    "LibraryComparison",
    "Limit",
    "Metric",
    "OperatorEfficiency",
    "Roof",
    "Spread",
    "Standing",
    "Validation",
    "add_efficiency",
    "best",
    "compare",
    "contests",
    "describe",
    "gains",
    "implementation",
    "intensity",
    "overall_gain",
    "read_baseline",
    "read_published",
    "roof",
    "settings",
    "spreads",
    "stand",
    "swept",
    "validate",
]
