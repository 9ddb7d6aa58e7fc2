"""A run for commands to tell about."""

from __future__ import annotations

from datetime import UTC, datetime

from hilbench.provenance import Provenance
from hilbench.results import RunRecord

RUN = RunRecord(
    run_id="20260504-120000-bench",
    board="bench",
    provenance=Provenance.MEASURED,
    chip="stm32h743",
    core="cortex-m7",
    grid="quick",
    command="hilbench sweep",
    started=datetime(2026, 5, 4, tzinfo=UTC),
    hilbench_version="0.1.0",
)
