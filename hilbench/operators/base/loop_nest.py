"""Nested loops over several views at once, with as few axes as will do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from hilbench.tensors import View


@dataclass(frozen=True)
class Loop:
    """One loop of a nest.

    Attributes:
        count: how often it runs.
        strides: elements that each view advances a round.
    """

    count: int
    strides: tuple[int, ...]


def loop_nest(views: Sequence[View]) -> tuple[Loop, ...]:
    """Loops over views of one shape, the slowest first; none where there is one element.

    Axes of length 1 are left out. An axis is joined with the one inside it where every view goes on from the
    end of a round of the inner loop to the next of the outer one.
    """
    loops: list[Loop] = []
    for axis, count in enumerate(views[0].shape):
        inner = Loop(count, tuple(view.strides[axis] for view in views))
        if count == 1:
            continue
        if loops and loops[-1].strides == tuple(stride * count for stride in inner.strides):
            loops[-1] = Loop(loops[-1].count * count, inner.strides)
        else:
            loops.append(inner)
    return tuple(loops)


@dataclass(frozen=True)
class Move:
    """Elements of one tensor that go to places in another.

    Attributes:
        input: index of the input that they come from.
        source: first element in the input.
        target: first element in the output.
        loops: over both, input and output; a run of neighbours is no loop.
        run: elements that lie side by side in both.
    """

    input: int
    source: int
    target: int
    loops: tuple[Loop, ...]
    run: int


def plan_move(index: int, source: View, target: View) -> Move:
    """The move of the elements of `source`, a view of input `index`, to `target`, a view of the output."""
    loops = loop_nest((source, target))
    run = 1
    if loops and loops[-1].strides == (1, 1):
        run, loops = loops[-1].count, loops[:-1]
    return Move(index, source.offset, target.offset, loops, run)


@dataclass(frozen=True)
class Fill:
    """Elements of a tensor that are set to one value.

    Attributes:
        target: first of them.
        loops: over them; a run of neighbours is no loop.
        run: elements that lie side by side.
    """

    target: int
    loops: tuple[Loop, ...]
    run: int


def plan_fill(target: View) -> Fill:
    """The filling of the elements of a view."""
    move = plan_move(0, target, target)
    return Fill(move.target, move.loops, move.run)
