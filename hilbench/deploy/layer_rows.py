"""Figures of a network layer by layer; the bands of a layer that is computed by rows are one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from hilbench.deploy.schedule import Schedule, Step


@dataclass(frozen=True)
class LayerRow:
    """A layer with its cycles.

    Attributes:
        label: of the layer, or of its largest band.
        calls: 1, or the number of its bands.
        macs: multiply-accumulates; 0 of a layer without weights, whose elements are none.
        cycles: measured; None where they were not.
        predicted_cycles: sum of the predictions of all bands.
    """

    name: str
    operator: str
    label: str
    variant: str
    calls: int
    macs: int
    cycles: int | None
    predicted_cycles: int


def layer_rows(schedule: Schedule, measured: Sequence[int], predicted: Sequence[int]) -> Iterator[LayerRow]:
    """A row for each layer, in the order in which they begin.

    Args:
        schedule: of the network.
        measured: cycles of each step; empty where they were not measured.
        predicted: cycles of each step.
    """
    groups: dict[tuple[str, str], list[int]] = {}
    for index, step in enumerate(schedule.steps):
        groups.setdefault((step.layer.name, step.layer.operator.name), []).append(index)
    for (name, operator), indices in groups.items():
        steps: list[Step] = [schedule.steps[index] for index in indices]
        largest = max(steps, key=lambda step: step.layer.macs).layer
        bands = f" in {len(steps)} bands" if len(steps) > 1 else ""
        yield LayerRow(
            name=name,
            operator=operator,
            label=f"{largest.label}{bands}",
            variant=largest.kernel_label,
            calls=len(steps),
            macs=sum(step.layer.macs for step in steps if step.layer.weight_bytes),
            cycles=sum(measured[index] for index in indices) if measured else None,
            predicted_cycles=sum(predicted[index] for index in indices),
        )
