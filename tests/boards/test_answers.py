from __future__ import annotations

import zlib
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hilbench.boards import answers
from hilbench.errors import LinkError

_ENVIRONMENT = [
    "m-env-[image=ab]",
    "m-env-[clock_hz=480000000]",
    "m-env-[overhead_cycles=12]",
    "m-env-[icache=on]",
]


def test_the_environment_keeps_every_key() -> None:
    info = answers.parse_environment(_ENVIRONMENT)
    assert (info.image, info.clock_hz, info.overhead_cycles) == ("ab", 480_000_000, 12)
    assert info.environment["icache"] == "on"


@pytest.mark.parametrize(("told", "counts"), [(["pmu"], True), (["none"], False), ([], False)])
def test_instructions_are_counted_where_the_firmware_says_so(told: list[str], counts: bool) -> None:
    lines = [*_ENVIRONMENT, *(f"m-env-[instruction_counter={word}]" for word in told)]
    assert answers.parse_environment(lines).counts_instructions is counts


@pytest.mark.parametrize("lost", range(3))
def test_an_environment_with_a_lost_line_is_an_error(lost: int) -> None:
    with pytest.raises(LinkError):
        answers.parse_environment(_ENVIRONMENT[:lost] + _ENVIRONMENT[lost + 1 :])


@given(samples=st.lists(st.integers(0, 2**32 - 1), max_size=60))
def test_samples_come_back_in_order(samples: list[int]) -> None:
    rows = [samples[at : at + 8] for at in range(0, len(samples), 8)]
    lines = [f"m-samples-[{' '.join(map(str, row))}]" for row in rows]
    lines.append(f"m-samples-done-[{len(samples)}]")
    assert answers.parse_samples(lines, len(samples)) == tuple(samples)


def test_a_lost_line_of_samples_is_an_error() -> None:
    with pytest.raises(LinkError, match="Asked for 3 samples, 3 announced, 1 arrived"):
        answers.parse_samples(["m-samples-[7]", "m-samples-done-[3]"], 3)


def test_output_and_window() -> None:
    output = answers.parse_output(["m-output-[bytes=64 crc=deadbeef stack=312]"])
    assert (output.bytes, output.crc32, output.stack_bytes) == (64, 0xDEADBEEF, 312)
    assert answers.parse_instructions(["m-instructions-[4000000000]"]) == 4_000_000_000
    window = answers.parse_window(["m-window-[iterations=9 cycles=99999999999]"])
    assert (window.iterations, window.cycles) == (9, 99_999_999_999)


@given(data=st.binary(max_size=256), offset=st.integers(0, 10_000))
def test_a_frame_carries_its_bytes(data: bytes, offset: int) -> None:
    line = f"m-frame-[{offset} {len(data)} {zlib.crc32(data):08x} {data.hex()}]"
    assert answers.parse_frame([line], offset, len(data)) == data


@given(data=st.binary(min_size=1, max_size=64), flip=st.integers(0, 10_000))
def test_a_frame_with_one_wrong_bit_is_refused(data: bytes, flip: int) -> None:
    damaged = bytearray(data)
    damaged[flip // 8 % len(data)] ^= 1 << flip % 8
    line = f"m-frame-[0 {len(data)} {zlib.crc32(data):08x} {damaged.hex()}]"
    with pytest.raises(LinkError, match="damaged"):
        answers.parse_frame([line], 0, len(data))


@pytest.mark.parametrize(
    "parse",
    [
        answers.parse_output,
        answers.parse_instructions,
        answers.parse_window,
        answers.parse_selected,
        answers.parse_environment,
    ],
)
@given(junk=st.lists(st.text(max_size=40), max_size=4))
def test_junk_is_a_link_error_and_nothing_else(parse: Callable[[list[str]], object], junk: list[str]) -> None:
    with pytest.raises(LinkError):
        parse(junk)
