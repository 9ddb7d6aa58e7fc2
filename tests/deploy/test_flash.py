"""Kernels within a flash: whatever is left fits, and nothing is refused that could fit."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hilbench.deploy.flash import Cost, check_constants, within_flash
from hilbench.deploy.lowering import lower
from hilbench.errors import DoesNotFit
from hilbench.networks.model_file import read_model
from hilbench.networks.passes import simplify
from hilbench.operators import Layer, load_operators
from tests.networks.small_networks import small_network

REGISTRY = load_operators()
STEPS = [
    [layer.with_kernel(name) for name in ("reference", "dsp", "lean", "compact")]
    for width in (4, 8, 12)
    for layer in [REGISTRY.layer(operator="conv2d", input="6x6x4", out_c=width, kernel=3)]
]
COSTS = st.lists(
    st.builds(Cost, st.integers(1, 10**7).map(float), st.integers(0, 10**6)), min_size=12, max_size=12
)


def largest(field: list[Layer], costs: dict[Layer, Cost]) -> int:
    return max(costs[layer].flash for layer in field)


@given(found=COSTS, flash=st.integers(0, 3 * 10**6))
def test_any_choice_of_what_is_left_fits(found: list[Cost], flash: int) -> None:
    costs = dict(zip((layer for field in STEPS for layer in field), found, strict=True))
    least = sum(min(costs[layer].flash for layer in field) for field in STEPS)
    if least > flash:
        with pytest.raises(DoesNotFit, match="flash") as caught:
            within_flash(STEPS, costs, flash)
        assert caught.value.excess == least - flash
        return
    left = within_flash(STEPS, costs, flash)
    fastest = [min(field, key=lambda layer: (costs[layer].cycles, costs[layer].flash)) for field in STEPS]
    if sum(costs[layer].flash for layer in fastest) > flash:
        assert sum(largest(field, costs) for field in left) <= flash
    assert all(set(field) <= set(whole) and field for field, whole in zip(left, STEPS, strict=True))


def test_the_kernel_that_gains_least_by_its_flash_goes() -> None:
    costs = {layer: Cost(1000.0, 10) for field in STEPS for layer in field}
    for field, gain in zip(STEPS, (900.0, 500.0, 100.0), strict=True):
        costs[field[1]] = Cost(1000.0 - gain, 100)
    left = within_flash(STEPS, costs, 210)
    assert [field[1] in kept for field, kept in zip(STEPS, left, strict=True)] == [True, True, False]


def test_steps_that_are_alike_share_what_there_is() -> None:
    costs = {layer: Cost(1000.0, 10) for field in STEPS for layer in field}
    costs |= {field[1]: Cost(400.0, 100) for field in STEPS}
    left = within_flash(STEPS, costs, 219)
    assert sum(field[1] in kept for field, kept in zip(STEPS, left, strict=True)) == 2


def test_without_a_limit_all_stay() -> None:
    costs = {layer: Cost(1.0, 10**9) for field in STEPS for layer in field}
    assert within_flash(STEPS, costs, None) == STEPS


def test_constants_that_no_kernel_makes_smaller_are_refused_at_once(tmp_path: Path) -> None:
    path = tmp_path / "small.tflite"
    path.write_bytes(small_network())
    schedule = lower(simplify(read_model(path)), REGISTRY)
    needed = sum(step.layer.least_constant_bytes for step in schedule.steps)
    check_constants(schedule, needed)
    sentence = rf"constants of small take {needed} bytes .* there are {needed - 1}, 1 too few; most is in "
    with pytest.raises(DoesNotFit, match=sentence) as refusal:
        check_constants(schedule, needed - 1)
    assert (refusal.value.memory, refusal.value.excess) == ("flash", 1)
