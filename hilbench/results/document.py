"""A run as one JSON document: everything that was stored, for other programs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from hilbench.results.measurement import Measurement
from hilbench.results.run import RunRecord
from hilbench.results.statistics import summarize


def run_document(run: RunRecord, measurements: Sequence[Measurement]) -> dict[str, Any]:
    """Content of `run.json`: the run, how many cases ended how, and every row with its raw samples."""
    return {
        "run": run.document(),
        "statuses": dict(Counter(str(measurement.status) for measurement in measurements)),
        "measurements": [_row(measurement) for measurement in measurements],
    }


def _row(measurement: Measurement) -> dict[str, Any]:
    measured_at = measurement.measured_at
    return {
        "case": measurement.workload.digest,
        "problem": measurement.workload.problem_digest,
        "parameters": measurement.workload.parameters,
        "macs": measurement.workload.macs,
        "status": str(measurement.status),
        "cause": measurement.cause,
        "predictor": measurement.predictor,
        "verified": measurement.verified,
        "clock_hz": measurement.clock_hz,
        "cycles": list(measurement.cycles),
        "cycles_statistics": asdict(summarize(measurement.cycles)) if measurement.cycles else None,
        "cycles_cold": measurement.cycles_cold,
        "layouts": [list(samples) for samples in measurement.layouts],
        "instructions": measurement.instructions,
        "energy": asdict(measurement.energy) if measurement.energy else None,
        "code_bytes": measurement.code_bytes,
        "weight_bytes": measurement.constant_bytes,
        "ram_bytes": measurement.ram_bytes,
        "scratch_bytes": measurement.scratch_bytes,
        "stack_bytes": measurement.stack_bytes,
        "toolchain": measurement.toolchain,
        "flags": measurement.flags,
        "placement": measurement.placement,
        "cache": measurement.cache,
        "image_digest": measurement.image_digest,
        "attempts": [asdict(attempt) for attempt in measurement.attempts],
        "environment": measurement.environment.values(),
        "measured_at": measured_at.isoformat() if measured_at else None,
        **({"network": measurement.network.document()} if measurement.network else {}),
    }
