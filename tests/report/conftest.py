"""A run, its rows and an energy window to report on."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import pytest

from hilbench.environment import Environment
from hilbench.power import Edge, PowerTrace
from hilbench.results import ExampleTrace, Measurement, RunRecord, Status
from tests.analysis.rows import NOON, failed, ladder, measurement, run_record

IDLE_A, RUN_A = 0.05, 0.11


@pytest.fixture(scope="session")
def run() -> RunRecord:
    """A finished run on a twin."""
    return run_record(
        twin_of="stm32h7",
        command="hilbench sweep --board stm32h7",
        finished=NOON + timedelta(seconds=75),
        environment=Environment(meter="PPK2 HILBENCH"),
    )


@pytest.fixture(scope="session")
def measurements() -> list[Measurement]:
    """Both data types, an operator without weights, and two cases that failed."""
    return [
        *ladder(("int8", "float32")),
        measurement("max_pool2d", weight_bytes=0, kernel=2, run_uj=5),
        failed("conv2d", channels=64, status=Status.VERIFY_FAILED, cause="Output 3 is 17 instead of 18."),
        failed("conv2d", channels=512, status=Status.SKIPPED, cause="It needs 1.3 MiB of 1.0 MiB of RAM."),
    ]


@pytest.fixture(scope="session")
def example() -> ExampleTrace:
    """10 ms at 110 mA between 2 ms of idling at 50 mA, at 100 kS/s and 3.3 V."""
    current = np.concatenate([np.full(200, IDLE_A), np.full(1000, RUN_A), np.full(200, IDLE_A)])
    start, stop = Edge(200, rising=False), Edge(1200, rising=True)
    trace = PowerTrace(current, np.full(1400, 3.3), 100_000, (start, stop))
    return ExampleTrace("conv2d 16x16x8->8 k3x3", trace, start, stop, iterations=50)
