"""Measurements, their statistics, and the store that keeps them."""

from hilbench.results.measurement import Attempt, Measurement, RowKey, Status, reason
from hilbench.results.run import ExampleTrace, RunRecord
from hilbench.results.store import DEFAULT_STORE, Store

__all__ = [
    "DEFAULT_STORE",
    "Attempt",
    "ExampleTrace",
    "Measurement",
    "RowKey",
    "RunRecord",
    "Status",
    "Store",
    "reason",
]
