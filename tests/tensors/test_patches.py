"""Windows and patches against loops over every position."""

from __future__ import annotations

import numpy as np
from hypothesis import assume, given
from hypothesis import strategies as st

from hilbench.tensors import Padding, Window
from hilbench.tensors.patches import patches

WINDOWS = st.builds(
    Window,
    length=st.integers(1, 12),
    kernel=st.integers(1, 5),
    stride=st.integers(1, 3),
    dilation=st.integers(1, 3),
    padding=st.sampled_from(Padding) | st.tuples(st.integers(0, 4), st.integers(0, 4)),
)


@given(WINDOWS)
def test_same_covers_every_stride(window: Window) -> None:
    assume(window.padding is Padding.SAME)
    assert window.output == len(range(0, window.length, window.stride))
    assert window.pad_before <= window.pad_after <= window.pad_before + 1


@given(WINDOWS)
def test_valid_stays_inside(window: Window) -> None:
    assume(window.padding is Padding.VALID)
    starts = [start for start in range(0, 40, window.stride) if start + window.extent <= window.length]
    assert max(window.output, 0) == len(starts)
    assert window.pad_before == 0
    assert window.output < 1 or window.pad_after == 0


@given(WINDOWS)
def test_explicit_padding_is_taken_as_it_is(window: Window) -> None:
    assume(isinstance(window.padding, tuple) and window.output > 0)
    assert isinstance(window.padding, tuple)
    before, behind = window.padding
    last = before + window.length + behind - window.extent
    assert window.output == len(range(0, last + 1, window.stride))
    assert window.pad_before == before
    assert window.pad_after <= behind


@given(WINDOWS, WINDOWS)
def test_patches_see_what_the_window_sees(vertical: Window, horizontal: Window) -> None:
    assume(vertical.output > 0 and horizontal.output > 0)
    image = np.arange(vertical.length * horizontal.length * 2).reshape(vertical.length, horizontal.length, 2)
    seen = patches(image, vertical, horizontal, fill=-1)
    assert seen.shape == (vertical.output, horizontal.output, vertical.kernel, horizontal.kernel, 2)
    for (oy, ox, ky, kx), _ in np.ndenumerate(seen[..., 0]):
        y = oy * vertical.stride + ky * vertical.dilation - vertical.pad_before
        x = ox * horizontal.stride + kx * horizontal.dilation - horizontal.pad_before
        inside = 0 <= y < vertical.length and 0 <= x < horizontal.length
        expected = image[y, x].tolist() if inside else [-1, -1]
        assert seen[oy, ox, ky, kx].tolist() == expected
