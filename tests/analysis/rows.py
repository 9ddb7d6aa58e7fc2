"""A run and its rows to compute with, built from a few numbers through the same path as a sweep's."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from itertools import product
from typing import Any

import pandas as pd

from hilbench.power import EnergyWindow
from hilbench.provenance import Provenance
from hilbench.results import Attempt, Measurement, RunRecord, Status
from hilbench.results.recorded import record_of
from hilbench.results.rows import to_frame

CLOCK_HZ = 480_000_000
POWER_W = 0.36
NOON = datetime(2026, 5, 4, 12, 0, 0, tzinfo=UTC)

EFFICIENCY = {
    "conv2d": 1.0,
    "depthwise_conv2d": 0.125,
    "pointwise_conv2d": 1.25,
    "grouped_conv2d": 0.5,
}
"""Speed of each operator in `ladder`, relative to a standard convolution."""


def run_record(**changes: Any) -> RunRecord:
    """A run of a virtual board that has not finished."""
    cells = {
        "run_id": "20260504-120000-stm32h7-virtual",
        "board": "stm32h7-virtual",
        "provenance": Provenance.EMULATED,
        "chip": "stm32h743",
        "core": "cortex-m7",
        "grid": "quick",
        "command": "hilbench sweep --board stm32h7-virtual",
        "started": NOON,
        "hilbench_version": "0.1.0",
    }
    return RunRecord(**{**cells, **changes})


def measurement(
    operator: str = "conv2d",
    *,
    macs: int = 36_000,
    cycles: Sequence[int] = (40_000, 40_000, 40_000),
    run_uj: float | None = None,
    weight_bytes: int = 100,
    kernel: int = 3,
    channels: int = 8,
    dtype: str = "int8",
    variant: str = "reference",
    padding: str = "same",
    tuning: Mapping[str, int] | None = None,
    **changes: Any,
) -> Measurement:
    """A good row; energy where `run_uj` says how much a run took."""
    parameters = {
        "operator": operator,
        "in_h": 16,
        "in_w": 16,
        "in_c": channels,
        "out_c": channels,
        "kernel_h": kernel,
        "kernel_w": kernel,
        "stride": 1,
        "padding": padding,
        "dilation": 1,
        "groups": 1,
        "activation": "relu",
        "dtype": dtype,
        "variant": variant,
        "tuning": tuning or {},
    }
    figures = {"macs": macs, "weight_bytes": weight_bytes, "activation_bytes": 512 * channels}
    cells = {
        "workload": record_of(parameters, (16, 16), **figures),
        "board": "stm32h7-virtual",
        "chip": "stm32h743",
        "core": "cortex-m7",
        "provenance": Provenance.EMULATED,
        "status": Status.OK,
        "clock_hz": CLOCK_HZ,
        "cycles": tuple(cycles),
        "cycles_cold": max(cycles) + 500,
        "energy": _window(run_uj) if run_uj is not None else None,
        "verified": True,
        "code_bytes": 640,
        "constant_bytes": weight_bytes,
        "stack_bytes": 96,
        "toolchain": "gcc 12.2.1",
        "flags": "-O2",
        "placement": "flash",
        "cache": "on",
        "image_digest": "ab" * 32,
        "attempts": (Attempt(1, "", ""),),
        "measured_at": NOON,
    }
    return Measurement(**{**cells, **changes})


def failed(operator: str = "conv2d", *, status: Status, cause: str, **changes: Any) -> Measurement:
    """A row without numbers."""
    empty = {"cycles_cold": None, "verified": False, "status": status, "cause": cause}
    good = measurement(operator, **changes)
    return Measurement(**{**vars(good), "cycles": (), "energy": None, **empty})


def frame(*measurements: Measurement) -> pd.DataFrame:
    """The rows of one run."""
    return to_frame(measurements, "20260504-120000-stm32h7-virtual")


def ladder(
    dtypes: Iterable[str] = ("int8",),
    macs: Iterable[int] = (10_000, 40_000, 160_000, 640_000),
    *,
    energy: bool = True,
    **changes: Any,
) -> list[Measurement]:
    """Every operator of `EFFICIENCY` at the same MACs, at a cycle a MAC for the standard convolution."""
    return [
        measurement(
            operator,
            macs=count,
            cycles=(round(count / speed),) * 3,
            run_uj=count / speed / CLOCK_HZ * POWER_W * 1e6 if energy else None,
            kernel=1 if operator == "pointwise_conv2d" else 3,
            channels=4 << step,
            dtype=dtype,
            **changes,
        )
        for dtype, (operator, speed), (step, count) in product(dtypes, EFFICIENCY.items(), enumerate(macs))
    ]


def _window(run_uj: float) -> EnergyWindow:
    energy_j = run_uj * 1e-6 * 100
    seconds = energy_j / POWER_W
    return EnergyWindow(100, energy_j, 0.17, seconds, seconds, samples=2000)
