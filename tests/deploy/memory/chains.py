"""Random networks of image operators, which can be streamed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from hypothesis import strategies as st

from hilbench.deploy.memory.pieces import Pieces
from hilbench.deploy.schedule import Schedule, Step
from hilbench.operators import Layer, Tuning, load_operators
from hilbench.tensors import TensorSpec

REGISTRY = load_operators()


@st.composite
def chains(draw: st.DrawFn, longest: int = 6) -> Schedule:
    """Convolutions, pools and sums of images, most of them with a skip connection."""
    specs = {
        "t0": TensorSpec((1, draw(st.integers(9, 24)), draw(st.integers(3, 8)), draw(st.integers(1, 4))))
    }
    steps: list[Step] = []
    for index in range(1, 1 + draw(st.integers(2, longest))):
        name, before = f"t{index}", f"t{index - 1}"
        equal: list[str] = [other for other in specs if specs[other] == specs[before] and other != before]
        joins: bool = draw(st.booleans())
        if equal and joins:
            inputs: tuple[str, ...] = (before, draw(st.sampled_from(equal)))
            parameters: dict[str, Any] = {"operator": "add"}
        else:
            inputs = (before,)
            parameters = draw(_windowed(specs[before]))
        shape = dict(zip(("in_h", "in_w", "in_c"), specs[before].shape[1:], strict=True))
        drawn = REGISTRY.layer(**shape, **parameters)
        layer = replace(drawn, own_constants=drawn.constants, name=name)
        steps.append(Step(layer, inputs, (name,)))
        specs[name] = layer.outputs[0]
    last = steps[-1].outputs[0]
    return Schedule("chain", tuple(steps), specs, ("t0",), (last,), (specs[last],))


def wide_middle(*, upsampled: bool) -> Schedule:
    """A convolution to many channels and one back to few, behind an upsampling that has no bands."""
    parameters: list[dict[str, Any]] = [
        {"operator": "conv2d", "out_c": 24, "kernel_h": 3, "kernel_w": 3},
        {"operator": "pointwise_conv2d", "out_c": 2},
    ]
    if upsampled:
        parameters.insert(0, {"operator": "upsample_nearest", "stride": 2})
    specs, steps = {"t0": TensorSpec((1, 12, 12, 2))}, list[Step]()
    for index, each in enumerate(parameters):
        shape = dict(zip(("in_h", "in_w", "in_c"), specs[f"t{index}"].shape[1:], strict=True))
        layer = replace(REGISTRY.layer(**shape, **each), name=f"t{index + 1}")
        steps.append(Step(layer, (f"t{index}",), (f"t{index + 1}",)))
        specs[f"t{index + 1}"] = layer.outputs[0]
    last = steps[-1].outputs[0]
    return Schedule("wide", tuple(steps), specs, ("t0",), (last,), (specs[last],))


@st.composite
def _windowed(draw: st.DrawFn, spec: TensorSpec) -> dict[str, Any]:
    """A convolution or pooling of an image, and its window."""
    operators = ["conv2d", "depthwise_conv2d", "pointwise_conv2d", "max_pool2d", "average_pool2d", "sigmoid"]
    operator = draw(st.sampled_from(operators))
    if operator == "sigmoid":
        return {"operator": operator}
    _, height, width, _ = spec.shape
    kernels = [kernel for kernel in (1, 2, 3, 5) if kernel <= min(height, width)]
    found: dict[str, Any] = {"operator": operator, "stride": draw(st.sampled_from([1, 1, 2]))}
    if operator != "pointwise_conv2d":
        found |= {"kernel_h": draw(st.sampled_from(kernels)), "kernel_w": draw(st.sampled_from(kernels))}
        found["padding"] = draw(st.sampled_from(["same", "valid"]))
    if operator in {"conv2d", "pointwise_conv2d"}:
        found["out_c"] = draw(st.integers(1, 5))
    return found


def kernels(layer: Layer) -> list[Layer]:
    """The layer by its kernels, and by the fast one with little scratch memory."""
    found = [layer.with_kernel(name) for name in layer.variants if name in {"reference", "dsp"}]
    if "dsp" in layer.variants:
        found.append(layer.with_kernel("dsp", Tuning(band_kib=1)))
    return found


def cycles(layer: Layer) -> float:
    """Cycles as an estimate: plain C is slow, and small bands are a little slower than large ones."""
    factor = 8.0 if layer.variant == "reference" and len(layer.variants) > 1 else 1.0
    return 100 + layer.macs * factor * (1 + 0.05 / layer.tuning.band_kib)


def pieces_of(schedule: Schedule) -> Pieces:
    """The pieces of a schedule with these kernels and cycles."""
    candidates: Sequence[Sequence[Layer]] = [kernels(step.layer) for step in schedule.steps]
    return Pieces(schedule, candidates, cycles, REGISTRY["strided_slice"])
