"""Figures of a kernel library for shapes that it was counted over, from a table of baselines.

The table is a CSV with the columns library, core, op, shape and any of insn_per_mac, modelled_cycles_per_mac,
code_bytes and scratch_bytes. A shape reads like `24x24x32->64 s1 g4`, with words before it that are passed
over and `(pad 1,1)` behind it where the library pads by 1 on every side.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from hilbench.errors import ConfigError
from hilbench.files import FIRST_ROW, read_table

_NUMBERS = re.compile(r"(?:(\d+)x(\d+)x)?(\d+)(?:->(\d+))?(?: s(\d))?(?: g(\d))?(?: \(pad 1,1\))?$")
_PADDED = "(pad 1,1)"
_KINDS = {
    "conv2d": "conv{kernel}",
    "pointwise_conv2d": "conv1x1",
    "grouped_conv2d": "gconv{kernel}",
    "depthwise_conv2d": "dw{kernel}",
    "transpose_conv2d": "tconv{kernel}",
    "fully_connected": "fc",
    "average_pool2d": "avgpool",
    "max_pool2d": "maxpool",
    "upsample_nearest": "upsample",
}
"""Tables' names of the operators; others are called by their own names."""
_STRIDED = ("conv", "dw", "gconv")
_FIRST_LAYER_CHANNELS = 3


class Shape(NamedTuple):
    """Shape that a table counts over."""

    kind: str
    height: int
    width: int
    channels: int
    outputs: int
    stride: int
    groups: int
    padded: bool
    """Whether padding is 1 on all sides, whatever the stride; in hilbench's cases it is part of the input."""


@dataclass(frozen=True)
class Figures:
    """Instructions, cycles and bytes of one kernel; NaN where nobody says."""

    insn_per_mac: float = math.nan
    cycles_per_mac: float = math.nan
    code_bytes: float = math.nan
    scratch_bytes: float = math.nan


@dataclass(frozen=True)
class Baseline:
    """A library's figures, by core and shape."""

    library: str
    figures: Mapping[tuple[str, Shape], Figures]

    @property
    def cores(self) -> tuple[str, ...]:
        """Cores that it has figures for."""
        return tuple(sorted({core for core, _ in self.figures}))

    def check_core(self, core: str) -> None:
        """Make sure that there is something to compare with.

        Raises:
            ConfigError: it has no figures for `core`.
        """
        if core not in self.cores:
            known = ", ".join(self.cores) or "shapes that cannot be read"
            raise ConfigError(f"The figures of {self.library} are for {known}; there are none for {core}.")


def read_baseline(path: Path, library: str) -> Baseline:
    """The figures of one library in a table of baselines.

    Raises:
        ConfigError: the file cannot be read, is no such table, or does not know the library.
    """
    rows = read_table(path, "a table of baselines", ("library", "core", "op", "shape"))
    libraries = sorted({row["library"] for row in rows})
    if library not in libraries:
        known = ", ".join(libraries) or "none"
        raise ConfigError(f"{path} has no figures of '{library}'; there are: {known}.")
    figures = {
        (row["core"], shape): _figures(path, number, row)
        for number, row in enumerate(rows, start=FIRST_ROW)
        if row["library"] == library and (shape := _shape(row)) is not None
    }
    return Baseline(library, figures)


def shape_of(row: Mapping[str, Any]) -> Shape:
    """Shape of a row's case as a table of baselines names it; the row has the columns of results.csv."""
    kernel = f"{row['kernel_h']}x{row['kernel_w']}"
    kind = _KINDS.get(row["operator"], row["operator"]).format(kernel=kernel)
    strided = kind.startswith(_STRIDED)
    padded = kind.startswith(("conv", "dw")) and not _is_same(row)
    border = 2 if padded else 0
    return Shape(
        kind=kind,
        height=row["in_h"] - border,
        width=row["in_w"] - border,
        channels=row["in_c"],
        outputs=row["out_c"],
        stride=row["stride"] if strided else 1,
        groups=row["groups"] if kind.startswith("gconv") else 1,
        padded=padded,
    )


def groups_of(shape: Shape) -> tuple[str, ...]:
    """The means that a shape belongs to; first layers belong to their kind, too."""
    first = shape.kind.startswith("conv") and shape.channels <= _FIRST_LAYER_CHANNELS
    return (shape.kind, "first layers") if first else (shape.kind,)


def _is_same(row: Mapping[str, Any]) -> bool:
    """Whether the outputs are as many as with TFLite's padding `same`."""
    return all(row[f"out_{axis}"] == -(-row[f"in_{axis}"] // row["stride"]) for axis in "hw")


def _shape(row: Mapping[str, str]) -> Shape | None:
    match = _NUMBERS.search(row["shape"])
    if match is None or not row["op"].strip():
        return None
    height, width, channels, outputs, stride, groups = (int(part or 0) for part in match.groups())
    kind, *_ = row["op"].split()
    if kind == "tconv":
        kind += row["shape"].split()[1]
    return Shape(
        kind,
        height or 1,
        width or 1,
        channels,
        outputs or channels,
        max(stride, 1),
        max(groups, 1),
        row["shape"].endswith(_PADDED),
    )


def _figures(path: Path, place: int, row: Mapping[str, str]) -> Figures:
    def number(name: str) -> float:
        text = row.get(name) or "nan"
        try:
            return float(text)
        except ValueError:
            raise ConfigError(f"{path}, row {place}, column '{name}': '{text}' is no number.") from None

    return Figures(
        number("insn_per_mac"),
        number("modelled_cycles_per_mac"),
        number("code_bytes"),
        number("scratch_bytes"),
    )
