"""Drawings of the report: inline SVG in the page's colours, with axes that say what they show."""

from __future__ import annotations

import math
import re
import xml.etree.ElementTree as ET

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hilbench.power import PowerTrace
from hilbench.provenance import Provenance
from hilbench.report.plots.axis import linear_axis, log_axis
from hilbench.report.plots.canvas import WIDTH, Canvas, Panel
from hilbench.report.plots.eta import medians
from hilbench.report.plots.marks import symbol
from hilbench.report.plots.palette import Ink, Ramp, series, shade
from hilbench.report.plots.trace import envelope
from tests.analysis.rows import frame, measurement

PANEL = Panel("unit", "A <title>", 'What it "shows"', Provenance.MEASURED)


def canvas() -> Canvas:
    return Canvas(PANEL, linear_axis(0, 10, "x <unit>"), log_axis([1, 100], "y"))


def test_a_drawing_is_small_well_formed_and_described() -> None:
    drawing = canvas()
    drawing.line([(0, 1), (10, 100)], series(2))
    drawing.text((5, 5), "<label>", color=Ink.SOFT)
    text = str(drawing.svg())
    svg = ET.fromstring(text)  # noqa: S314  # drawn a moment ago
    assert svg.attrib["viewBox"] == "0 0 420 300"
    assert svg.attrib["role"] == "img"
    assert svg.attrib["aria-label"] == 'What it "shows"'
    assert {"A <title>", "measured", "<label>", "x <unit>"} <= {each.text for each in svg.iter("text")}
    assert "var(--series-2)" in text
    assert len(text) < 5_000


def test_marks_name_their_rows_and_lie_where_their_values_are() -> None:
    drawing = canvas()
    drawing.marks([(0, 1), (10, 1)], [7, 9], symbol(1), series(0), series="conv2d|dsp")
    (path,) = re.findall(r'<path class="marks"[^>]*>', str(drawing.svg()))
    assert 'data-rows="7 9"' in path
    assert 'data-series="conv2d|dsp"' in path
    places = [tuple(map(float, found)) for found in re.findall(r"M([\d.]+) ([\d.]+)m", path)]
    assert np.ravel(places) == pytest.approx([drawing.left, drawing.y(1), WIDTH - 12, drawing.y(1)], abs=0.1)


@given(st.floats(1e-3, 1e6), st.floats(1, 1e6))
def test_a_logarithmic_axis_has_marks_and_shows_small_differences_small(low: float, ratio: float) -> None:
    axis = log_axis([low, low * ratio])
    assert axis.high > 1.2 * axis.low
    assert axis.low <= low
    assert low * ratio <= axis.high
    ticks = [tick for tick, _ in axis.ticks]
    assert 2 <= len(ticks) <= 9
    assert all(axis.low <= tick <= axis.high for tick in ticks)
    assert axis.fraction(math.sqrt(axis.low * axis.high)) == pytest.approx(0.5)


@given(st.floats(-1e6, 1e6), st.floats(1e-3, 1e6))
def test_a_linear_axis_has_round_marks_within_it(low: float, length: float) -> None:
    axis = linear_axis(low, low + length)
    ticks = [tick for tick, _ in axis.ticks]
    assert 2 <= len(ticks) <= 7
    assert all(-1e-6 <= axis.fraction(tick) <= 1 + 1e-6 for tick in ticks)


def test_lines_join_medians_of_equal_macs_only() -> None:
    rows = [
        measurement(macs=macs, channels=number + 1, cycles=[cycles] * 3)
        for number, (macs, cycles) in enumerate(((100, 10), (100, 30), (150, 99), (200, 40), (200, 60)))
    ]
    assert medians(frame(*rows), "cycles_median") == [(100, 20), (200, 50)]


@pytest.mark.parametrize("ink", list(Ink))
def test_every_ink_is_a_variable_of_the_style_sheet(ink: Ink) -> None:
    assert ink == f"var(--{ink.name.lower()})"


@given(st.sampled_from(list(Ramp)), st.floats(0, 1))
def test_a_shade_mixes_the_ends_of_its_ramp(ramp: Ramp, fraction: float) -> None:
    found = re.fullmatch(
        rf"color-mix\(in oklab, var\(--{ramp}-high\) (\d+)%, var\(--{ramp}-low\)\)", shade(ramp, fraction)
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
