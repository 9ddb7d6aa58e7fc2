"""Deployment of a network on a chip: from its graph to a program that fits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from hilbench.deploy.constant_memory import ConstantRoom
from hilbench.deploy.lowering import lower
from hilbench.deploy.memory import Bank
from hilbench.deploy.memory.pieces import Pieces
from hilbench.deploy.program import Program
from hilbench.deploy.selection import Selection, select, step_cycles
from hilbench.networks.graph import Graph
from hilbench.networks.macs import total_macs
from hilbench.networks.oracles import Oracle
from hilbench.networks.passes import PASSES, simplify
from hilbench.networks.passes.dead_channels import remove_dead_channels
from hilbench.operators import Registry
from hilbench.prediction import LayerPredictor, Prediction
from hilbench.tuning.selection import BestOf, untuned

OWN = "hilbench"
"""Deployer of networks that are made of generated kernels."""


@dataclass(frozen=True, repr=False)
class Deployment:
    """A network made for a chip.

    Attributes:
        program: to be built and run.
        live_macs: multiply-accumulates that are left after the passes.
        predicted_cycles: of each step.
        banks: RAM that its plan was allowed to take.
        pieces: that other plans of it can be made of.
        expected_flash: bytes that its kernels were expected to take, each with its whole layer.
    """

    program: Program
    live_macs: int
    predicted_cycles: tuple[int, ...]
    banks: tuple[Bank, ...]
    pieces: Pieces
    expected_flash: int

    @property
    def deployer(self) -> str:
        """Name of who made the program."""
        return OWN

    @property
    def is_banded(self) -> bool:
        """Whether some of its layers run in bands."""
        return len(self.program.schedule.steps) != len(self.pieces)

    @property
    def cut(self) -> tuple[str, ...]:
        """Operators of the model that the program lacks: none."""
        return ()

    @property
    def notes(self) -> tuple[str, ...]:
        """Sentences on what a reader of the figures should know: none."""
        return ()

    def held_against(self, oracle: Oracle) -> Deployment:
        """The deployment whose outputs are held against an oracle."""
        return replace(self, program=replace(self.program, oracle=oracle))


def deploy(
    graph: Graph,
    registry: Registry,
    predictor: LayerPredictor,
    banks: Sequence[Bank],
    flash: int | None = None,
    *,
    keep_dead_channels: bool = False,
    constant_room: ConstantRoom | None = None,
    tuned: BestOf = untuned,
) -> Deployment:
    """Make a program of a network: passes, layers, kernels, places of the tensors.

    Args:
        graph: as it was imported.
        registry: operators that there are.
        predictor: of the board that it is for.
        banks: RAM that there is for its tensors, the fastest first.
        flash: bytes of flash that there are for kernels and constants; None for any number.
        keep_dead_channels: whether channels that are proved constant stay.
        constant_room: RAM for copies of constants; None where all stay in flash.
        tuned: says what tuning found for a layer.

    Raises:
        ModelError: it has operators that no kernel computes.
        DoesNotFit: no choice of kernels and bands fits.
    """
    passes = [each for each in PASSES if not (keep_dead_channels and each is remove_dead_channels)]
    simple = simplify(graph, passes)
    selection = select(lower(simple, registry), predictor, banks, registry, flash, tuned)
    if constant_room:
        selection = _with_copies(selection, predictor, constant_room)
    program = Program(graph, selection.schedule, selection.placement)
    return Deployment(
        program, total_macs(simple), selection.cycles, tuple(banks), selection.pieces, selection.flash
    )


def _with_copies(selection: Selection, predictor: LayerPredictor, room: ConstantRoom) -> Selection:
    """The selection with constants in RAM that are worth it; those of what does not run alone stay."""
    steps = selection.schedule.steps
    alone = predictor.predict(dict.fromkeys(step.layer for step in steps))
    running = {layer: found for layer, found in alone.items() if isinstance(found, Prediction)}
    copied = room.copies(running, selection.placement, predictor).layers
    moved = tuple(replace(step, layer=copied.get(step.layer, step.layer)) for step in steps)
    schedule = replace(selection.schedule, steps=moved)
    cycles = step_cycles(schedule, selection.placement, predictor, selection.cycles)
    return replace(selection, schedule=schedule, cycles=cycles)
