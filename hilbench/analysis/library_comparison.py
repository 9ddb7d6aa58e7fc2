"""Comparison of a run's kernels with a library's: case by case, and the geometric means of each kind."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import pandas as pd

from hilbench.analysis.baseline import Baseline, Figures, Shape, groups_of, shape_of
from hilbench.analysis.keys import CONDITIONS, describe, kernel_label, varying

FASTEST = "fastest"
"""Name in place of the variant where each shape has its fastest."""
_NOBODY = Figures()


@dataclass(frozen=True)
class ComparedCase:
    """One case in one configuration, with the library's figures for its shape.

    Attributes:
        case: what it computes.
        shape: what the library's table calls that.
        variant: how it computes it.
        setting: what else the run sweeps; empty where nothing.
        constant_bytes: read-only data: packed weights and tables; NaN where unknown.
    """

    case: str
    shape: Shape
    variant: str
    setting: str
    ours: Figures
    theirs: Figures
    constant_bytes: float

    @property
    def configuration(self) -> str:
        """The variant and whatever else the run sweeps."""
        return _joined(self.variant, self.setting)

    @property
    def insn_ratio(self) -> float:
        """Ratio of their instructions to ours; more is better for us."""
        return _quotient(self.theirs.insn_per_mac, self.ours.insn_per_mac)

    @property
    def cycles_ratio(self) -> float:
        """Ratio of their modelled cycles to ours; more is better for us."""
        return _quotient(self.theirs.cycles_per_mac, self.ours.cycles_per_mac)

    def document(self) -> dict[str, Any]:
        """Plain data, with None for what nobody says."""
        return {
            "case": self.case,
            "configuration": self.configuration,
            "ours": _plain(asdict(self.ours) | {"constant_bytes": self.constant_bytes}),
            "theirs": _plain(asdict(self.theirs)),
            **_plain({"insn_ratio": self.insn_ratio, "cycles_ratio": self.cycles_ratio}),
        }


@dataclass(frozen=True)
class Mean:
    """Geometric means over the cases of one kind in one configuration; NaN where no case has the figure."""

    group: str
    configuration: str
    cases: int
    insn_per_mac: float
    insn_ratio: float
    cycles_per_mac: float
    cycles_ratio: float

    def document(self) -> dict[str, Any]:
        """Plain data, with None for what nobody says."""
        return _plain(asdict(self))


@dataclass(frozen=True)
class LibraryComparison:
    """All cases of a run, compared with one library."""

    library: str
    cases: tuple[ComparedCase, ...]

    @property
    def means(self) -> tuple[Mean, ...]:
        """Means, one for each kind and configuration, one of the fastest variants where there are several."""
        fastest: dict[tuple[str, Shape, str], ComparedCase] = {}
        for each in self.cases:
            key = each.case, each.shape, each.setting
            fastest[key] = min(fastest.get(key, each), each, key=lambda one: one.ours.cycles_per_mac)
        members: dict[tuple[str, str], list[ComparedCase]] = {}
        if len(fastest) < len(self.cases) or len({each.variant for each in self.cases}) == 1:
            for each in self.cases:
                _enter(members, each, each.configuration)
        if len({each.variant for each in self.cases}) > 1:
            for each in fastest.values():
                _enter(members, each, _joined(FASTEST, each.setting))
        return tuple(_mean(group, name, found) for (group, name), found in members.items())

    def document(self) -> dict[str, Any]:
        """Plain data for JSON."""
        return {
            "library": self.library,
            "cases": [case.document() for case in self.cases],
            "means": [mean.document() for mean in self.means],
        }


def compare_with_library(frame: pd.DataFrame, baseline: Baseline) -> LibraryComparison:
    """Hold the int8 rows that ran against a library's figures for the same core.

    Raises:
        ConfigError: the baseline has no figures for the run's core.
    """
    rows = frame[(frame["status"] == "ok") & (frame["dtype"] == "int8")]
    for core in rows["core"].unique():
        baseline.check_core(core)
    axes = [name for name in varying(rows) if name in CONDITIONS]
    return LibraryComparison(
        baseline.library,
        tuple(_compared(row, axes, baseline) for _, row in rows.iterrows()),
    )


def _compared(row: pd.Series, axes: Iterable[str], baseline: Baseline) -> ComparedCase:
    shape = shape_of({str(name): cell for name, cell in row.items()})
    return ComparedCase(
        case=describe(row),
        shape=shape,
        variant=kernel_label(row),
        setting=_joined(*(str(row[name]) for name in axes)),
        ours=Figures(
            _number(row["insn_per_mac"]),
            _number(row["cycles_median"]) / row["macs"],
            _number(row["code_bytes"]),
            _number(row["scratch_bytes"]),
        ),
        theirs=baseline.figures.get((row["core"], shape), _NOBODY),
        constant_bytes=_number(row["constant_bytes"]),
    )


def _enter(members: dict[tuple[str, str], list[ComparedCase]], case: ComparedCase, name: str) -> None:
    for group in groups_of(case.shape):
        members.setdefault((group, name), []).append(case)


def _joined(*parts: str) -> str:
    return " · ".join(filter(None, parts))


def _mean(group: str, configuration: str, members: list[ComparedCase]) -> Mean:
    return Mean(
        group,
        configuration,
        len(members),
        insn_per_mac=_geometric(each.ours.insn_per_mac for each in members),
        insn_ratio=_geometric(each.insn_ratio for each in members),
        cycles_per_mac=_geometric(each.ours.cycles_per_mac for each in members),
        cycles_ratio=_geometric(each.cycles_ratio for each in members),
    )


def _quotient(theirs: float, ours: float) -> float:
    """Quotient of theirs by ours; NaN where ours is no count."""
    return theirs / ours if ours else math.nan


def _geometric(values: Iterable[float]) -> float:
    known = [value for value in values if value > 0]
    return float(np.exp(np.mean(np.log(known)))) if known else math.nan


def _number(value: Any) -> float:  # noqa: ANN401  # a cell
    return math.nan if pd.isna(value) else float(value)


def _plain(values: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: None if isinstance(value, float) and math.isnan(value) else value
        for name, value in values.items()
    }
