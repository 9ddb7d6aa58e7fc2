"""The columns of `results.csv`, and the frame that has them."""

from __future__ import annotations

from enum import Enum
from typing import Any

import pandas as pd


class Kind(Enum):
    """Kind of a column's values, by the pandas type that keeps its empty cells empty."""

    TEXT = "string"
    COUNT = "Int64"
    NUMBER = "float64"
    FLAG = "bool"


COLUMNS: dict[str, Kind] = {
    "run_id": Kind.TEXT,
    "board": Kind.TEXT,
    "provenance": Kind.TEXT,
    "chip": Kind.TEXT,
    "core": Kind.TEXT,
    "clock_hz": Kind.COUNT,
    "operator": Kind.TEXT,
    "variant": Kind.TEXT,
    "dtype": Kind.TEXT,
    "in_h": Kind.COUNT,
    "in_w": Kind.COUNT,
    "in_c": Kind.COUNT,
    "out_h": Kind.COUNT,
    "out_w": Kind.COUNT,
    "out_c": Kind.COUNT,
    "kernel_h": Kind.COUNT,
    "kernel_w": Kind.COUNT,
    "stride": Kind.COUNT,
    "dilation": Kind.COUNT,
    "groups": Kind.COUNT,
    "activation": Kind.TEXT,
    "macs": Kind.COUNT,
    "weight_bytes": Kind.COUNT,
    "activation_bytes": Kind.COUNT,
    "code_bytes": Kind.COUNT,
    "stack_bytes": Kind.COUNT,
    "toolchain": Kind.TEXT,
    "flags": Kind.TEXT,
    "placement": Kind.TEXT,
    "cache": Kind.TEXT,
    "iterations": Kind.COUNT,
    "cycles_median": Kind.NUMBER,
    "cycles_min": Kind.COUNT,
    "cycles_max": Kind.COUNT,
    "cycles_mad": Kind.NUMBER,
    "cycles_ci_low": Kind.NUMBER,
    "cycles_ci_high": Kind.NUMBER,
    "cycles_cold": Kind.COUNT,
    "latency_us": Kind.NUMBER,
    "mac_per_cycle": Kind.NUMBER,
    "energy_uj": Kind.NUMBER,
    "energy_above_idle_uj": Kind.NUMBER,
    "power_mw": Kind.NUMBER,
    "nj_per_mac": Kind.NUMBER,
    "gops_per_w": Kind.NUMBER,
    "eta_energy": Kind.NUMBER,
    "eta_latency": Kind.NUMBER,
    "eta_basis": Kind.TEXT,
    "verified": Kind.FLAG,
    "attempts": Kind.COUNT,
    "status": Kind.TEXT,
    "image_digest": Kind.TEXT,
    "measured_at": Kind.TEXT,
    "energy_uncertainty_pct": Kind.NUMBER,
    "instructions": Kind.COUNT,
    "insn_per_mac": Kind.NUMBER,
    "scratch_bytes": Kind.COUNT,
    "constant_bytes": Kind.COUNT,
    "case": Kind.TEXT,
    "problem": Kind.TEXT,
    "padding": Kind.TEXT,
    "tuning": Kind.TEXT,
    "label": Kind.TEXT,
    "ram_bytes": Kind.COUNT,
    "probe_serial": Kind.TEXT,
    "meter_serial": Kind.TEXT,
    "predictor": Kind.TEXT,
    "eta_energy_same_variant": Kind.NUMBER,
    "eta_latency_same_variant": Kind.NUMBER,
    "choice": Kind.TEXT,
    "layout_spread_pct": Kind.NUMBER,
    "inputs": Kind.TEXT,
    "stride_w": Kind.COUNT,
    "dilation_w": Kind.COUNT,
    "member": Kind.TEXT,
}
"""The columns of `results.csv`, in order; cells that do not exist are empty, never zero.

New ones come last, so that whoever reads by position goes on reading the same.
"""

FIRST_VERSION = frozenset(list(COLUMNS)[: list(COLUMNS).index("energy_uncertainty_pct")])
"""Columns that files of every version have."""

DETAILS: dict[str, Kind | None] = {"cause": Kind.TEXT, "samples": None, "network": None, "oracle": Kind.TEXT}
"""Columns that a frame holds in addition to `COLUMNS` and a CSV does not.

Why a case failed (a sentence), the warm samples in cycles as a tuple; of a network its `NetworkDetails`, and
the name of what its output was held against.
"""


def typed_frame(rows: list[dict[str, Any]]) -> pd.DataFrame:
    """A frame with `COLUMNS` and `DETAILS` in their types; what a row lacks is empty."""
    columns = {**COLUMNS, **DETAILS}
    return pd.DataFrame(
        {
            name: pd.Series([row.get(name) for row in rows], dtype=kind.value if kind else object)
            for name, kind in columns.items()
        }
    ).fillna({name: "" for name, kind in columns.items() if kind is Kind.TEXT})
