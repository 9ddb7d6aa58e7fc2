"""Changes to matplotlib's drawings on their way into the page."""

from __future__ import annotations

import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from hilbench.power import PowerTrace
from hilbench.provenance import Provenance
from hilbench.report.plots.canvas import Panel, draw, log_axis
from hilbench.report.plots.palette import Ink, Ramp, series, shade, to_css
from hilbench.report.plots.trace import envelope

PANEL = Panel("unit", "A title", "What it <shows>", Provenance.MEASURED)


def test_a_drawing_is_small_themed_and_described() -> None:
    def paint(axes: Axes) -> None:
        axes.plot([1, 10, 100], [1, 2, 3], "o-", color=series(2))
        axes.text(10, 2, "label", color=Ink.SOFT)
        log_axis(axes, "x")

    svg = str(draw(PANEL, paint))
    assert svg.startswith('<svg viewBox="0 0 420 300" role="img" aria-label="What it &lt;shows&gt;"')
    assert "var(--series-2)" in svg
    assert not re.search(r"#0[abc][0-9a-f]{4}", svg)
    assert ">label</text>" in svg
    assert "font-family" not in svg
    assert len(svg) < 10_000


@given(st.floats(1e-3, 1e6), st.floats(1, 5))
def test_a_logarithmic_axis_has_marks_and_shows_small_differences_small(low: float, ratio: float) -> None:
    figure = Figure()
    axes = figure.add_subplot()
    axes.plot([low, low * ratio], [1, 2])
    log_axis(axes, "x")
    start, end = axes.get_xlim()
    assert end > 1.2 * start
    assert start <= low
    assert low * ratio <= end
    assert 2 <= sum(start <= tick <= end for tick in axes.get_xticks()) <= 7


def test_the_same_data_gives_the_same_drawing() -> None:
    def paint(axes: Axes) -> None:
        axes.fill_between([0, 1], [0, 1])

    assert draw(PANEL, paint) == draw(PANEL, paint)


@pytest.mark.parametrize("ink", list(Ink))
def test_every_ink_is_a_variable_of_the_style_sheet(ink: Ink) -> None:
    assert to_css(f"fill: {ink}") == f"fill: var(--{ink.name.lower()})"


@given(st.sampled_from(list(Ramp)), st.floats(0, 1))
def test_a_shade_mixes_the_ends_of_its_ramp(ramp: Ramp, fraction: float) -> None:
    found = re.fullmatch(
        rf"color-mix\(in oklab, var\(--{ramp}-high\) (\d+)%, var\(--{ramp}-low\)\)",
        to_css(shade(ramp, fraction)),
    )
    assert found
    assert int(found[1]) == pytest.approx(100 * fraction, abs=1)


@given(st.integers(1, 5000), st.integers(0, 2**32 - 1))
def test_an_envelope_keeps_every_peak(samples: int, seed: int) -> None:
    current = np.random.default_rng(seed).random(samples)
    times, low, high = envelope(PowerTrace(current, np.full(samples, 3.3), 1000.0))
    assert (low.min(), high.max()) == (current.min(), current.max())
    assert len(times) == len(low) == len(high) <= 320
    assert (low <= high).all()
