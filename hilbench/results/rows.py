"""Rows: a measurement as the columns that people read, plot and compare."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Iterable, Mapping, Sequence
from enum import Enum
from functools import partial
from pathlib import Path
from typing import Any, TextIO

import pandas as pd

from hilbench.cases import OperatorCase
from hilbench.documents import read_table
from hilbench.errors import ConfigError
from hilbench.power import EnergyWindow
from hilbench.provenance import Provenance
from hilbench.results import cells
from hilbench.results.measurement import Measurement, Status
from hilbench.results.statistics import summarize


class Kind(Enum):
    """What a column holds, by the pandas type that keeps its empty cells empty."""

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
}
"""The columns of `results.csv`, in order; cells that do not exist are empty, never zero.

New ones come last, so that whoever reads by position goes on reading the same.
"""

_FIRST_VERSION = frozenset(list(COLUMNS)[: list(COLUMNS).index("energy_uncertainty_pct")])
"""Columns that files of every version have."""

DETAILS: dict[str, Kind | None] = {"cause": Kind.TEXT, "samples": None}
"""What a frame holds beside `COLUMNS` and a CSV does not.

Why a case failed (a sentence), and the warm samples in cycles as a tuple.
"""

_FILLED = (
    *("board", "provenance", "chip", "core", "status", "operator", "variant", "dtype"),
    *("in_h", "in_w", "in_c", "out_h", "out_w", "out_c", "kernel_h", "kernel_w"),
    *("stride", "dilation", "groups", "activation", "macs"),
)
"""Columns of a whole row that are never empty."""

_PARSERS: dict[Kind, Callable[[str], Any]] = {
    Kind.TEXT: cells.plain,
    Kind.COUNT: cells.count,
    Kind.NUMBER: cells.number,
    Kind.FLAG: cells.flag,
}
_POSITIVE = partial(cells.count, least=1)
_OWN_PARSERS: dict[str, Callable[[str], Any]] = {
    "provenance": partial(cells.word, words=Provenance),
    "status": partial(cells.word, words=Status),
    "measured_at": cells.moment,
    "energy_above_idle_uj": partial(cells.number, least=-1e30),
    "clock_hz": _POSITIVE,
    "iterations": _POSITIVE,
    **dict.fromkeys(_FILLED[_FILLED.index("in_h") : _FILLED.index("activation")], _POSITIVE),
}
"""Columns that are more particular than their kind."""


def to_frame(measurements: Iterable[Measurement], run_id: str = "") -> pd.DataFrame:
    """One row a measurement, with `COLUMNS` and then `DETAILS`; the eta columns are still empty."""
    return _typed([_row(measurement, run_id) for measurement in measurements])


def write_csv(frame: pd.DataFrame, target: Path | TextIO) -> None:
    """Write `COLUMNS` of `frame`, and nothing else, to a path or an open text file; UTF-8.

    Text that a spreadsheet would take for a formula has an apostrophe before it, as in `'-O2`.

    Raises:
        ConfigError: the file cannot be written.
    """
    texts = {name: frame[name].map(cells.neutral) for name, kind in COLUMNS.items() if kind is Kind.TEXT}
    verified = frame["verified"].map({True: "true", False: "false"})
    table = frame.loc[:, list(COLUMNS)].assign(**texts, verified=verified)
    try:
        if isinstance(target, Path):
            target.parent.mkdir(parents=True, exist_ok=True)
        table.to_csv(target, index=False, lineterminator="\n")
    except BrokenPipeError:
        raise  # the reader of standard output, as `head`, had enough
    except OSError as error:
        raise ConfigError(f"Cannot write {target}: {error.strerror}; choose another place.") from error


def read_csv(
    path: Path, required: Iterable[str] = tuple(COLUMNS), filled: Iterable[str] = _FILLED
) -> pd.DataFrame:
    """The frame that `write_csv` wrote as `path`; its `DETAILS` are empty.

    Args:
        path: the file; columns that results do not have are passed over.
        required: columns that it must have; others that it lacks are empty.
        filled: columns in which no cell may be empty.

    Raises:
        ConfigError: the file cannot be read, or is not a table of results.
    """
    expected = (name for name in required if name in _FIRST_VERSION)
    lines = read_table(path, "a results.csv of hilbench", expected)
    filled = tuple(filled)
    rows = []
    for line, row in enumerate(lines, start=1):
        if empty := [name for name in filled if not row.get(name)]:
            raise ConfigError(f"{path}, row {line}: '{empty[0]}' is empty, so it tells no case.")
        rows.append(_parse(path, line, row))
    return _typed(rows)


def _typed(rows: list[dict[str, Any]]) -> pd.DataFrame:
    columns = {**COLUMNS, **DETAILS}
    return pd.DataFrame(
        {
            name: pd.Series([row.get(name) for row in rows], dtype=kind.value if kind else object)
            for name, kind in columns.items()
        }
    ).fillna({name: "" for name, kind in columns.items() if kind is Kind.TEXT})


def _parse(path: Path, line: int, row: Mapping[str, str]) -> dict[str, Any]:
    values = {}
    for name, kind in COLUMNS.items():
        if cell := row.get(name):
            try:
                values[name] = _OWN_PARSERS.get(name, _PARSERS[kind])(cell)
            except ValueError as error:
                raise ConfigError(f"{path}, row {line}: the cell in '{name}' cannot be: {error}.") from error
    if "tuning" not in row:  # as earlier versions wrote it: the variant with its tuning behind it
        values["variant"], _, values["tuning"] = values.get("variant", "").partition(" ")
    return values


def _row(measurement: Measurement, run_id: str) -> dict[str, Any]:
    return {
        "run_id": run_id,
        "board": measurement.board,
        "provenance": str(measurement.provenance),
        "chip": measurement.chip,
        "core": measurement.core,
        "clock_hz": measurement.clock_hz,
        "predictor": measurement.predictor or "",
        **_case_cells(measurement.case),
        "code_bytes": measurement.code_bytes,
        "stack_bytes": measurement.stack_bytes,
        "ram_bytes": measurement.ram_bytes,
        "scratch_bytes": measurement.scratch_bytes,
        "constant_bytes": measurement.weight_bytes,
        **_instruction_cells(measurement),
        "toolchain": measurement.toolchain,
        "flags": measurement.flags,
        "placement": measurement.placement,
        "cache": measurement.cache,
        **_latency_cells(measurement),
        **_energy_cells(measurement.energy, measurement.case.macs),
        "verified": measurement.verified,
        "attempts": len(measurement.attempts) or None,
        "status": str(measurement.status),
        "cause": measurement.cause,
        "probe_serial": measurement.environment.get("probe_id", ""),
        "meter_serial": measurement.environment.get("meter_serial", ""),
        "choice": measurement.environment.get("choice", ""),
        "image_digest": measurement.image_digest,
        "measured_at": measurement.measured_at.isoformat() if measurement.measured_at else "",
    }


def _case_cells(case: OperatorCase) -> dict[str, Any]:
    parameters = case.parameters()
    own = {name: parameters[name] for name in COLUMNS if name in parameters}
    (stride, stride_w), (dilation, dilation_w) = case.window.stride, case.window.dilation
    return own | {
        "problem": case.problem,
        "in_h": case.in_h,
        "in_w": case.in_w,
        "in_c": case.in_c,
        "stride": stride,
        "stride_w": stride_w,
        "dilation": dilation,
        "dilation_w": dilation_w,
        "tuning": str(case.tuning),
        "out_h": case.out_h,
        "out_w": case.out_w,
        "macs": case.macs,
        "weight_bytes": case.weight_bytes,
        "activation_bytes": case.activation_bytes,
        "case": case.digest,
        "label": str(case),
    }


def _latency_cells(measurement: Measurement) -> dict[str, Any]:
    if not measurement.cycles:
        return {}
    cycles = summarize(measurement.cycles)
    medians = [cycles.median, *(statistics.median(samples) for samples in measurement.layouts)]
    clock_hz = measurement.clock_hz
    return {
        "iterations": cycles.count,
        "cycles_median": cycles.median,
        "cycles_min": int(cycles.minimum),
        "cycles_max": int(cycles.maximum),
        "cycles_mad": cycles.mad,
        "cycles_ci_low": min(cycles.ci_low, *medians),
        "cycles_ci_high": max(cycles.ci_high, *medians),
        "layout_spread_pct": _spread_pct(medians) if measurement.layouts else None,
        "cycles_cold": measurement.cycles_cold,
        "latency_us": cycles.median / clock_hz * 1e6 if clock_hz else None,
        "mac_per_cycle": measurement.case.macs / cycles.median if cycles.median else None,
        "samples": measurement.cycles,
    }


def _spread_pct(medians: Sequence[float]) -> float | None:
    """How far the medians in all layouts lie apart, % of that in layout 0."""
    return 100 * (max(medians) - min(medians)) / medians[0] if medians[0] else None


def _instruction_cells(measurement: Measurement) -> dict[str, Any]:
    count, macs = measurement.instructions, measurement.case.macs
    return {"instructions": count, "insn_per_mac": count / macs if count is not None and macs else None}


def _energy_cells(window: EnergyWindow | None, macs: int) -> dict[str, Any]:
    if window is None:
        return {}
    run_j = window.energy_j / window.iterations
    idle_j = window.idle_w * window.meter_s / window.iterations
    return {
        "energy_uj": run_j * 1e6,
        "energy_above_idle_uj": (run_j - idle_j) * 1e6,
        "power_mw": window.energy_j / window.meter_s * 1e3,
        "nj_per_mac": run_j * 1e9 / macs if macs else None,
        "gops_per_w": 2 * macs / run_j / 1e9 if run_j > 0 else None,
        "energy_uncertainty_pct": window.uncertainty_pct,
    }
