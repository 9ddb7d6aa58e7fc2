"""Rows: a measurement as the columns that people read, plot and compare."""

from __future__ import annotations

import statistics
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import pandas as pd

from hilbench.operators import WorkloadRecord
from hilbench.power import EnergyWindow
from hilbench.results.columns import COLUMNS, typed_frame
from hilbench.results.measurement import Measurement
from hilbench.results.statistics import summarize


def to_frame(measurements: Iterable[Measurement], run_id: str = "") -> pd.DataFrame:
    """One row a measurement, with `COLUMNS` and then `DETAILS`; the eta columns are still empty."""
    return typed_frame([_row(measurement, run_id) for measurement in measurements])


def _row(measurement: Measurement, run_id: str) -> dict[str, Any]:
    return {
        "run_id": run_id,
        "board": measurement.board,
        "provenance": str(measurement.provenance),
        "chip": measurement.chip,
        "core": measurement.core,
        "clock_hz": measurement.clock_hz,
        "predictor": measurement.predictor or "",
        **_workload_cells(measurement.workload),
        "code_bytes": measurement.code_bytes,
        "stack_bytes": measurement.stack_bytes,
        "ram_bytes": measurement.ram_bytes,
        "scratch_bytes": measurement.scratch_bytes,
        "constant_bytes": measurement.constant_bytes,
        **_instruction_cells(measurement),
        "toolchain": measurement.toolchain,
        "flags": measurement.flags,
        "placement": measurement.placement,
        "cache": measurement.cache,
        **_latency_cells(measurement),
        **_energy_cells(measurement.energy, measurement.workload.macs),
        "verified": measurement.verified,
        "attempts": len(measurement.attempts) or None,
        "status": str(measurement.status),
        "cause": measurement.cause,
        "probe_serial": measurement.environment.probe_id,
        "meter_serial": measurement.environment.meter_serial,
        "member": measurement.environment.member,
        "choice": measurement.environment.choice,
        "image_digest": measurement.image_digest,
        "measured_at": measurement.measured_at.isoformat() if measurement.measured_at else "",
        "network": measurement.network,
        "oracle": str(measurement.workload.parameters.get("oracle", "")),
    }


_WITHOUT_WINDOW: Mapping[str, Any] = {
    "kernel_h": 1,
    "kernel_w": 1,
    "stride": 1,
    "dilation": 1,
    "groups": 1,
    "padding": "",
    "activation": "none",
}
"""Parameters of what slides no window itself, as a whole network."""


def _workload_cells(workload: WorkloadRecord) -> dict[str, Any]:
    parameters = {**_WITHOUT_WINDOW, **workload.parameters}
    own = {name: parameters[name] for name in COLUMNS if name in parameters}
    stride, stride_w = _both(parameters["stride"])
    dilation, dilation_w = _both(parameters["dilation"])
    _, in_h, in_w, in_c = workload.inputs[0].padded_shape
    _, out_h, out_w, out_c = workload.outputs[0].padded_shape
    general = {"variant": workload.variant, "dtype": str(workload.inputs[0].dtype), "out_c": out_c}
    return (
        general
        | own
        | {
            "problem": workload.problem_digest,
            "in_h": in_h,
            "in_w": in_w,
            "in_c": in_c,
            "stride": stride,
            "stride_w": stride_w,
            "dilation": dilation,
            "dilation_w": dilation_w,
            "tuning": workload.tuning,
            "out_h": out_h,
            "out_w": out_w,
            "macs": workload.macs,
            "weight_bytes": workload.weight_bytes,
            "activation_bytes": workload.activation_bytes,
            "case": workload.digest,
            "label": str(workload),
        }
    )


def _both(value: int | str | None) -> tuple[int | None, int | None]:
    """Height and width of a parameter that is one number for both, or height x width."""
    if not isinstance(value, str):
        return value, value
    height, width = map(int, value.split("x"))
    return height, width


def _latency_cells(measurement: Measurement) -> dict[str, Any]:
    if not measurement.cycles:
        return {}
    cycles = summarize(measurement.cycles)
    medians = [cycles.median, *(statistics.median(samples) for samples in measurement.layouts)]
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
        "latency_us": measurement.latency_us,
        "mac_per_cycle": measurement.workload.macs / cycles.median if cycles.median else None,
        "samples": measurement.cycles,
    }


def _spread_pct(medians: Sequence[float]) -> float | None:
    """Spread of the medians in all layouts, % of that in layout 0."""
    return 100 * (max(medians) - min(medians)) / medians[0] if medians[0] else None


def _instruction_cells(measurement: Measurement) -> dict[str, Any]:
    count, macs = measurement.instructions, measurement.workload.macs
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
