"""Segments in bands of rows compute what whole layers compute, in the memory that is planned for them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hilbench.deploy.memory import plan
from hilbench.deploy.memory.needs import needs_of
from hilbench.deploy.memory.rows import BandedLayer, Rows
from hilbench.deploy.memory.streaming import Segment, stream
from hilbench.deploy.schedule import Schedule, Step
from hilbench.tensors import Array
from tests.deploy.memory.arena import run_in_arena
from tests.deploy.memory.chains import REGISTRY, chains


def expected(schedule: Schedule, image: Array) -> Array:
    """The output of whole layers, each in memory of its own."""
    values = dict(zip(schedule.inputs, [image], strict=True))
    for step in schedule.steps:
        values[step.outputs[0]] = step.layer.reference([values[name] for name in step.inputs])
    return values[schedule.outputs[0]]


def streamed(schedule: Schedule, segment: Segment) -> Schedule:
    layers = [BandedLayer(step.layer) for step in schedule.steps[segment.first : segment.end]]
    return stream(schedule, segment, layers, REGISTRY["strided_slice"])


def drawn_image(schedule: Schedule) -> Array:
    return np.random.default_rng(1).integers(-128, 128, schedule.tensors["t0"].shape, np.int8)


@given(chains())
@settings(deadline=None, max_examples=40)
def test_whole_layers_in_their_memory(schedule: Schedule) -> None:
    needs, image = needs_of(schedule), drawn_image(schedule)
    (output,) = run_in_arena(schedule, plan(needs.buffers, needs.overlaps), [image])
    np.testing.assert_array_equal(output, expected(schedule, image))


@given(data=st.data())
@settings(deadline=None, max_examples=60)
def test_segments_in_bands(data: st.DataObject) -> None:
    schedule = data.draw(chains())
    first = data.draw(st.integers(0, len(schedule.steps) - 1))
    end = data.draw(st.integers(first + 1, len(schedule.steps)))
    banded = streamed(schedule, Segment(first, end, data.draw(st.sampled_from([1, 2, 3, 8]))))
    needs, image = needs_of(banded), drawn_image(schedule)
    found = plan(needs.buffers, needs.overlaps)
    assert max(needs.step_bytes) <= found.peak
    (output,) = run_in_arena(banded, found, [image])
    np.testing.assert_array_equal(output, expected(schedule, image))


def test_nothing_is_computed_twice() -> None:
    whole = REGISTRY.layer(
        operator="conv2d", in_h=17, in_w=4, in_c=2, out_c=2, kernel_h=3, kernel_w=3, stride=2
    )
    layer = BandedLayer(whole)
    assert [len(layer.read(Rows(first, first + 3))) for first in (0, 3, 6)] == [6, 7, 6]
    assert sum(layer.band(Rows(first, first + 3)).outputs[0].elements for first in (0, 3, 6)) == 9 * 2 * 2


def test_a_chain_of_convolutions_keeps_only_rows() -> None:
    schedule = _convolutions(4, size=32, channels=16)
    whole, banded = needs_of(schedule), needs_of(streamed(schedule, Segment(0, 4, 2)))
    assert plan(whole.buffers, whole.overlaps).peak > 18_000
    assert plan(banded.buffers, banded.overlaps).peak < 30_000


@pytest.mark.parametrize("rows", [1, 4])
def test_rows_of_a_turn_do_not_change_the_output(rows: int) -> None:
    schedule = _convolutions(3, size=12, channels=4)
    banded = streamed(schedule, Segment(0, 3, rows))
    needs, image = needs_of(banded), drawn_image(schedule)
    (output,) = run_in_arena(banded, plan(needs.buffers, needs.overlaps), [image])
    np.testing.assert_array_equal(output, expected(schedule, image))


def _convolutions(count: int, size: int, channels: int) -> Schedule:
    """Convolutions of 3x3 one behind the other."""
    layer = REGISTRY.layer(
        operator="conv2d", in_h=size, in_w=size, in_c=channels, out_c=channels, kernel_h=3, kernel_w=3,
        variant="dsp", tuning={"band_kib": 1},
    )  # fmt: skip
    steps = tuple(Step(replace(layer, name=f"t{n}"), (f"t{n}",), (f"t{n + 1}",)) for n in range(count))
    specs = dict.fromkeys((f"t{n}" for n in range(count + 1)), layer.inputs[0])
    return Schedule("convolutions", steps, specs, ("t0",), (f"t{count}",), (layer.inputs[0],))
