"""The few figures of networks that a reader should take away."""

from __future__ import annotations

import pandas as pd

from hilbench.analysis import network_name
from hilbench.report.highlights import Finding
from hilbench.report.numbers import MISSING, compact, exists, integer, significant
from hilbench.report.selection import ran
from hilbench.report.tables.networks import arena_bytes, flash_bytes

_ROUNDED = 32
"""Bytes by which an arena is larger than the plan at most, as it is aligned."""


def network_highlights(frame: pd.DataFrame) -> list[Finding]:
    """Figures of the network, or of several the ends of their ranges.

    Args:
        frame: rows of networks.
    """
    rows = ran(frame)
    if len(frame) == len(rows) == 1:
        return _one(rows.iloc[0])
    verified = Finding(f"{len(rows)} of {len(frame)}", "networks verified", "bit for bit with the reference")
    if rows.empty:
        return [verified]
    return [
        verified,
        _end(rows, "latency_us", "ms at most", greatest=True, scale=1e-3),
        _end(rows, "mac_per_cycle", "MAC per cycle, at best", greatest=True),
        _end(rows, "mac_per_cycle", "MAC per cycle, at worst", greatest=False),
        _end(rows, "ram_bytes", "KiB of RAM at most", greatest=True, scale=1 / 1024),
    ]


def _one(row: pd.Series) -> list[Finding]:
    percent, details = row["energy_uncertainty_pct"], row["network"]
    sure = f"±{percent:g} %, " if exists(percent) else ""
    macs = f"nominal: by the {compact(float(row['macs']))} MAC of the model file"
    if details is not None and details.live_macs != row["macs"]:
        macs += f", {compact(details.live_macs)} of them live"
    energy = row["energy_uj"]
    return [
        Finding(
            f"{significant(row['latency_us'] / 1e3)} ms",
            "latency of a run",
            f"{integer(row['cycles_median'])} cycles, warm",
        ),
        Finding(
            f"{significant(energy)} µJ" if exists(energy) else MISSING,
            "energy of a run",
            f"{sure}all that the supply delivered" if exists(energy) else "not measured",
        ),
        Finding(significant(row["mac_per_cycle"]), "MAC per cycle", macs),
        Finding(
            f"{significant(row['ram_bytes'] / 1024)} KiB",
            "of RAM",
            f"{_contents(row)}; {integer(row['stack_bytes'])} bytes of stack on top",
        ),
        Finding(_kib(flash_bytes(row)), "of flash", "code and constants, without the firmware"),
    ]


def _contents(row: pd.Series) -> str:
    """Contents of the RAM in words."""
    arena, taken = arena_bytes(row), float(row["ram_bytes"])
    if arena is None or taken - arena < _ROUNDED:
        return "tensors and scratch memory"
    return f"{significant(arena / 1024)} KiB for tensors and scratch memory, the rest for constants"


def _end(rows: pd.DataFrame, column: str, name: str, *, greatest: bool, scale: float = 1) -> Finding:
    values = rows[column].dropna()
    if values.empty:
        return Finding(MISSING, name, "not measured")
    numbers = values.to_numpy(float)
    row = rows.loc[values.index[int(numbers.argmax() if greatest else numbers.argmin())]]
    by = f", {row['variant']}" if rows["variant"].nunique() > 1 else ""
    return Finding(significant(float(row[column]) * scale), name, f"{network_name(row)}{by}")


def _kib(size: int | None) -> str:
    return f"{significant(size / 1024)} KiB" if size is not None else MISSING
