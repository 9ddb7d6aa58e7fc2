"""Kernels of a network: the fastest, unless the memory asks for smaller ones or for layers in bands."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from hilbench.deploy.flash import Cost, check_constants, within_flash
from hilbench.deploy.memory import Bank
from hilbench.deploy.memory.pieces import Pieces
from hilbench.deploy.memory.rows import BandedLayer, Rows, is_banded
from hilbench.deploy.memory.search import PlannedSchedule, fastest_plan
from hilbench.deploy.placed_layer import placed_steps
from hilbench.deploy.placement import Placement, placed
from hilbench.deploy.schedule import Schedule
from hilbench.errors import DoesNotFit, HilbenchError, ModelError
from hilbench.operators import Layer, Registry, Tuning
from hilbench.prediction import LayerPredictor, Prediction
from hilbench.tuning.selection import BestOf, Budget, choose, untuned

_SMALL_BANDS = {4: 1.02, 1: 1.06}
"""Cycles of a kernel with bands of so many KiB, in those of the usual bands: an estimate for the search."""
_SHARES = (2, 4, 8, 16)
"""Parts of a layer's rows that are tried, one after the other, where it does not run as a whole."""


@dataclass(frozen=True, repr=False)
class Selection:
    """A schedule whose layers have their kernels, and what is expected of it.

    Attributes:
        placement: of all tensors.
        cycles: predicted for each step; the network's are about their sum.
        pieces: that other schedules of the network can be made of.
        flash: bytes that its kernels were expected to take, each with its whole layer; bands add to that.
    """

    schedule: Schedule
    placement: Placement
    cycles: tuple[int, ...]
    pieces: Pieces
    flash: int


def select(
    schedule: Schedule,
    predictor: LayerPredictor,
    banks: Sequence[Bank],
    registry: Registry,
    flash: int | None = None,
    tuned: BestOf = untuned,
) -> Selection:
    """Choose a kernel for every layer, and segments to be streamed where whole layers need too much memory.

    Args:
        schedule: its layers may have any variant.
        predictor: says what each candidate takes.
        banks: RAM that there is for tensors and scratch memory, the fastest first.
        registry: operators that there are.
        flash: bytes of flash that there are for kernels and constants; None for any number.
        tuned: says what tuning found for a layer.

    Raises:
        DoesNotFit: no choice fits; the sentence says how much is missing, and which tensors take it.
        ModelError: a layer has no kernel that builds and runs.
    """
    check_constants(schedule, flash)
    costs = _candidates(schedule, predictor, tuned)
    cycles = with_small_bands(_affordable(schedule, costs, flash))
    pieces = pieces_of(schedule, cycles, registry)
    planned = fastest_plan(pieces, banks)
    placement = placed(planned.schedule, planned.memory)
    expected = step_cycles(planned.schedule, placement, predictor, planned.step_cycles)
    return Selection(planned.schedule, placement, expected, pieces, _expected_flash(planned, costs))


def pieces_of(schedule: Schedule, cycles: Mapping[Layer, float], registry: Registry) -> Pieces:
    """Pieces of which a schedule can be made.

    Args:
        schedule: its layers may have any variant.
        cycles: of the layers by each kernel that they may have.
        registry: operators that there are.
    """
    fields: defaultdict[Layer, list[Layer]] = defaultdict(list)
    for each in cycles:
        fields[each.problem].append(each)
    named = [
        [step.layer.with_kernel(each.variant, each.tuning) for each in fields[step.layer.problem]]
        for step in schedule.steps
    ]
    return Pieces(schedule, named, cycles.__getitem__, registry["strided_slice"])


def with_small_bands(cycles: Mapping[Layer, float]) -> Mapping[Layer, float]:
    """Cycles of layers, and of the same with less scratch memory as an estimate."""
    small = (pair for layer, taken in cycles.items() for pair in _with_small_bands(layer, taken))
    return dict(small) | dict(cycles)


def _expected_flash(planned: PlannedSchedule, costs: Mapping[Layer, Cost]) -> int:
    """Flash of a schedule's kernels, of those with small bands that of the usual bands."""
    chosen = (layer for piece in planned.pieces for layer in piece.layers)
    return sum(costs[each if each in costs else each.with_kernel(each.variant)].flash for each in chosen)


