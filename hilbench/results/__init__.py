"""Measurements, their statistics, and the store that keeps them."""

from typing import TYPE_CHECKING

from hilbench.results.measurement import Attempt, Measurement, RowKey, Status, reason
from hilbench.results.run import ExampleTrace, RunRecord

if TYPE_CHECKING:
    from hilbench.results.store import Store
else:

    def __getattr__(name: str) -> object:
        """`Store`, whose database library takes longer to import than most commands do all else."""
        if name != "Store":
            raise AttributeError(name)
        from hilbench.results.store import Store

        return Store


__all__ = [
    "Attempt",
    "ExampleTrace",
    "Measurement",
    "RowKey",
    "RunRecord",
    "Status",
    "Store",
    "reason",
]
