"""Streaming: the layers of a segment computed band by band, so that their tensors never are whole.

Of a tensor within the segment only the rows that are still needed are kept, in a buffer whose rows move up
when the first of them are used up. Nothing is computed twice.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from hilbench.deploy.memory.rows import BandedLayer, Rows
from hilbench.deploy.schedule import Part, Schedule, Step
from hilbench.operators import Constants, Layer, Operator
from hilbench.tensors import DType, ElementType, TensorSpec

_DTYPES = {ElementType.FLOAT32: DType.FLOAT32, ElementType.INT16: DType.INT16X8}


@dataclass(frozen=True)
class Segment:
    """Steps of a schedule that are computed in bands.

    Attributes:
        first: index of the first step.
        end: index behind the last step.
        rows: of the last step's output that are computed in one turn.
    """

    first: int
    end: int
    rows: int


class SegmentRows:
    """Rows of every tensor of a segment in every turn.

    Args:
        layers: of the steps, in bands.
        steps: of the segment.
        kept: names of the tensors that must be whole in the end; the last step's output is one of them.
        rows: of the last output in a turn.
    """

    def __init__(
        self, layers: Sequence[BandedLayer], steps: Sequence[Step], kept: frozenset[str], rows: int
    ) -> None:
        self.layers, self.steps, self.kept = layers, steps, kept
        height = layers[-1].height
        self.turns = -(-height // rows)
        self.heights = {step.outputs[0]: layer.height for step, layer in zip(steps, layers, strict=True)}
        self.ends: dict[str, list[int]] = {
            steps[-1].outputs[0]: [0, *(min(height, (turn + 1) * rows) for turn in range(self.turns))]
        }
        for step in reversed(steps[:-1]):
            self.ends[step.outputs[0]] = self._demanded(step.outputs[0])

    def computed(self, name: str, turn: int) -> Rows:
        """Rows of a tensor that are computed in a turn."""
        return Rows(*self.ends[name][turn : turn + 2])

    def base(self, name: str, turn: int) -> int:
        """First row of a tensor that a turn or a later one reads, or that the turn computes."""
        firsts = [
            layer.read(Rows(done, done + 1)).first if done < layer.height else self.heights[name]
            for layer, step in self._readers(name)
            for done in (self.ends[step.outputs[0]][turn],)
        ]
        return min(self.ends[name][turn], *firsts) if firsts else self.heights[name]

    def capacity(self, name: str) -> int:
        """Most rows of a tensor that are kept at once."""
        return max(self.ends[name][turn + 1] - self.base(name, turn) for turn in range(self.turns))

    def _readers(self, name: str) -> Iterator[tuple[BandedLayer, Step]]:
        pairs = zip(self.layers, self.steps, strict=True)
        return ((layer, step) for layer, step in pairs if name in step.inputs)

    def _demanded(self, name: str) -> list[int]:
        """End of what is computed of a tensor before each turn and in the last, as its readers demand it."""
        ends = [0] * (self.turns + 1)
        for layer, step in self._readers(name):
            for turn in range(self.turns):
                rows = self.computed(step.outputs[0], turn)
                if len(rows):
                    ends[turn + 1] = max(ends[turn + 1], layer.read(rows).end)
        for turn in range(self.turns):
            ends[turn + 1] = max(ends[turn : turn + 2])
        if name in self.kept:
            ends[-1] = self.heights[name]
        return ends


def stream(schedule: Schedule, segment: Segment, layers: Sequence[BandedLayer], copy: Operator) -> Schedule:
    """The schedule with the steps of a segment in bands.

    Args:
        schedule: of whole layers, at least in the segment.
        segment: of steps that write images with storage of their own.
        layers: of the segment's steps.
        copy: strided_slice, which moves rows.

    Raises:
        CaseError: a kernel cannot compute a band.
    """
    steps = schedule.steps[segment.first : segment.end]
    kept = kept_tensors(schedule, segment)
    rows = SegmentRows(layers, steps, kept, segment.rows)
    expansion = _Expansion(schedule, rows, copy)
    for turn in range(rows.turns):
        expansion.add_turn(turn)
    return replace(
        schedule,
        steps=(*schedule.steps[: segment.first], *expansion.steps, *schedule.steps[segment.end :]),
        tensors=expansion.tensors,
        parts=expansion.parts,
    )


def kept_tensors(schedule: Schedule, segment: Segment) -> frozenset[str]:
    """Outputs of a segment's steps that are needed behind it."""
    outside = (*schedule.steps[: segment.first], *schedule.steps[segment.end :])
    needed = {name for step in outside for name in step.inputs}
    wholes = {schedule.place(name).whole for name in (*needed, *schedule.kept)}
    written = [step.outputs[0] for step in schedule.steps[segment.first : segment.end]]
    return frozenset(name for name in written if name in needed or name in schedule.parts or name in wholes)


