"""The few figures that a reader should take away, drawn from the rows themselves."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from hilbench.analysis import STANDARD, describe, overall_gain
from hilbench.report.numbers import MISSING, exists, significant
from hilbench.report.selection import mac_rows, ran, spoken, spoken_case


@dataclass(frozen=True)
class Finding:
    """A value, its unit or name, and what it belongs to."""

    value: str
    name: str
    detail: str


def highlights(frame: pd.DataFrame) -> list[Finding]:
    """Verified cases, greatest speed, least energy, least efficient operator, gain over the reference."""
    rows = mac_rows(frame)
    return [
        Finding(f"{len(ran(frame))} of {len(frame)}", "cases verified", "bit for bit with the reference"),
        _best(rows, "mac_per_cycle", "MAC per cycle, at best", greatest=True),
        _best(rows, "nj_per_mac", "nJ per MAC, at best", greatest=False),
        _least_efficient(rows),
        *_gain(frame),
    ]


def _gain(frame: pd.DataFrame) -> list[Finding]:
    gain = overall_gain(frame)
    if gain is None:
        return []
    detail = f"by the fastest variant, geometric mean of {gain.problems} problems"
    return [Finding(f"{significant(gain.speed, 2)}×", "as fast as plain C", detail)]


def _best(rows: pd.DataFrame, column: str, name: str, *, greatest: bool) -> Finding:
    values = rows[column].dropna()
    if values.empty:
        return Finding(MISSING, name, "not measured")
    numbers = values.to_numpy(float)
    place = int(numbers.argmax() if greatest else numbers.argmin())
    row = rows.loc[values.index[place]]
    percent = None if greatest else row["energy_uncertainty_pct"]
    sure = f" ±{percent:g} %" if exists(percent) else ""
    return Finding(significant(numbers[place]) + sure, name, _shown(row))


def _shown(row: pd.Series) -> str:
    return f"{spoken_case(describe(row))}, {row['variant']}"


def _least_efficient(rows: pd.DataFrame) -> Finding:
    others = rows[rows["operator"] != STANDARD]
    for column, word in (("eta_energy", "energy"), ("eta_latency", "latency")):
        medians = others.groupby("operator")[column].median().dropna()
        if len(medians):
            least = str(medians.idxmin())
            detail = f"of {spoken(least)}, the least of all operators; a standard convolution has 1"
            return Finding(significant(medians[least], 2), f"{word} η, median", detail)
    lacking = "standard convolution" if len(others) else "other operator"
    return Finding(MISSING, "efficiency η", f"no {lacking} to compare with")
