from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hilbench.image.capacity import Capacity
from hilbench.image.compiled_workload import CompiledWorkload
from hilbench.image.layout import Layout
from hilbench.image.packer import pack
from hilbench.operators import Layer
from hilbench.operators.registry import Registry, load_operators

CASE = load_operators().layer(operator="add", in_h=5, in_w=5, in_c=3)
CAPACITY = Capacity(flash=20_000, code=8_000, arena=1_000, layout=Layout(512), together=False)


def kernel(code: int, weights: int, case: Layer = CASE) -> CompiledWorkload:
    return CompiledWorkload(
        workload=case, key="", objects=(Path(),), code_bytes=code, constant_bytes=weights, stack_bytes=0
    )


kernels = st.lists(st.builds(kernel, st.integers(0, 7_000), st.integers(0, 10_000)), max_size=30)


@given(kernels)
def test_each_kernel_is_in_one_image_that_holds_it(given_kernels: list[CompiledWorkload]) -> None:
    images = pack(given_kernels, CAPACITY)
    packed = sorted(id(one) for image in images for one in image)
    assert packed == sorted(map(id, given_kernels))
    for image in images:
        assert image
        assert sum(one.code_bytes for one in image) <= CAPACITY.code
        assert sum(one.code_bytes + one.constant_bytes for one in image) <= CAPACITY.flash


@given(kernels)
def test_no_two_images_would_fit_in_one(given_kernels: list[CompiledWorkload]) -> None:
    images = pack(given_kernels, CAPACITY)
    for image, later in pairwise(images):
        assert len(pack([*image, later[0]], CAPACITY)) == 2


@given(st.integers(0, 100_000), st.integers(0, 100_000), kernels)
def test_what_seems_too_large_is_left_alone_to_the_linker(
    code: int, weights: int, others: list[CompiledWorkload]
) -> None:
    large = kernel(9_000 + code, 30_000 + weights)
    assert [large] in [list(image) for image in pack([*others, large, *others], CAPACITY)]


@pytest.mark.parametrize(("shape", "size"), [((4, 4, 1), 3 * 16), ((1, 1, 17), 3 * 32), ((5, 5, 3), 3 * 80)])
def test_tensors_are_aligned_in_the_arena(registry: Registry, shape: tuple[int, int, int], size: int) -> None:
    height, width, channels = shape
    case = registry.layer(operator="add", in_h=height, in_w=width, in_c=channels)
    assert case.arena.bytes == size
