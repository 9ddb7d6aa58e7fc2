"""Outline of a deployment, without building it: what a network will need of a chip's memory."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any, Protocol, TypeVar

from hilbench.chips import Chip, Placement
from hilbench.deploy.constant_memory import ConstantRoom
from hilbench.deploy.details import bank_uses, placed_buffers
from hilbench.deploy.distinct_constants import weight_bytes
from hilbench.deploy.lowering import lower
from hilbench.deploy.memory import Bank, plan
from hilbench.deploy.memory.needs import needs_of, scratch_name
from hilbench.deploy.memory.pieces import Pieces
from hilbench.deploy.memory.search import PlannedSchedule, fastest_plan, smallest_of_whole_layers
from hilbench.deploy.placement import place, placed
from hilbench.deploy.schedule import Schedule
from hilbench.deploy.selection import pieces_of, step_cycles, with_small_bands
from hilbench.errors import DoesNotFit, HilbenchError, ModelError
from hilbench.networks.graph import Graph
from hilbench.networks.passes import simplify
from hilbench.operators import REFERENCE, Layer, Registry, Workload
from hilbench.operators.variants import COMPACT, DSP, LEAN, SCALAR, WINOGRAD
from hilbench.prediction import Prediction
from hilbench.provenance import PredictedBy
from hilbench.results.network import BankUse, PlacedBuffer
from hilbench.tuning.selection import BestOf, candidates, untuned

_PREFERENCE = {True: (DSP, WINOGRAD, COMPACT, LEAN), False: (SCALAR,)}
"""Variants by whether the core has the DSP extension, in the order in which they are likely to be fast."""
_UNKNOWN = ModelError("It was not predicted before.")

W = TypeVar("W", bound=Workload)


class Known(Protocol):
    """Says what is known of workloads, as `hilbench.prediction.Predictor.recall_all`."""

    def __call__(self, workloads: Iterable[W], /) -> Mapping[W, Prediction]:
        """Predictions of those of which there are any."""
        ...


def nothing_known(_: Iterable[W], /) -> Mapping[W, Prediction]:
    """No prediction."""
    return {}


@dataclass(frozen=True)
class OutlinedPlan:
    """A memory plan.

    Attributes:
        ram_bytes: of tensors and scratch memory.
        flash_bytes: weights, bias and what requantizes; code and tables come on top.
        cycles: that the steps take by prediction; None where nobody predicted some of them.
        copied_bytes: RAM on top, for copies of constants that are slow to read from flash.
        steps: of the program.
        segments: of layers that are computed in bands of rows.
    """

    ram_bytes: int
    flash_bytes: int
    cycles: int | None
    steps: int
    segments: int
    buffers: tuple[PlacedBuffer, ...]
    banks: tuple[BankUse, ...]
    copied_bytes: int = 0


@dataclass(frozen=True, repr=False)
class Outline:
    """Needs of a network on a chip.

    Attributes:
        placement: of code and activations.
        fastest: plan that is expected to be the fastest of those that fit, or of all where none does.
        smallest: plan of whole layers that needs the least RAM.
        known_layers: layers of which some kernel was predicted before.
        plain_bytes: RAM of the tensors alone, none of which shares its place with another while both live.
        overlap_bytes: RAM of the tensors alone, outputs growing into the inputs that they use up.
        banks: RAM that there is for tensors and scratch memory.
        flash: of the chip, of which the firmware takes a part.
        missing: sentence on what does not fit; empty where all does.
        pieces: that other plans can be made of.
    """

    model: str
    layers: int
    placement: Placement
    fastest: OutlinedPlan
    smallest: OutlinedPlan
    known_layers: int
    plain_bytes: int
    overlap_bytes: int
    banks: tuple[Bank, ...]
    flash: int
    missing: str
    pieces: Pieces

    @property
    def ram(self) -> int:
        """RAM of all banks together, bytes."""
        return sum(bank.bytes or 0 for bank in self.banks)

    @property
    def fits(self) -> bool:
        """Whether both memories hold it."""
        return not self.missing

    @property
    def is_predicted(self) -> bool:
        """Whether the fastest kernels are known, and not only likely."""
        return self.known_layers == self.layers

    def document(self) -> dict[str, Any]:
        """Plain data for JSON."""
        return {
            "model": self.model,
            "placement": str(self.placement),
            "ram_bytes": self.fastest.ram_bytes,
            "copied_bytes": self.fastest.copied_bytes,
            "plain_bytes": self.plain_bytes,
            "overlap_bytes": self.overlap_bytes,
            "flash_bytes": self.fastest.flash_bytes,
            "ram_available": self.ram,
            "flash_available": self.flash,
            "fits": self.fits,
            "missing": self.missing,
            "predicted": self.is_predicted,
            "fastest": asdict(self.fastest),
            "smallest": asdict(self.smallest),
        }


def outline(
    graph: Graph,
    registry: Registry,
    chip: Chip,
    placement: Placement,
    banks: Sequence[Bank],
    known: Known = nothing_known,
    room: ConstantRoom | None = None,
    tuned: BestOf = untuned,
) -> Outline:
    """Needs of a network on a chip, by the predictions that there are; nothing is built.

    Args:
        graph: as it was imported.
        registry: operators that there are.
        chip: that it is for.
        placement: of code and activations.
        banks: RAM that there is for its tensors there, the fastest first.
        known: says what was predicted before.
        room: RAM for copies of constants; None where all stay in flash.
        tuned: says what tuning found for a layer.

    Raises:
        ModelError: it has operators that no kernel computes.
    """
    plain = lower(simplify(graph), registry)
    predicted = known(each for step in plain.steps for each in candidates(step.layer.problem, tuned))
    problems = {layer.problem for layer in predicted}
    cycles = with_small_bands(_cycles(plain, predicted, tuned, dsp=chip.dsp))
    pieces = pieces_of(plain, cycles, registry)
    flash = sum(memory.size for memory in chip.memories.values() if memory.kind == "flash")
    is_predicted = all(step.layer.problem in problems for step in plain.steps)
    missing, fastest = _fastest(pieces, banks)
    smallest = smallest_of_whole_layers(pieces, [Bank("ram")])
    recalled = _Recalled(known) if is_predicted else None
    plans = [_plan(each, banks, recalled) for each in (fastest, smallest)]
    if room and recalled:
        plans[0] = _with_copies(plans[0], fastest, room, recalled)
    return Outline(
        model=plain.name,
        layers=len(plain.steps),
        placement=placement,
        fastest=plans[0],
        smallest=plans[1],
        known_layers=sum(step.layer.problem in problems for step in plain.steps),
        plain_bytes=place(plain, overlaps=False).bytes,
        overlap_bytes=min(place(plain).bytes, _tensors_alone(smallest.schedule)),
        banks=tuple(banks),
        flash=flash,
        missing=" ".join(filter(None, (missing, _missing_flash(plans[1], flash)))),
        pieces=pieces,
    )


def _fastest(pieces: Pieces, banks: Sequence[Bank]) -> tuple[str, PlannedSchedule]:
    """Sentence on what is missing, and the fastest plan: of those that fit, or of all where none does."""
    try:
        return "", fastest_plan(pieces, banks)
    except DoesNotFit as error:
        return str(error), fastest_plan(pieces, [Bank("ram")])


def _tensors_alone(schedule: Schedule) -> int:
    """RAM of the tensors of a schedule without its scratch memory, bytes."""
    needs = needs_of(schedule)
    scratch = {scratch_name(index) for index in range(len(schedule.steps))}
    overlaps = [each for each in needs.overlaps if not scratch & {each.output, each.input}]
    return plan([buffer for buffer in needs.buffers if buffer.name not in scratch], overlaps).peak


@dataclass(frozen=True)
class _Recalled:
    """Predictor of what was predicted before."""

    known: Known
    predicted_by: PredictedBy = PredictedBy.EMULATOR

    def predict(self, workloads: Iterable[W]) -> Mapping[W, Prediction | HilbenchError]:
        asked = tuple(workloads)
        found = self.known(asked)
        return {each: found.get(each, _UNKNOWN) for each in asked}


def _plan(planned: PlannedSchedule, banks: Sequence[Bank], recalled: _Recalled | None) -> OutlinedPlan:
    schedule, placement = planned.schedule, placed(planned.schedule, planned.memory)
    return OutlinedPlan(
        ram_bytes=placement.bytes,
        flash_bytes=weight_bytes(step.layer for step in schedule.steps),
        cycles=sum(step_cycles(schedule, placement, recalled, planned.step_cycles)) if recalled else None,
        steps=len(schedule.steps),
        segments=len(planned.segments),
        buffers=placed_buffers(schedule, placement),
        banks=bank_uses(placement, banks),
    )


def _with_copies(
    outlined: OutlinedPlan, planned: PlannedSchedule, room: ConstantRoom, recalled: _Recalled
) -> OutlinedPlan:
    """The plan with copies of constants, and the cycles of the layers that were predicted with theirs."""
    schedule, placement = planned.schedule, placed(planned.schedule, planned.memory)
    alone = recalled.known([step.layer for step in schedule.steps])
    copies = room.copies(alone, placement, recalled)
    steps = [replace(step, layer=copies.layers.get(step.layer, step.layer)) for step in schedule.steps]
    copied = replace(schedule, steps=tuple(steps))
    before = step_cycles(schedule, placement, recalled, planned.step_cycles)
    cycles = step_cycles(copied, placement, recalled, before)
    return replace(outlined, cycles=sum(cycles), copied_bytes=copies.bytes)


def _missing_flash(smallest: OutlinedPlan, flash: int) -> str:
    needed = smallest.flash_bytes
    if needed <= flash:
        return ""
    return (
        f"The weights need {needed} bytes, {needed - flash} more than the flash has: choose a smaller "
        "network or a chip with more flash."
    )


def _cycles(
    schedule: Schedule, predicted: Mapping[Layer, Prediction], tuned: BestOf, *, dsp: bool
) -> Mapping[Layer, float]:
    """Cycles of the layers by all kernels that are known to run; likely ones of layers of which none is."""
    found: dict[Layer, float] = {}
    for problem in dict.fromkeys(step.layer.problem for step in schedule.steps):
        field = candidates(problem, tuned)
        known = {layer: float(predicted[layer].cycles) for layer in field if layer in predicted}
        found |= known or _likely_cycles(field, dsp=dsp)
    return found


def _likely_cycles(field: Iterable[Layer], *, dsp: bool) -> Mapping[Layer, float]:
    """A cycle for each multiply-accumulate or element, a little more for each less preferred variant."""
    preferred = _PREFERENCE[dsp]
    ranks = {layer: preferred.index(layer.variant) for layer in field if layer.variant in preferred}
    if not ranks:
        ranks = {layer: 0 for layer in field if layer.variant == REFERENCE}
    return {layer: layer.macs * (1 + 0.1 * rank) for layer, rank in ranks.items()}
