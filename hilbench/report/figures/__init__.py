"""The report's figures: which rows go into each, what its panels are, and what is said below it."""

from hilbench.report.figures.by_shape import by_shape
from hilbench.report.figures.efficiency import efficiency
from hilbench.report.figures.energy_window import energy_window
from hilbench.report.figures.figure import Figure
from hilbench.report.figures.rooflines import rooflines

__all__ = ["Figure", "by_shape", "efficiency", "energy_window", "rooflines"]
