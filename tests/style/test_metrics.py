"""Metrics of stylised pictures: known values, and what controls must show."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from hilbench.style.metrics.estimate import over_pictures, over_seeds
from hilbench.style.metrics.moments import Moments, frechet_distances, gram_distances
from hilbench.style.metrics.pixels import chroma_difference, peak_signal_to_noise, structural_similarity

Pictures = NDArray[np.uint8]


def features(seed: int, shift: float = 0.0, scale: float = 1.0) -> NDArray[np.float32]:
    random = np.random.default_rng(seed)
    return (random.normal(size=(3, 20, 20, 5)) * scale + shift).astype(np.float32)


def test_frechet_distance_of_shifted_features_is_the_shift_squared() -> None:
    plain = features(0)
    moved = plain + np.array([3, 0, 0, 4, 0], np.float32)
    first = Moments.of(plain[:1])
    assert frechet_distances(Moments.of(moved[:1]), first) == pytest.approx([25], rel=1e-4)
    assert frechet_distances(first, first) == pytest.approx([0], abs=1e-6)


def test_frechet_distance_of_scaled_features_follows_from_their_deviations() -> None:
    plain = features(1)[:1]
    plain -= plain.mean((1, 2), keepdims=True)
    moments = Moments.of(plain)
    wanted = np.trace(moments.covariances[0])  # |s - 1|² times the trace, for s = 2
    assert frechet_distances(Moments.of(2 * plain), moments) == pytest.approx([wanted], rel=1e-4)


def test_gram_distance_is_the_norm_of_the_difference() -> None:
    plain = features(2)
    moments, style = Moments.of(plain), Moments.of(plain[:1])
    flat = plain.reshape(3, -1, 5).astype(np.float64)
    grams = np.einsum("npc,npd->ncd", flat, flat) / 400
    assert gram_distances(moments, style) == pytest.approx(
        [np.linalg.norm(each - grams[0]) for each in grams]
    )


@given(st.lists(st.floats(-10, 10), min_size=1, max_size=30))
def test_an_interval_holds_the_mean_and_lies_between_the_ends(values: list[float]) -> None:
    found = over_pictures(np.array(values))
    assert min(values) - 1e-9 <= found.low <= found.mean + 1e-9
    assert found.mean - 1e-9 <= found.high <= max(values) + 1e-9
    assert found.worst == max(values)


def test_seeds_that_differ_widen_the_interval() -> None:
    random = np.random.default_rng(0)
    pictures = random.normal(size=50)
    alone = over_seeds([pictures, pictures, pictures])
    apart = over_seeds([pictures - 1, pictures, pictures + 1])
    assert alone.mean == pytest.approx(apart.mean)
    assert apart.high - apart.low > 2 * (alone.high - alone.low)


def test_signal_to_noise_of_one_step_off_is_48_decibels() -> None:
    picture = np.full((1, 8, 8, 3), 100, np.uint8)
    assert peak_signal_to_noise(picture + np.uint8(1), picture) == pytest.approx([48.13], abs=0.01)
    assert np.isinf(peak_signal_to_noise(picture, picture)).all()


def test_chroma_counts_color_and_not_lightness(photographs: Pictures) -> None:
    gray = np.full((1, 16, 16, 3), 80, np.uint8)
    assert chroma_difference(gray + np.uint8(60), gray) == pytest.approx([0], abs=0.1)
    red, green = np.zeros_like(gray), np.zeros_like(gray)
    red[..., 0], green[..., 1] = 255, 255
    assert chroma_difference(red, green) == pytest.approx([167.0], abs=0.2)  # of sRGB's primaries
    assert (structural_similarity(photographs, photographs) == 1).all()
    assert (structural_similarity(photographs, photographs[::-1]) < 0.5).all()
