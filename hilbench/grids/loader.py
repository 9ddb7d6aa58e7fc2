"""Loader of grids.

A grid file has the key `cases`: a list of entries. An entry holds `operator` and parameters of the
case, as `Registry.case` takes them. Where a value is a list, the entry stands for the product of all
its lists. Cases that occur twice are run once.

There may also be `also`: a list of variants that are measured of each shape whatever variant is chosen
for it, to show what that gains.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import Any

from hilbench.errors import CaseError, ConfigError
from hilbench.files import is_file, parse_yaml, read_yaml
from hilbench.operators import Layer, Registry
from hilbench.suggestions import did_you_mean, shown

_FOLDER = Path(__file__).parent
_MOST_POINTS = 100_000
"""Cases of one entry: a sweep of as many takes days."""


def builtin_grids() -> tuple[str, ...]:
    """Names of the grids that come with hilbench."""
    return tuple(sorted(path.stem for path in _FOLDER.glob("*.yaml")))


def load_grid(name_or_path: str | Path, registry: Registry) -> tuple[Layer, ...]:
    """The cases of a built-in grid or of a YAML file, in the file's order.

    Raises:
        ConfigError: the file cannot be read, or is not YAML.
        CaseError: no such grid, or an impossible case; names file, entry and key.
    """
    path = _find(name_or_path)
    cases: dict[Layer, None] = {}
    for number, entry in enumerate(_entries(path), start=1):
        try:
            cases.update((registry.layer(**point), None) for point in _points(entry))
        except CaseError as error:
            raise CaseError(f"Grid {path}, entry {number}: {error}") from error
    return tuple(cases)


def load_also(name_or_path: str | Path) -> tuple[str, ...]:
    """Variants that a grid wants measured in addition to the chosen ones.

    Raises:
        ConfigError: as `load_grid` raises it.
    """
    path = _find(name_or_path)
    also = _content(path).get("also", [])
    if not isinstance(also, list) or not all(isinstance(name, str) for name in also):
        raise CaseError(f"Grid {path}: also must be a list of variants.")
    return tuple(also)


def parse_cases(entry: str, registry: Registry) -> tuple[Layer, ...]:
    """The cases of one entry as a grid file has it: `operator: conv2d, input: 16x16x8, out_c: 8, kernel: 3`.

    Raises:
        CaseError: no valid YAML, or an impossible case.
    """
    try:
        content = parse_yaml(f"{{{entry}}}", entry)
    except ConfigError as error:
        raise CaseError(f"'{entry}' does not read like an entry of a grid: operator: conv2d, ...") from error
    return tuple(dict.fromkeys(registry.layer(**point) for point in _points(content)))


def _find(name_or_path: str | Path) -> Path:
    if str(name_or_path) in builtin_grids():
        return _FOLDER / f"{name_or_path}.yaml"
    path = Path(name_or_path)
    if not is_file(path):
        known = builtin_grids()
        guess = did_you_mean(str(path), known)
        raise CaseError(f"No grid '{path}'{guess}; name a YAML file or one of: {', '.join(known)}.")
    return path


def _content(path: Path) -> dict[str, Any]:
    content = read_yaml(path, f"the grid {path}")
    if not isinstance(content, dict) or not {"cases"} <= set(content) <= {"cases", "also"}:
        raise CaseError(f"Grid {path} must have one key, cases, with a list of entries, and may have also.")
    return content


def _entries(path: Path) -> list[Any]:
    entries = _content(path)["cases"]
    if not isinstance(entries, list):
        raise CaseError(f"Grid {path} must have one key, cases, with a list of entries, and may have also.")
    if not entries:
        raise CaseError(f"Grid {path} has no entries; write them under cases.")
    return entries


def _points(entry: object) -> Iterator[dict[str, Any]]:
    """The points of the product that an entry stands for; the last axis varies fastest."""
    if not isinstance(entry, dict):
        raise CaseError(f"{shown(entry)} must be a mapping with the key operator.")
    for key in entry:
        if not isinstance(key, str):
            raise CaseError(f"A case has no key {shown(key)}.")
    axes = [value if isinstance(value, list) else [value] for value in entry.values()]
    count = math.prod(map(len, axes))
    if count > _MOST_POINTS:
        raise CaseError(
            f"It stands for {shown(count)} cases, {_MOST_POINTS} are the most; split it, or ask less."
        )
    for values in product(*axes):
        yield dict(zip(entry, values, strict=True))
