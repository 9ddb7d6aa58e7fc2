"""Pieces of a schedule: single steps and streamed segments, with their memory and cycles."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from hilbench.deploy.memory.needs import Needs, needs_of, piece_needs
from hilbench.deploy.memory.rows import BandedLayer, is_banded
from hilbench.deploy.memory.streaming import Segment, SegmentRows, kept_tensors, stream
from hilbench.deploy.schedule import Schedule
from hilbench.errors import CaseError
from hilbench.operators import Layer, Operator

Cycles = Callable[[Layer], float]

_CALL_CYCLES = 80
"""Cycles of a call in addition to what it computes."""
_BYTE_CYCLES = 1.0
"""Cycles to move a byte, or to widen it once more than the whole layer would."""


_SLOWEST = 2.0
"""Cycles of a kernel in a segment, in those of the fastest; slower ones are no way to save memory."""


@dataclass(frozen=True, repr=False)
class Piece:
    """A step as it is, or a segment of them in bands.

    Attributes:
        first: index of its first step.
        layers: of its steps, with their kernels.
        rows: that a segment computes in a turn; 0 for a step as it is.
        bytes: least memory that it needs, with all that is kept meanwhile.
        step_cycles: that each step takes, as expected; of a segment all its bands and moves.
    """

    first: int
    layers: tuple[Layer, ...]
    rows: int
    bytes: int
    step_cycles: tuple[float, ...]

    @cached_property
    def cycles(self) -> float:
        """Cycles of all steps."""
        return sum(self.step_cycles)

    @property
    def end(self) -> int:
        """Index of the step behind it."""
        return self.first + len(self.layers)


class Pieces:
    """All pieces that a schedule can be made of.

    Args:
        schedule: of whole layers.
        candidates: of each step, its layer by every kernel that may compute it.
        cycles: that a whole layer takes.
        copy: the operator strided_slice, which moves rows.
    """

    def __init__(
        self, schedule: Schedule, candidates: Sequence[Sequence[Layer]], cycles: Cycles, copy: Operator
    ) -> None:
        self._cycles, self._copy = cycles, copy
        self._candidates = [tuple(sorted(field, key=cycles)) for field in candidates]
        self._schedule = with_layers(schedule, [field[0] for field in self._candidates])
        self._banded: dict[Layer, BandedLayer] = {}
        self._segments: dict[tuple[Segment, tuple[Layer, ...]], Piece | None] = {}

    def __len__(self) -> int:
        return len(self._schedule.steps)

    @cached_property
    def steps(self) -> list[list[Piece]]:
        """Pieces of one step each, by every kernel, the fastest first."""
        found: list[list[Piece]] = [[] for _ in self._candidates]
        for number in range(max(map(len, self._candidates), default=0)):
            layers = [field[min(number, len(field) - 1)] for field in self._candidates]
            needed = needs_of(with_layers(self._schedule, layers)).step_bytes
            for index, (layer, field) in enumerate(zip(layers, self._candidates, strict=True)):
                if number < len(field):
                    found[index].append(Piece(index, (layer,), 0, needed[index], (self._cycles(layer),)))
        return found

    def is_banded(self, index: int) -> bool:
        """Whether a step can be a part of a segment: its layer takes images as they are."""
        step, tensors = self._schedule.steps[index], self._schedule.tensors
        shapes = [tensors[name].shape for name in (*step.inputs, *step.outputs)]
        alike = shapes == [spec.shape for spec in (*step.layer.inputs, *step.layer.outputs)]
        return alike and is_banded(step.layer)

    def segment(self, first: int, end: int, rows: int, limit: int) -> Piece | None:
        """The segment of some steps in at most `limit` bytes; None where it takes more.

        Args:
            first: index of the first step.
            end: index behind the last one.
            rows: that are computed in a turn.
            limit: bytes that it may take.
        """
        segment, fields = Segment(first, end, rows), self._candidates[first:end]
        smallest = self._piece(segment, tuple(map(self._small, fields)))
        if smallest is None or smallest.bytes > limit:
            return None
        fastest = self._piece(segment, tuple(field[0] for field in fields))
        if fastest and fastest.bytes <= limit:
            return fastest
        fitted = self._piece(segment, self._fitted(segment, smallest, limit))
        return fitted if fitted and fitted.bytes <= limit else smallest

    def _piece(self, segment: Segment, layers: tuple[Layer, ...]) -> Piece | None:
        """A segment by these kernels; None where one of them cannot compute its bands."""
        key = segment, layers
        if key not in self._segments:
            try:
                self._segments[key] = self._measured(segment, layers)
            except CaseError:
                self._segments[key] = None
        return self._segments[key]

    def _fitted(self, segment: Segment, smallest: Piece, limit: int) -> tuple[Layer, ...]:
        """The fastest kernel for each layer whose scratch memory fits among all else that is kept."""
        steps = self._schedule.steps[segment.first : segment.end]
        kept = kept_tensors(self._schedule, segment)
        rows = SegmentRows(self._bands(smallest.layers), steps, kept, segment.rows)
        chosen = []
        for step, layer, field in zip(
            steps, smallest.layers, self._candidates[segment.first : segment.end], strict=True
        ):
            room = limit - smallest.bytes + self._band_scratch(layer, rows, step.outputs[0])
            fitting = (each for each in field if self._band_scratch(each, rows, step.outputs[0]) <= room)
            chosen.append(next(fitting, layer))
        return tuple(chosen)

    def _band_scratch(self, layer: Layer, rows: SegmentRows, name: str) -> float:
        """Most scratch memory of a layer's bands; infinite where its kernel cannot compute one of them."""
        (banded,) = self._bands([layer])
        bands = {rows.computed(name, turn) for turn in range(rows.turns)}
        try:
            return max(banded.band(band).arena.scratch_bytes for band in bands if len(band))
        except CaseError:
            return math.inf

    def is_narrow(self, index: int) -> bool:
        """Whether segments may well begin or end before a step.

        No less is kept before a neighbor that a segment could begin or end before in its place.
        """
        ways = [index]
        if index > 0 and self.is_banded(index - 1):
            ways.append(index - 1)
        if index < len(self) and self.is_banded(index):
            ways.append(index + 1)
        return self._kept[index] == min(self._kept[each] for each in ways)

    def scheduled(self, pieces: Sequence[Piece]) -> Schedule:
        """The schedule that is made of these pieces."""
        schedule = with_layers(self._schedule, [layer for piece in pieces for layer in piece.layers])
        for piece in reversed(pieces):
            if piece.rows:
                segment = Segment(piece.first, piece.end, piece.rows)
                schedule = stream(schedule, segment, self._bands(piece.layers), self._copy)
        return schedule

    def _measured(self, segment: Segment, layers: Sequence[Layer]) -> Piece:
        first, end = segment.first, segment.end
        whole = with_layers(self._schedule, layers, first)
        bands = self._bands(layers)
        streamed = stream(whole, segment, bands, self._copy)
        steps = streamed.steps[first : len(streamed.steps) - len(whole.steps) + end]
        read = {name for step in whole.steps[first:end] for name in step.inputs}
        read -= {name for step in whole.steps[first:end] for name in step.outputs}
        kept = kept_tensors(whole, segment) | {
            name for name in read if self._last_use[self._schedule.place(name).whole] >= end
        }
        needs = piece_needs(replace(streamed, steps=steps), read, kept)
        names = {layer.name: layer for layer in layers}
        cycles = tuple(self._band_cycles(step.layer, names) for step in steps)
        needed = max(needs.step_bytes) + self._meanwhile(first, end, needs)
        return Piece(first, tuple(layers), segment.rows, needed, cycles)

    def _small(self, field: Sequence[Layer]) -> Layer:
        near = [layer for layer in field if self._cycles(layer) <= _SLOWEST * self._cycles(field[0])]
        return min(near, key=_scratch_bytes)

    def _bands(self, layers: Sequence[Layer]) -> list[BandedLayer]:
        for layer in layers:
            if layer not in self._banded:
                self._banded[layer] = BandedLayer(layer)
        return [self._banded[layer] for layer in layers]

    def _band_cycles(self, band: Layer, wholes: Mapping[str, Layer]) -> float:
        """Cycles of a band, or of a move: a share of the layer's, a call, and rows that are read again."""
        whole = wholes.get(band.name)
        if whole is None:
            return _CALL_CYCLES + _BYTE_CYCLES * band.outputs[0].bytes
        step = whole.kernel.row_step
        steps = (-(-each.outputs[0].shape[1] // step) for each in (band, whole))
        share = next(steps) / next(steps)
        again = sum(spec.bytes for spec in band.inputs) - share * sum(spec.bytes for spec in whole.inputs)
        return share * self._cycles(whole) + _CALL_CYCLES + _BYTE_CYCLES * max(0.0, again)

    @cached_property
    def _last_use(self) -> dict[str, int]:
        """Index of the last step that reads a tensor or a part of it; that behind the last for those kept."""
        uses = {name: index for index, step in enumerate(self._schedule.steps) for name in step.inputs}
        uses |= dict.fromkeys(self._schedule.kept, len(self))
        last: dict[str, int] = {}
        for name, index in uses.items():
            whole = self._schedule.place(name).whole
            last[whole] = max(last.get(whole, 0), index)
        return last

    @cached_property
    def _plain(self) -> Needs:
        return needs_of(self._schedule)

    @cached_property
    def _live(self) -> tuple[tuple[str, ...], NDArray[np.int64]]:
        """Names of the tensors' buffers, and their live bytes in each step."""
        usages = {name: usage for name, usage in self._plain.usages.items() if len(usage.accesses) > 1}
        return tuple(usages), np.array([usage.live[1:-1] for usage in usages.values()])

    @cached_property
    def _kept(self) -> list[int]:
        """Bytes that are there before each step and needed in it or later; then those behind the last."""
        held = [usage.held for usage in self._plain.usages.values()]
        kept = sum((np.maximum(each.ends - each.begins, 0) for each in held), np.zeros(1, np.int64))
        return [int(each) for each in kept[1:]]

    def _meanwhile(self, first: int, end: int, needs: Needs) -> int:
        """Bytes that are kept through a segment, of tensors that it does not touch."""
        names, live = self._live
        own = {self._schedule.place(step.outputs[0]).whole for step in self._schedule.steps[first:end]}
        touched = {*needs.usages, *own, "outputs"}
        others = [index for index, name in enumerate(names) if name not in touched]
        through = (live[others, first:end] > 0).all(axis=1)
        return int(live[others, first][through].sum())


def with_layers(schedule: Schedule, layers: Sequence[Layer], first: int = 0) -> Schedule:
    """The schedule with other layers for the steps from `first` on."""
    end = first + len(layers)
    changed = [
        replace(step, layer=layer) for step, layer in zip(schedule.steps[first:end], layers, strict=True)
    ]
    return replace(schedule, steps=(*schedule.steps[:first], *changed, *schedule.steps[end:]))


def _scratch_bytes(layer: Layer) -> int:
    return layer.arena.scratch_bytes
