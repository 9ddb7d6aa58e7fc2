"""A deployment in detail, for the store and for reports: its layers, its memory plan, and other plans."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from hilbench.deploy.deployment import Deployment
from hilbench.deploy.memory import Bank
from hilbench.deploy.memory.needs import OUTPUTS
from hilbench.deploy.memory.search import curve
from hilbench.deploy.placement import Placement
from hilbench.deploy.schedule import Schedule
from hilbench.results.network import (
    BankUse,
    BufferKind,
    LayerFigures,
    NetworkDetails,
    PlacedBuffer,
    PlanPoint,
    StepFigures,
)


def details_of(
    deployment: Deployment, cycles: Sequence[int] = (), energies_uj: Sequence[float] = ()
) -> NetworkDetails:
    """Details of a deployment.

    Args:
        deployment: of a network.
        cycles: measured, of each step; empty where they were not measured.
        energies_uj: of each step, µJ; empty where there was no meter.
    """
    program = deployment.program
    schedule, predicted = program.schedule, deployment.predicted_cycles
    layers = _steps_by_layer(schedule)
    order = {index: number for number, indices in enumerate(layers.values()) for index in indices}
    return NetworkDetails(
        model=schedule.name,
        live_macs=deployment.live_macs,
        layers=tuple(_layers(layers, schedule, cycles, predicted, energies_uj)),
        steps=tuple(
            StepFigures(order[index], cycles[index] if cycles else None, predicted[index])
            for index in range(len(schedule.steps))
        ),
        buffers=placed_buffers(schedule, program.placement),
        banks=bank_uses(program.placement, deployment.banks),
        plans=tuple(
            PlanPoint(each.memory.peak, round(each.cycles), len(each.segments))
            for each in curve(deployment.pieces)
        ),
    )


def placed_buffers(schedule: Schedule, placement: Placement) -> tuple[PlacedBuffer, ...]:
    """Buffers of a memory plan in the order of banks and addresses."""
    memory = placement.memory
    banks = list(memory.bytes)
    buffers = (
        PlacedBuffer(
            name=buffer.name,
            kind=_kind(buffer.name, schedule),
            bank=memory.placements[buffer.name].bank,
            offset=memory.placements[buffer.name].offset,
            bytes=buffer.bytes,
            first=buffer.first,
            last=buffer.last,
        )
        for buffer in memory.buffers
    )
    return tuple(sorted(buffers, key=lambda each: (banks.index(each.bank), each.offset, each.first)))


def bank_uses(placement: Placement, banks: Sequence[Bank]) -> tuple[BankUse, ...]:
    """Banks with the bytes that a plan takes of them."""
    available = {bank.name: bank.bytes for bank in banks}
    return tuple(BankUse(name, taken, available.get(name)) for name, taken in placement.memory.bytes.items())


def _kind(name: str, schedule: Schedule) -> BufferKind:
    if name in schedule.inputs:
        return BufferKind.INPUT
    if name == OUTPUTS:
        return BufferKind.OUTPUT
    return BufferKind.TENSOR if name in schedule.tensors else BufferKind.SCRATCH


def _steps_by_layer(schedule: Schedule) -> Mapping[tuple[str, str], list[int]]:
    """Indices of each layer's steps, by name and operator, in the order in which the layers begin."""
    found: dict[tuple[str, str], list[int]] = {}
    for index, step in enumerate(schedule.steps):
        found.setdefault((step.layer.name, step.layer.operator.name), []).append(index)
    return found


def _layers(
    steps: Mapping[tuple[str, str], list[int]],
    schedule: Schedule,
    cycles: Sequence[int],
    predicted: Sequence[int],
    energies_uj: Sequence[float],
) -> Iterator[LayerFigures]:
    for (name, operator), indices in steps.items():
        parts = [schedule.steps[index].layer for index in indices]
        largest = max(parts, key=lambda layer: layer.macs)
        bands = f" in {len(parts)} bands" if len(parts) > 1 else ""
        yield LayerFigures(
            name=name,
            operator=operator,
            label=f"{largest.label}{bands}",
            variant=largest.kernel_label,
            dtype=str(largest.case.dtype),
            calls=len(parts),
            macs=sum(layer.macs for layer in parts if layer.weight_bytes),
            weight_bytes=largest.weight_bytes,
            activation_bytes=sum(layer.case.activation_bytes for layer in parts),
            cycles=sum(cycles[index] for index in indices) if cycles else None,
            predicted_cycles=sum(predicted[index] for index in indices),
            energy_uj=sum(energies_uj[index] for index in indices) if energies_uj else None,
        )
