from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hilbench.power.instruments.lpm01a.stream import Lpm01aStream

_RATE = 10_000.0


def sample(amperes: float) -> bytes:
    return b"%04d-05\r\n" % round(amperes * 1e5)


def capture(idle: int, running: int, after: int) -> bytes:
    """0.05 A asleep, 0.1 A while it runs, with events and time stamps as the instrument puts them."""
    lines = [sample(0.05)] * idle + [b"event 00 ris\r\n"] + [sample(0.1)] * running + [sample(0.05)] * after
    data, count = b"", 0
    for line in lines:
        data += line
        count += not line.startswith(b"event")
        if count and count % 1000 == 0 and not line.startswith(b"event"):
            data += b"\r\nTimeStamp: %03ds %03dms, buff 00%%\r\n" % divmod(count // 10, 1000)
    return data


@given(cuts=st.lists(st.integers(0, 5000), max_size=8))
def test_however_the_bytes_are_cut_the_window_is_found(cuts: list[int]) -> None:
    data = capture(40, 300, 60)
    bounds = [0, *sorted(min(cut, len(data)) for cut in cuts), len(data)]
    stream = Lpm01aStream(_RATE)
    for start, stop in pairwise(bounds):
        stream.feed(data[start:stop])
    assert [(edge.index, edge.rising) for edge in stream.edges] == [(40, False), (340, True)]
    assert stream.count == 400
    assert stream.current[0] == pytest.approx(0.05)
    assert (stream.dropped, stream.gaps) == (0, [])


@pytest.mark.parametrize("step", [1, 9, 27, 45])
def test_however_small_the_pieces_are_the_window_ends_where_the_current_falls(step: int) -> None:
    data = capture(40, 300, 60)
    stream = Lpm01aStream(_RATE)
    for start in range(0, len(data), step):
        stream.feed(data[start : start + step])
    assert [(edge.index, edge.rising) for edge in stream.edges] == [(40, False), (340, True)]


@pytest.mark.parametrize("missing", [0, 1, 7])
def test_time_stamps_tell_what_was_lost(missing: int) -> None:
    data = capture(40, 1200, 900)
    stream = Lpm01aStream(_RATE)
    stream.feed(data.replace(sample(0.1), b"", missing) if missing else data)
    assert stream.dropped == missing
    assert stream.gaps == ([1000 - missing] if missing else [])


def test_each_window_has_its_end() -> None:
    stream = Lpm01aStream(_RATE)
    one = capture(40, 100, 60)
    stream.feed(one + one.replace(b"event 00", b"event 01"))
    assert [(edge.index, edge.rising) for edge in stream.edges] == [
        (40, False),
        (140, True),
        (240, False),
        (340, True),
    ]


def test_the_count_of_events_starts_again_after_a_hundred() -> None:
    stream = Lpm01aStream(_RATE)
    stream.feed(sample(0.05) + b"".join(b"event %02d ris\r\n" % (number % 100) for number in range(250)))
    assert (stream.dropped, len(stream.edges)) == (0, 250)


@pytest.mark.parametrize("junk", [b"64x9-07\r\n", b"\xff\xfe12\r\n", b"event 05 ris\r\n"])
def test_a_line_that_is_none_is_a_lost_sample(junk: bytes) -> None:
    stream = Lpm01aStream(_RATE)
    stream.feed(sample(0.05) * 5 + junk)
    assert (stream.dropped, stream.gaps) == (1, [5])


def test_a_leading_nul_is_the_instruments_habit() -> None:
    stream = Lpm01aStream(_RATE)
    stream.feed(b"\0" + sample(0.05) + b"12345-06\r\n")
    np.testing.assert_allclose(stream.current, [0.05, 0.012345])


def test_without_a_fall_of_the_current_there_is_no_end() -> None:
    stream = Lpm01aStream(_RATE)
    stream.feed(capture(40, 300, 3))
    assert len(stream.edges) == 1


_STAMPS = st.from_regex(rb"TimeStamp: [0-9]+s [0-9]+ms, buff 00%\n")


@given(st.lists(st.binary(max_size=40) | _STAMPS, max_size=30))
def test_junk_is_loss_and_nothing_else(pieces: list[bytes]) -> None:
    stream = Lpm01aStream(_RATE)
    for piece in pieces:
        stream.feed(piece)
    assert stream.count + stream.dropped >= 0


@pytest.mark.parametrize("digits", [400, 5000])
def test_a_time_stamp_that_cannot_be_is_loss(digits: int) -> None:
    stream = Lpm01aStream(_RATE)
    stream.feed(sample(0.05) + b"TimeStamp: " + b"9" * digits + b"s 000ms, buff 00%\r\n")
    assert stream.count == 1
    assert stream.dropped >= 1


def test_a_line_without_end_is_not_kept() -> None:
    stream = Lpm01aStream(_RATE)
    for _ in range(1000):
        stream.feed(b"x" * 1000)
    assert len(stream._pending) <= 2024
    assert stream.dropped > 0