class _Expansion:
    """Steps of a segment, turn by turn, and the tensors and parts that they need."""

    def __init__(self, schedule: Schedule, rows: SegmentRows, copy: Operator) -> None:
        self.rows, self.copy = rows, copy
        self.steps: list[Step] = []
        self.tensors: dict[str, TensorSpec] = dict(schedule.tensors)
        self.parts: dict[str, Part] = dict(schedule.parts)
        self._moves: dict[TensorSpec, Layer] = {}
        self._rolling = {name: f"rows of {name}" for name in rows.ends if name not in rows.kept}
        self._last_reader = {
            name: index
            for index, step in enumerate(rows.steps)
            for name in step.inputs
            if name in self._rolling
        }
        for name, rolling in self._rolling.items():
            self.tensors[rolling] = _cut(schedule.tensors[name], rows.capacity(name))

    def add_turn(self, turn: int) -> None:
        """Add the steps of a turn: a band of each layer, and moves of the rows that the next turn needs."""
        for index, (layer, step) in enumerate(zip(self.rows.layers, self.rows.steps, strict=True)):
            output = step.outputs[0]
            band = self.rows.computed(output, turn)
            if len(band):
                inputs = [self._rows(name, layer.read(band), turn) for name in step.inputs]
                self.steps.append(Step(layer.band(band), tuple(inputs), (self._rows(output, band, turn),)))
            for name in dict.fromkeys(step.inputs):
                if self._last_reader.get(name) == index and turn + 1 < self.rows.turns:
                    self._move(name, turn)

    def _move(self, name: str, turn: int) -> None:
        """Move the rows of a tensor that the next turn needs to the beginning of its buffer."""
        base, following = self.rows.base(name, turn), self.rows.base(name, turn + 1)
        rows = Rows(following, self.rows.ends[name][turn + 1])
        if following > base and len(rows):
            source, target = self._rows(name, rows, turn), self._rows(name, rows, turn + 1)
            self.steps.append(Step(self._copied(self.tensors[source]), (source,), (target,)))

    def _rows(self, name: str, rows: Rows, turn: int) -> str:
        """Name of the part that holds rows of a tensor in a turn."""
        whole = self._rolling.get(name, name)
        base = self.rows.base(name, turn) if name in self._rolling else 0
        spec = _cut(self.tensors[name], len(rows))
        part = f"{name} {rows.first}:{rows.end} from {base}"
        self.tensors[part] = spec
        self.parts[part] = Part(whole, (rows.first - base) * spec.bytes // len(rows))
        return part

    def _copied(self, spec: TensorSpec) -> Layer:
        if spec not in self._moves:
            flat = (TensorSpec((spec.elements,), spec.dtype),)
            case = self.copy.case(
                flat,
                spec.elements,
                dtype=_DTYPES.get(spec.dtype, DType.INT8),
                attributes=(("begin", (0,)), ("end", (spec.elements,)), ("step", ())),
            )
            self._moves[spec] = Layer(self.copy, case, Constants(), name="moved rows")
        return self._moves[spec]


def _cut(spec: TensorSpec, rows: int) -> TensorSpec:
    return TensorSpec((1, rows, *spec.shape[2:]), spec.dtype)
