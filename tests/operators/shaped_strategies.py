"""Hypothesis strategies for operators on tensors of any shape: small, of up to four axes."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

from hypothesis import strategies as st

from hilbench.operators import OperatorCase
from hilbench.operators.base.recurrent import Recurrent
from hilbench.operators.base.shaped import ShapedOperator
from hilbench.tensors import Activation, DType
from tests.operators.case_strategies import OPERATORS

SHAPED = [
    (name, dtype)
    for name, operator in OPERATORS.items()
    if isinstance(operator, ShapedOperator) and not isinstance(operator, Recurrent)
    for dtype in DType
    if dtype in operator.dtypes
]
"""Every such operator with every type that it takes."""

Shape = tuple[int, ...]
_SHAPES = st.lists(st.integers(1, 6), min_size=1, max_size=4).map(tuple)


@st.composite
def shaped_cases(draw: st.DrawFn, operator: str, dtype: DType) -> OperatorCase:
    """Legal cases of `operator`, variant reference."""
    shape = draw(_SHAPES)
    own: dict[str, Any] = draw(_OWN[operator](shape))
    inputs = ",".join("x".join(map(str, each)) for each in own.pop("inputs", (shape,)))
    return OPERATORS.case(operator=operator, dtype=str(dtype), inputs=inputs, **own)


def listed(values: Any) -> str:
    """Whole numbers as a grid writes them."""
    return ",".join(map(str, values))


@st.composite
def _concat(draw: st.DrawFn, shape: Shape) -> dict[str, Any]:
    axis = draw(st.integers(-len(shape), len(shape) - 1))
    lengths = draw(st.lists(st.integers(1, 6), min_size=1, max_size=8))
    first, behind = shape[: axis % len(shape)], shape[axis % len(shape) + 1 :]
    return {"axis": axis, "inputs": [(*first, length, *behind) for length in lengths]}


@st.composite
def _split(draw: st.DrawFn, shape: Shape) -> dict[str, Any]:
    axis = draw(st.integers(-len(shape), len(shape) - 1))
    length = shape[axis]
    borders = draw(st.sets(st.integers(1, length - 1))) if length > 1 else set()
    sizes = [end - begin for begin, end in pairwise([0, *sorted(borders), length])]
    return {"axis": axis, "sizes": listed(sizes)}


@st.composite
def _transpose(draw: st.DrawFn, shape: Shape) -> dict[str, Any]:
    return {"perm": listed(draw(st.permutations(range(len(shape)))))}


@st.composite
def _pad(draw: st.DrawFn, shape: Shape) -> dict[str, Any]:
    widths = st.lists(st.integers(0, 3), min_size=len(shape), max_size=len(shape))
    return {"before": listed(draw(widths)), "behind": listed(draw(widths))}


@st.composite
def _strided_slice(draw: st.DrawFn, shape: Shape) -> dict[str, Any]:
    """Bounds that take at least one element, written from either end or beyond it."""
    begins, ends, steps = [], [], []
    for length in shape:
        first = draw(st.integers(0, length - 1))
        step = draw(st.sampled_from([1, 1, 2, 3, -1, -2]))
        last = draw(st.integers(first, length - 1) if step > 0 else st.integers(0, first))
        end = last + (1 if step > 0 else -1)
        from_behind = draw(st.booleans())
        begins.append(first - length if from_behind else first)
        ends.append(end if end >= 0 else -length - 1)
        steps.append(step)
    return {"begin": listed(begins), "end": listed(ends), "step": listed(steps)}


@st.composite
def _binary(draw: st.DrawFn, shape: Shape) -> dict[str, Any]:
    """Two shapes of which either has axes of length 1, or lacks the first ones."""

    def thinned() -> Shape:
        axes = tuple(1 if draw(st.booleans()) else length for length in shape)
        return axes[draw(st.integers(0, len(axes) - 1)) :]

    other = thinned()
    pair = draw(st.permutations([shape, other])) if draw(st.booleans()) else [other, thinned()]
    return {"inputs": pair, "activation": str(draw(st.sampled_from(Activation)))}


_OWN = {
    "concat": _concat,
    "split": _split,
    "transpose": _transpose,
    "pad": _pad,
    "strided_slice": _strided_slice,
    "add": _binary,
    "sub": _binary,
    "mul": _binary,
}
