"""Views against NumPy's own, element by element."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hilbench.tensors import Array, ElementType, TensorSpec, View

SHAPES = st.lists(st.integers(1, 5), min_size=1, max_size=4).map(tuple)


def elements(view: View, values: Array) -> Array:
    """The elements that a view names, by its own arithmetic."""
    places = np.full(view.shape, view.offset)
    for axis, stride in enumerate(view.strides):
        steps = [1] * len(view.shape)
        steps[axis] = -1
        places = places + (np.arange(view.shape[axis]) * stride).reshape(steps)
    found: Array = values.ravel()[places]
    return found


@given(SHAPES, st.data())
def test_a_view_holds_what_numpy_s_holds(shape: tuple[int, ...], data: st.DataObject) -> None:
    spec = TensorSpec(shape)
    values = np.arange(spec.elements).reshape(shape)
    permutation = data.draw(st.permutations(range(len(shape))))
    view, expected = View.whole(spec).transposed(permutation), values.transpose(permutation)
    for axis, length in enumerate(view.shape):
        begin = data.draw(st.integers(0, length - 1))
        step = data.draw(st.sampled_from([1, 2, -1]))
        count = data.draw(st.integers(1, (length - 1 - begin) // step + 1 if step > 0 else begin + 1))
        view = view.sliced(axis, begin, count, step)
        expected = expected.take([begin + step * n for n in range(count)], axis)
    np.testing.assert_array_equal(elements(view, values), expected)
    np.testing.assert_array_equal(
        elements(view.moved(-view.offset), values - values.ravel()[0]).shape, view.shape
    )


@given(SHAPES, st.data())
def test_broadcasting_is_numpy_s(shape: tuple[int, ...], data: st.DataObject) -> None:
    thin = tuple(1 if data.draw(st.booleans()) else length for length in shape)
    own = thin[data.draw(st.integers(0, len(thin) - 1)) :]
    values = np.arange(TensorSpec(own).elements).reshape(own)
    view = View.whole(TensorSpec(own)).broadcast(shape)
    np.testing.assert_array_equal(elements(view, values), np.broadcast_to(values, shape))


@pytest.mark.parametrize("shape", [(3,), (2, 4), (4, 1)])
def test_what_does_not_broadcast_is_refused(shape: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="does not broadcast"):
        View.whole(TensorSpec((2, 3))).broadcast(shape)


@pytest.mark.parametrize(
    ("shape", "dtype", "size"),
    [
        ((1, 3, 3, 1), ElementType.INT4, 5),
        ((5,), ElementType.INT8, 5),
        ((2, 3), ElementType.INT16, 12),
        ((2, 3), ElementType.FLOAT32, 24),
    ],
)
def test_bytes_are_those_in_memory(shape: tuple[int, ...], dtype: ElementType, size: int) -> None:
    assert TensorSpec(shape, dtype).bytes == size
    assert TensorSpec(shape, dtype).padded_shape == (1,) * (4 - len(shape)) + shape
