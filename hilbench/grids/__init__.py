"""Grids: YAML files of cases, with a list wherever a key is an axis of a product."""

from hilbench.grids.loader import builtin_grids, load_also, load_grid, parse_cases

__all__ = ["builtin_grids", "load_also", "load_grid", "parse_cases"]
