"""The report's figures: which rows go into each, what its panels are, and what is said below it."""

from hilbench.report.figures.by_shape import by_shape
from hilbench.report.figures.efficiency import efficiency
from hilbench.report.figures.energy_window import energy_window
from hilbench.report.figures.figure import Figure
from hilbench.report.figures.layers_over_time import layers_over_time
from hilbench.report.figures.memory_plan import memory_plan
from hilbench.report.figures.other_plans import other_plans
from hilbench.report.figures.rooflines import layer_rooflines, rooflines

__all__ = [
    "Figure",
    "by_shape",
    "efficiency",
    "energy_window",
    "layer_rooflines",
    "layers_over_time",
    "memory_plan",
    "other_plans",
    "rooflines",
]
