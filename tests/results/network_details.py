"""A row of a small network with its details, as a report shows them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from hilbench.operators import WorkloadRecord
from hilbench.power import EnergyWindow
from hilbench.results import Measurement
from hilbench.results.network import (
    NETWORK,
    BankUse,
    BufferKind,
    LayerFigures,
    NetworkDetails,
    PlacedBuffer,
    PlanPoint,
    StepFigures,
)
from hilbench.tensors import ElementType, TensorSpec
from tests.analysis.rows import measurement

CONVOLUTION = LayerFigures(
    name="scope/first/Relu;scope/first/Conv2D",
    operator="conv2d",
    label="conv2d 8x8x4->8 k3x3 same relu int8",
    variant="dsp",
    dtype="int8",
    calls=2,
    macs=18_432,
    weight_bytes=400,
    activation_bytes=768,
    cycles=9_000,
    predicted_cycles=8_800,
    energy_uj=5.5,
)
SOFTMAX = replace(
    CONVOLUTION,
    name="scope/shares",
    operator="softmax",
    label="softmax 1x1x8->8 int8",
    variant="reference",
    calls=1,
    macs=0,
    weight_bytes=0,
    activation_bytes=16,
    cycles=1_000,
    predicted_cycles=1_100,
    energy_uj=0.5,
)


def details(
    model: str = "small", layers: tuple[LayerFigures, ...] = (CONVOLUTION, SOFTMAX)
) -> NetworkDetails:
    """A convolution in two bands, then a softmax."""
    steps = [StepFigures(0, 4_000, 3_900), StepFigures(0, 5_000, 4_900), StepFigures(1, 1_000, 1_100)]
    return NetworkDetails(
        model=model,
        live_macs=18_432,
        layers=layers,
        steps=tuple(steps),
        buffers=(
            PlacedBuffer("outputs", BufferKind.OUTPUT, "ram", 0, 8, 2, 3),
            PlacedBuffer("scope/first/Conv2D", BufferKind.TENSOR, "ram", 0, 512, 0, 2),
            PlacedBuffer("input", BufferKind.INPUT, "ram", 512, 256, -1, 1),
            PlacedBuffer("scratch of step 0", BufferKind.SCRATCH, "ram", 768, 128, 0, 0),
        ),
        banks=(BankUse("ram", 896, 65_536),),
        plans=(PlanPoint(2_000, 8_000, 0), PlanPoint(896, 9_900, 1)),
    )


def network(name: str = "small", **changes: Any) -> Measurement:
    """A good row of a network: 10 000 cycles, 6 µJ, with its details."""
    record = WorkloadRecord(
        digest=f"{name:_<16}",
        problem_digest=f"{name:_<16}",
        label=f"network {name}",
        variant="selected",
        tuning="",
        parameters={"operator": NETWORK, "name": name, "layers": [], "arena_bytes": 896},
        inputs=(TensorSpec((1, 8, 8, 4), ElementType.INT8),),
        outputs=(TensorSpec((1, 8), ElementType.INT8),),
        macs=20_000,
        weight_bytes=400,
        activation_bytes=264,
    )
    window = EnergyWindow(100, 6e-4, 0.1, 2e-3, 2e-3, samples=2000, uncertainty_pct=30.0)
    cells = {
        "energy": window,
        "ram_bytes": 896,
        "stack_bytes": 300,
        "code_bytes": 2000,
        "constant_bytes": 500,
    }
    row = measurement(cycles=(10_000,) * 3, clock_hz=1_000_000)
    return replace(row, **{"workload": record, "network": details(name), **cells, **changes})
