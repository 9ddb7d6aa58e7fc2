"""Cases: an operator at a shape, from its name and parameters, or all of a grid."""

from __future__ import annotations

from pathlib import Path

from hilbench.api.construction import as_written
from hilbench.grids import load_grid
from hilbench.operators import Layer
from hilbench.operators.registry import load_operators

__all__ = ["Layer", "case", "cases"]


def case(operator: str, *, operators: str | Path | None = None, **parameters: object) -> Layer:
    """Make a case of any operator by its name, of installed packages and of a folder of one's own as well.

    Args:
        operator: its name, as `conv2d`.
        operators: folder of further operators.
        parameters: as a grid file has them; tuples will do where it has text: `input=(16, 16, 8)`.

    Raises:
        CaseError: there can be no such case; the sentence says why.
    """
    registry = load_operators(Path(operators) if operators else None)
    return registry.layer(operator=operator, **as_written(parameters))


def cases(grid: str | Path = "quick", *, operators: str | Path | None = None) -> tuple[Layer, ...]:
    """Read the cases of a grid.

    Args:
        grid: quick, efficiency, kernels, full, or the path of a YAML file.
        operators: folder of further operators.

    Raises:
        CaseError: there is no such grid, or a case in it cannot be.
        ConfigError: the file cannot be read.
    """
    return load_grid(grid, load_operators(Path(operators) if operators else None))