def _affordable(schedule: Schedule, costs: Mapping[Layer, Cost], flash: int | None) -> Mapping[Layer, float]:
    """Cycles of the kernels that the flash holds, whichever of them are taken."""
    fields: defaultdict[Layer, list[Layer]] = defaultdict(list)
    for each in costs:
        fields[each.problem].append(each)
    kept = within_flash([fields[step.layer.problem] for step in schedule.steps], costs, flash)
    return {layer: costs[layer].cycles for field in kept for layer in field}


def _candidates(schedule: Schedule, predictor: LayerPredictor, tuned: BestOf) -> Mapping[Layer, Cost]:
    """Cost of all layers by the kernels that run."""
    found: dict[Layer, Cost] = {}
    for choice in choose((step.layer for step in schedule.steps), predictor, Budget(), tuned):
        running = {each.case: _cost(each.prediction) for each in choice.candidates if each.prediction}
        found |= running or _by_a_band(choice.problem, predictor)
    return found


def _cost(prediction: Prediction, bands: float = 1) -> Cost:
    return Cost(prediction.cycles * bands, prediction.flash_bytes)


def _by_a_band(layer: Layer, predictor: LayerPredictor) -> Mapping[Layer, Cost]:
    """Cost of a layer whose tensors are too large to run alone: that of a band, as often as needed.

    Raises:
        DoesNotFit: no band fits either.
        ModelError: no kernel builds and runs.
    """
    height = layer.outputs[0].shape[1] if is_banded(layer) else 1
    for share in _SHARES:
        rows = height // share
        if not rows:
            break
        (choice,) = choose([BandedLayer(layer).band(Rows(0, rows))], predictor, Budget())
        running = {
            layer.with_kernel(each.case.variant, each.case.tuning): _cost(each.prediction, height / rows)
            for each in choice.candidates
            if each.prediction
        }
        if running:
            return running
    raise _refusal(layer, predictor)


def _refusal(layer: Layer, predictor: LayerPredictor) -> HilbenchError:
    """Error of a network with a layer that no kernel runs."""
    outcome = predictor.predict([layer])[layer]
    if isinstance(outcome, DoesNotFit):
        return DoesNotFit(f"A layer does not fit: {outcome}", memory=outcome.memory, excess=outcome.excess)
    return ModelError(f"The layer {layer.problem} does not run: {outcome}")


def _with_small_bands(layer: Layer, cycles: float) -> Iterator[tuple[Layer, float]]:
    """The layer with less scratch memory, where its kernel takes the size of its bands."""
    if "band_kib" in layer.kernel.search_space(layer.case):
        for band_kib, factor in _SMALL_BANDS.items():
            small = layer.with_kernel(layer.variant, Tuning(band_kib=band_kib))
            if small.arena.scratch_bytes < layer.arena.scratch_bytes:
                yield small, factor * cycles


def step_cycles(
    schedule: Schedule, placement: Placement, predictor: LayerPredictor, expected: Sequence[float]
) -> tuple[int, ...]:
    """Predicted cycles of each step, with its tensors in their banks.

    Args:
        schedule: its layers have their kernels.
        placement: of its tensors.
        predictor: of layers alone; one that knows nothing of banks predicts them in the arena.
        expected: cycles of the steps that do not run alone, as the search expected them.
    """
    placed = tuple(placed_steps(schedule, placement))
    layers = [step.layer for step in schedule.steps]
    outcomes = predictor.predict(dict.fromkeys(placed))
    unknown = [
        layer
        for layer, each in zip(layers, placed, strict=True)
        if each is not layer and not isinstance(outcomes[each], Prediction)
    ]
    alone = predictor.predict(dict.fromkeys(unknown))
    found = (
        outcome if isinstance(outcome := outcomes[each], Prediction) else alone.get(layer, outcome)
        for layer, each in zip(layers, placed, strict=True)
    )
    return tuple(
        outcome.cycles if isinstance(outcome, Prediction) else round(cycles)
        for outcome, cycles in zip(found, expected, strict=True)
    )
