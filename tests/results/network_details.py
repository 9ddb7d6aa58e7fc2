"""Details of a small network, as a report shows them."""

from __future__ import annotations

from dataclasses import replace

from hilbench.results.network import (
    BankUse,
    BufferKind,
    LayerFigures,
    NetworkDetails,
    PlacedBuffer,
    PlanPoint,
    StepFigures,
)

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
