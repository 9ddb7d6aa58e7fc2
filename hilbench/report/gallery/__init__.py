"""The report's figures: which rows go into each, what its panels are, and what is said below it."""

from hilbench.report.gallery.by_shape import by_shape
from hilbench.report.gallery.efficiency import efficiency
from hilbench.report.gallery.energy_window import energy_window
from hilbench.report.gallery.illustration import Illustration
from hilbench.report.gallery.rooflines import rooflines

__all__ = ["Illustration", "by_shape", "efficiency", "energy_window", "rooflines"]
