"""Kernels of a network: for every layer the fastest, unless the memory asks for a smaller one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from hilbench.deploy.placement import Placement, place
from hilbench.deploy.schedule import Schedule
from hilbench.errors import DoesNotFit, ModelError
from hilbench.operators.layer import Layer
from hilbench.prediction import Predictor
from hilbench.tuning.selection import Budget, Candidate, choose


@dataclass(frozen=True, repr=False)
class Selection:
    """A schedule whose layers have their kernels, and what is expected of it.

    Attributes:
        placement: of all tensors.
        cycles: predicted for each step; the network's are about their sum.
    """

    schedule: Schedule
    placement: Placement
    cycles: tuple[int, ...]


def select(schedule: Schedule, predictor: Predictor, ram: int) -> Selection:
    """Choose a kernel for every layer.

    Args:
        schedule: its layers may have any variant.
        predictor: says what each candidate takes.
        ram: bytes of RAM that there are for tensors and scratch memory.

    Raises:
        DoesNotFit: no choice fits; the sentence says how much is missing, and which tensors take it.
        ModelError: a layer has no kernel that builds and runs.
    """
    candidates = _candidates(schedule, predictor)
    chosen = [0] * len(schedule.steps)
    while True:
        current = _with_kernels(schedule, candidates, chosen)
        placement = place(current)
        if placement.bytes <= ram:
            cycles = tuple(_cycles(field[index]) for field, index in zip(candidates, chosen, strict=True))
            return Selection(current, placement, cycles)
        smaller = _smaller(schedule, candidates, chosen, placement.bytes)
        if smaller is None:
            place(current, ram)  # says what is missing
            raise DoesNotFit(f"{schedule.name} needs {placement.bytes - ram} bytes of RAM more.")
        chosen[smaller] += 1


def _candidates(schedule: Schedule, predictor: Predictor) -> list[Sequence[Candidate]]:
    """Candidates of each step that run, the fastest first; of two the second needs less scratch memory."""
    choices = choose((step.layer for step in schedule.steps), predictor, Budget())
    fields: dict[Layer, Sequence[Candidate]] = {}
    for choice in choices:
        running = sorted((each for each in choice.candidates if each.prediction), key=_cycles)
        if not running:
            raise ModelError(f"The layer {choice.problem} does not run: {choice.candidates[0].obstacle}")
        kept = [running[0]]
        kept += [each for each in running[1:] if _scratch(each) < min(map(_scratch, kept))]
        fields[choice.problem] = kept
    return [fields[step.layer.problem] for step in schedule.steps]


def _with_kernels(
    schedule: Schedule, candidates: Sequence[Sequence[Candidate]], chosen: Sequence[int]
) -> Schedule:
    """The schedule with the candidates of these numbers."""
    layers = [field[number].case for field, number in zip(candidates, chosen, strict=True)]
    steps = zip(schedule.steps, layers, strict=True)
    return replace(
        schedule,
        steps=tuple(
            replace(step, layer=step.layer.with_kernel(layer.variant, layer.tuning)) for step, layer in steps
        ),
    )


def _smaller(
    schedule: Schedule, candidates: Sequence[Sequence[Candidate]], chosen: Sequence[int], size: int
) -> int | None:
    """The step whose next candidate saves the most memory for the fewest cycles; None where none does."""
    best: tuple[float, int] | None = None
    for index, field in enumerate(candidates):
        if chosen[index] + 1 == len(field):
            continue
        tried = [*chosen[:index], chosen[index] + 1, *chosen[index + 1 :]]
        saved = size - place(_with_kernels(schedule, candidates, tried)).bytes
        current, following = field[chosen[index]], field[chosen[index] + 1]
        price = (_cycles(following) - _cycles(current)) / saved if saved > 0 else float("inf")
        if saved > 0 and (best is None or price < best[0]):
            best = price, index
    return best[1] if best else _at_the_peak(candidates, chosen)


def _at_the_peak(candidates: Sequence[Sequence[Candidate]], chosen: Sequence[int]) -> int | None:
    """The step with the largest scratch memory of those that have a smaller candidate.

    Two steps may need as much, so that neither saves anything alone.
    """
    larger = {
        _scratch(field[number]): index
        for index, (field, number) in enumerate(zip(candidates, chosen, strict=True))
        if number + 1 < len(field)
    }
    return larger[max(larger)] if larger else None


def _cycles(candidate: Candidate) -> int:
    return candidate.prediction.cycles if candidate.prediction else 0


def _scratch(candidate: Candidate) -> int:
    return candidate.prediction.scratch_bytes if candidate.prediction else 0
