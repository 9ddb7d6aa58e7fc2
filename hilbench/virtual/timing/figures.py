"""A core's own figures, where a chip's description states others than its pipeline has."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from hilbench.errors import ConfigError
from hilbench.virtual.timing.division import OUTCOMES
from hilbench.virtual.timing.instruction import Operation
from hilbench.virtual.timing.pipeline import Pipeline

_BOUNDS: Mapping[str, tuple[float, float]] = {
    "refill_cycles": (0, 4),
    "indirect_cycles": (0, 4),
    "loaded_cycles": (0, 6),
    "multiply_cycles": (1, 32),
    "mispredicted": (0, 16),
    "mispredicted_early_flags": (0, 16),
    "subword_store_cycles": (1, 4),
}
"""Bounds of each attribute of a pipeline that cores of one kind may differ in."""
_OPERATION_BOUNDS: Mapping[Operation, tuple[float, float]] = {Operation.DIVIDE: (1, 16)}
"""Bounds of entries in a pipeline's table `cycles`."""


def figures(pipeline: type[Pipeline]) -> Iterator[tuple[str, float, tuple[float, float]]]:
    """Name, value and bounds of each figure of a pipeline that may be replaced."""
    for name, bounds in _BOUNDS.items():
        if hasattr(pipeline, name):
            yield name, getattr(pipeline, name), bounds
    for operation, bounds in _OPERATION_BOUNDS.items():
        if operation in operation_cycles(pipeline):
            yield f"{operation}_cycles", operation_cycles(pipeline)[operation], bounds


def with_figures(pipeline: type[Pipeline], stated: Mapping[str, float]) -> type[Pipeline]:
    """The pipeline with `stated` figures for its own: a variant, as the Cortex-M3's is of the M4's.

    Raises:
        ConfigError: the pipeline has no such figure.
    """
    if not stated:
        return pipeline
    known = {name for name, _, _ in figures(pipeline)}
    if unknown := stated.keys() - known:
        raise ConfigError(
            f"A {pipeline.__name__} has no figure '{min(unknown)}'; there are: {', '.join(sorted(known))}."
        )
    own = {name: value for name, value in stated.items() if name in _BOUNDS}
    by_operation = {
        operation: stated[f"{operation}_cycles"]
        for operation in _OPERATION_BOUNDS
        if f"{operation}_cycles" in stated
    }
    return type(
        pipeline.__name__, (pipeline,), {**own, "cycles": {**operation_cycles(pipeline), **by_operation}}
    )


def division_corrections(pipeline: type[Pipeline]) -> tuple[float, ...]:
    """Cycles that divisions take more than expected, in the order of `Divider.outcomes`; 0 without one."""
    if pipeline.divider is None:
        return (0,) * OUTCOMES
    return pipeline.divider.corrections(operation_cycles(pipeline)[Operation.DIVIDE])


def operation_cycles(pipeline: type[Pipeline]) -> Mapping[Operation, float]:
    """The pipeline's cycles by operation, where it has such a table."""
    table: Mapping[Operation, float] = getattr(pipeline, "cycles", {})
    return table
