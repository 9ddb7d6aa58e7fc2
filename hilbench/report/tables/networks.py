"""Networks of a run, a row each."""

from __future__ import annotations

from typing import Any

import pandas as pd

from hilbench.analysis import network_name
from hilbench.report.numbers import MISSING, exists, integer, significant
from hilbench.report.tables.table import Heading, Table
from hilbench.results.network import NetworkDetails

_CAPTION = (
    "MAC/cycle is nominal: the multiply-accumulates of the model file by the cycles that it took, also where "
    "channels that are proved constant were left out; live are those that remained. RAM holds inputs, "
    "outputs, all tensors between and scratch memory, and constants that were copied there; the stack comes "
    "on top. Flash is code and constants of the network, without the firmware. Predicted is the sum of the "
    "layers, each predicted alone."
)
_AXES = ("variant", "toolchain", "flags", "placement")
"""Columns that are shown where the networks of a run differ in them."""
_HEADINGS = (
    Heading("ms", hint="median latency of warm runs"),
    Heading("cycles", hint="median of warm runs"),
    Heading("µJ", hint="energy of a run, idle included"),
    Heading("± %", hint="uncertainty of the energy"),
    Heading("MAC/cycle", hint="nominal: of the model file"),
    Heading("MAC", hint="of the model file"),
    Heading("live MAC", hint="left when constant channels are removed"),
    Heading("RAM B"),
    Heading("flash B"),
    Heading("stack B"),
    Heading("predicted", hint="cycles, the sum of layers that were predicted alone"),
    Heading("off %", hint="predicted cycles against those that it took"),
    Heading("status", numeric=False),
)


def networks(frame: pd.DataFrame) -> Table:
    """Latency, energy and memory of each network.

    Args:
        frame: rows of networks.
    """
    axes = [name for name in _AXES if frame[name].nunique() > 1]
    headings = (
        Heading("network", numeric=False),
        *(Heading(name, numeric=False) for name in axes),
        *_HEADINGS,
    )
    rows = tuple(
        (network_name(row), *(str(row[name]) for name in axes), *_figures(row)) for _, row in frame.iterrows()
    )
    title = "The network" if len(rows) == 1 else "Networks"
    return Table("networks", title, f"{_CAPTION}{_oracles(frame)}", headings, rows)


def _oracles(frame: pd.DataFrame) -> str:
    """Sentence on what the outputs were held against; empty where a file does not say."""
    names = [str(name) for name in frame["oracle"].unique() if exists(name)]
    return f" Outputs were held against {' or '.join(names)}." if names else ""


def arena_bytes(row: pd.Series) -> int | None:
    """Bytes of tensors and scratch memory of a row's network, where they are known."""
    details: NetworkDetails | None = row["network"]
    return sum(bank.bytes for bank in details.banks) if details else None


def flash_bytes(row: pd.Series) -> int | None:
    """Code and constants of a row's network."""
    sizes = [row["code_bytes"], row["constant_bytes"]]
    return int(sum(sizes)) if all(map(exists, sizes)) else None


def _figures(row: pd.Series) -> tuple[str, ...]:
    details: NetworkDetails | None = row["network"]
    milliseconds = row["latency_us"] / 1e3 if exists(row["latency_us"]) else None
    predicted = details.predicted_cycles if details else None
    return (
        significant(milliseconds, 4),
        integer(row["cycles_median"]),
        significant(row["energy_uj"], 4),
        f"{row['energy_uncertainty_pct']:g}" if exists(row["energy_uncertainty_pct"]) else MISSING,
        significant(row["mac_per_cycle"]),
        integer(row["macs"]),
        integer(details.live_macs if details else None),
        integer(row["ram_bytes"]),
        integer(flash_bytes(row)),
        integer(row["stack_bytes"]),
        integer(predicted),
        percent_off(predicted, row["cycles_median"]),
        str(row["status"]).replace("_", " "),
    )


def percent_off(predicted: float | None, cycles: Any) -> str:  # noqa: ANN401  # a cell, which may be empty
    """Deviation of a prediction, as +1.2."""
    if predicted is None or not exists(cycles) or not cycles:
        return MISSING
    return f"{100 * (predicted / float(cycles) - 1):+.1f}"
