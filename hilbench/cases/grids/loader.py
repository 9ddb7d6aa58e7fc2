"""Reading grids.

A grid file has one key, `cases`: a list of entries. An entry holds `operator` and parameters of the
case, beside them the short forms `input: 16x16x8` (height, width, channels) and `kernel: 3` or
`kernel: 1x7` (height, width). Where a value is a list, the entry stands for the product of all its
lists. Cases that occur twice are run once.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from itertools import product
from pathlib import Path
from typing import Any

import yaml

from hilbench.cases.case import OperatorCase
from hilbench.cases.registry import Registry
from hilbench.errors import CaseError

_FOLDER = Path(__file__).parent


def builtin_grids() -> tuple[str, ...]:
    """Names of the grids that come with hilbench."""
    return tuple(sorted(path.stem for path in _FOLDER.glob("*.yaml")))


def load_grid(name_or_path: str | Path, registry: Registry) -> tuple[OperatorCase, ...]:
    """The cases of a built-in grid or of a YAML file, in the file's order.

    Raises:
        CaseError: no such grid, no valid YAML, or an impossible case; names file, entry and key.
    """
    path = _find(name_or_path)
    cases: dict[OperatorCase, None] = {}
    for number, entry in enumerate(_entries(path), start=1):
        try:
            cases.update((registry.case(**_expand(point)), None) for point in _points(entry))
        except CaseError as error:
            raise CaseError(f"Grid {path}, entry {number}: {error}") from error
    return tuple(cases)


def parse_cases(entry: str, registry: Registry) -> tuple[OperatorCase, ...]:
    """The cases of one entry as a grid file has it: `operator: conv2d, input: 16x16x8, out_c: 8, kernel: 3`.

    Raises:
        CaseError: no valid YAML, or an impossible case.
    """
    try:
        content = yaml.safe_load(f"{{{entry}}}")
    except yaml.YAMLError as error:
        raise CaseError(f"'{entry}' does not read like an entry of a grid: operator: conv2d, ...") from error
    return tuple(dict.fromkeys(registry.case(**_expand(point)) for point in _points(content)))


def _find(name_or_path: str | Path) -> Path:
    if str(name_or_path) in builtin_grids():
        return _FOLDER / f"{name_or_path}.yaml"
    path = Path(name_or_path)
    if not path.is_file():
        known = ", ".join(builtin_grids())
        raise CaseError(f"No grid {str(name_or_path)!r}; name a YAML file or one of: {known}.")
    return path


def _entries(path: Path) -> list[Any]:
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise CaseError(f"Grid {path} is not readable YAML: {' '.join(str(error).split())}.") from error
    if not isinstance(content, dict) or set(content) != {"cases"} or not isinstance(content["cases"], list):
        raise CaseError(f"Grid {path} must have one key, cases, with a list of entries.")
    if not content["cases"]:
        raise CaseError(f"Grid {path} has no entries; write them under cases.")
    return content["cases"]


def _points(entry: object) -> Iterator[dict[str, Any]]:
    """The points of the product that an entry stands for; the last axis varies fastest."""
    if not isinstance(entry, dict):
        raise CaseError(f"{entry!r} must be a mapping with the key operator.")
    axes = [value if isinstance(value, list) else [value] for value in entry.values()]
    for values in product(*axes):
        yield dict(zip(map(str, entry), values, strict=True))


def _expand(point: Mapping[str, Any]) -> dict[str, Any]:
    """Replace the short forms `input` and `kernel` by the case's own keys."""
    parameters = dict(point)
    if "input" in parameters:
        height, width, channels = _sizes("input", parameters.pop("input"), 3)
        parameters |= {"in_h": height, "in_w": width, "in_c": channels}
    if "kernel" in parameters:
        value = parameters.pop("kernel")
        height, width = (value, value) if isinstance(value, int) else _sizes("kernel", value, 2)
        parameters |= {"kernel_h": height, "kernel_w": width}
    return parameters


def _sizes(key: str, value: object, count: int) -> tuple[int, ...]:
    """Whole numbers joined by `x`, as in 16x16x8."""
    if not isinstance(value, str) or not re.fullmatch(r"\d+(x\d+)*", value) or value.count("x") != count - 1:
        example = "x".join(["16", "16", "8"][:count])
        raise CaseError(f"{key} must read like {example}, not {value!r}.")
    return tuple(map(int, value.split("x")))
