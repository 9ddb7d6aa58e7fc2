"""Measurements, their statistics, and the store that keeps them."""

from hilbench.results.measurement import Attempt, EnergyWindow, Measurement, Status
from hilbench.results.run import ExampleTrace, RunRecord

__all__ = ["Attempt", "EnergyWindow", "ExampleTrace", "Measurement", "RunRecord", "Status"]
