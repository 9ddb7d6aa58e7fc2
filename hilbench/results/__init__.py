"""Measurements, their statistics, and the store that keeps them."""

from hilbench.results.measurement import Attempt, EnergyWindow, Measurement, Status

__all__ = ["Attempt", "EnergyWindow", "Measurement", "Status"]
