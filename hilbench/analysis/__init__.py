"""Efficiency of operators, rooflines, comparison between runs."""

from hilbench.analysis.baseline import Baseline, read_baseline
from hilbench.analysis.best import best
from hilbench.analysis.compare import Change, Comparison, Gap, compare
from hilbench.analysis.contrast import Contrast
from hilbench.analysis.eta import add_efficiency
from hilbench.analysis.gain import Gain, gains, overall_gain
from hilbench.analysis.history import History, Level, Point, histories, is_named
from hilbench.analysis.keys import describe, kernel_label, network_name, settings, varying
from hilbench.analysis.library_comparison import ComparedCase, LibraryComparison, compare_with_library
from hilbench.analysis.metric import Limit, Metric
from hilbench.analysis.published import read_published
from hilbench.analysis.roofline import Roof, intensity, roof
from hilbench.analysis.spread import OperatorEfficiency, Spread, spreads
from hilbench.analysis.standard import STANDARD
from hilbench.analysis.validation import ErrorStatistics, Validation, validate
from hilbench.analysis.variant_ranking import VariantRanking, variant_rankings
from hilbench.analysis.verdict import Verdict

__all__ = [
    "STANDARD",
    "Baseline",
    "Change",
    "ComparedCase",
    "Comparison",
    "Contrast",
    "ErrorStatistics",
    "Gain",
    "Gap",
    "History",
    "Level",
    "LibraryComparison",
    "Limit",
    "Metric",
    "OperatorEfficiency",
    "Point",
    "Roof",
    "Spread",
    "Validation",
    "VariantRanking",
    "Verdict",
    "add_efficiency",
    "best",
    "compare",
    "compare_with_library",
    "describe",
    "gains",
    "histories",
    "intensity",
    "is_named",
    "kernel_label",
    "network_name",
    "overall_gain",
    "read_baseline",
    "read_published",
    "roof",
    "settings",
    "spreads",
    "validate",
    "variant_rankings",
    "varying",
]
