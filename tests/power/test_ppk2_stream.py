from __future__ import annotations

from itertools import pairwise

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from hilbench.power.instruments.ppk2.stream import Ppk2Stream
from hilbench.power.trace import Edge
from tests.power.ppk2_on_a_pty import samples

_ADC = np.arange(400) * 13 % 16_000


def collected(*pieces: bytes) -> Ppk2Stream:
    stream = Ppk2Stream(trigger_input=0)
    for piece in pieces:
        stream.feed(piece)
    return stream


def adc_of(stream: Ppk2Stream) -> list[int]:
    return [int(word) & 0x3FFF for word in stream.words]


@given(cuts=st.lists(st.integers(0, 1600), max_size=12))
def test_however_the_bytes_are_cut_the_samples_are_the_same(cuts: list[int]) -> None:
    data = samples(_ADC)
    bounds = [0, *sorted(cuts), len(data)]
    stream = collected(*(data[a:b] for a, b in pairwise(bounds)))
    assert adc_of(stream) == list(_ADC)
    assert (stream.dropped, stream.gaps) == (0, [])


@given(at=st.integers(20, 380), lost=st.integers(1, 62))
def test_lost_samples_are_counted_and_their_place_is_known(at: int, lost: int) -> None:
    data = samples(np.arange(1000))
    stream = collected(data[: 4 * at], data[4 * (at + lost) :])
    assert stream.gaps == [at]
    assert stream.dropped == lost
    assert adc_of(stream) == [*range(at), *range(at + lost, 1000)]


@given(at=st.integers(20, 380), slip=st.integers(1, 3))
def test_lost_bytes_lose_samples_but_not_the_rest(at: int, slip: int) -> None:
    data = samples(_ADC)
    stream = collected(data[: 4 * at], data[4 * at + slip :])
    assert adc_of(stream)[:at] == list(_ADC[:at])
    assert adc_of(stream)[10 - 400 + at :] == list(_ADC[at + 10 :])
    assert at <= stream.gaps[0] <= at + 2  # a displaced word passes for a sample once in 64
    assert stream.dropped >= 1


@given(junk=st.binary(min_size=1, max_size=40), at=st.integers(20, 380))
def test_foreign_bytes_in_the_stream_are_a_gap(junk: bytes, at: int) -> None:
    data = samples(_ADC)
    stream = collected(data[: 4 * at], junk, data[4 * at :])
    assert adc_of(stream)[:at] == list(_ADC[:at])
    assert at <= stream.gaps[0] <= at + 2 + len(junk) // 4  # a junk word passes for a sample once in 64


@given(garbage=st.binary(max_size=30))
def test_garbage_before_the_first_sample_is_no_loss(garbage: bytes) -> None:
    stream = collected(garbage + samples(_ADC))
    assert adc_of(stream)[-350:] == list(_ADC[-350:])


def test_trigger_edges_stand_at_their_samples() -> None:
    trigger = np.ones(400, bool)
    trigger[100:250] = False
    data = samples(_ADC, trigger=trigger)
    for cut in (4 * 100, 4 * 100 + 2, 4 * 250, 77):
        stream = collected(data[:cut], data[cut:])
        assert stream.edges == [Edge(100, rising=False), Edge(250, rising=True)]


def test_a_stream_without_samples_has_no_words() -> None:
    assert collected(b"").words.tolist() == []


def test_too_little_to_tell_is_kept_for_later() -> None:
    stream = collected(samples(_ADC)[:20])
    assert stream.count == 0
    stream.feed(samples(_ADC)[20:60])
    assert stream.count == 15
