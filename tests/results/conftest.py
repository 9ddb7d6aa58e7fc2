"""A run and a measurement with every cell filled, to vary from."""

from __future__ import annotations

import pytest

from hilbench.environment import Environment
from hilbench.operators import WorkloadRecord
from hilbench.power import EnergyWindow
from hilbench.provenance import Provenance
from hilbench.results import Attempt, Measurement, RunRecord, Status
from hilbench.results.recorded import record_of
from tests.analysis.rows import NOON, run_record


@pytest.fixture
def case() -> WorkloadRecord:
    """A 3x3 convolution, 16x16x8 to 14x14x4."""
    parameters = {
        "operator": "conv2d",
        "in_h": 16,
        "in_w": 16,
        "in_c": 8,
        "out_c": 4,
        "kernel_h": 3,
        "kernel_w": 3,
        "stride": 1,
        "padding": "valid",
        "dilation": 1,
        "groups": 1,
        "activation": "relu",
        "dtype": "int8",
        "variant": "reference",
    }
    return record_of(parameters, (14, 14), macs=56448, weight_bytes=336, activation_bytes=2832)


@pytest.fixture
def run() -> RunRecord:
    """A run on a twin that has not finished."""
    return run_record(
        twin_of="stm32h7",
        command="hilbench sweep --board stm32h7",
        environment=Environment(meter="ppk2", probe="remote"),
    )


@pytest.fixture
def measurement(case: WorkloadRecord) -> Measurement:
    """A good row: 1000 cycles at 1 MHz, 10 runs of 2 uJ over an idle power of 1 mW."""
    return Measurement(
        workload=case,
        board="stm32h7-virtual",
        chip="stm32h743",
        core="cortex-m7",
        provenance=Provenance.EMULATED,
        status=Status.OK,
        clock_hz=1_000_000,
        cycles=(1000, 1000, 1002, 998),
        cycles_cold=1500,
        instructions=28_224,
        energy=EnergyWindow(10, energy_j=2e-5, idle_w=1e-3, meter_s=0.01, core_s=0.01, samples=1000),
        verified=True,
        code_bytes=512,
        constant_bytes=336,
        ram_bytes=3856,
        scratch_bytes=1024,
        stack_bytes=96,
        toolchain="gcc 12.2.1",
        flags="-O2",
        placement="flash",
        cache="icache+dcache",
        image_digest="ab" * 32,
        attempts=(Attempt(1, "link", "noise", "reset"), Attempt(2, "", "")),
        environment=Environment(device={"flash_ws": "4"}),
        measured_at=NOON,
    )
