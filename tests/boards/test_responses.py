from __future__ import annotations

import zlib
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hilbench.boards import responses
from hilbench.boards.frames import FRAME_BEGIN, decode, encode
from hilbench.errors import LinkError
from tests.boards.scripted_device import sealed

ENVIRONMENT = {
    "firmware": "2",
    "image": "ab" * 32,
    "clock_hz": "480000000",
    "core_id": "411fc271",
    "chip_id": "20036450",
    "uid": "00" * 12,
    "icache": "on",
    "dcache": "off",
    "flash_ws": "4",
    "placement": "flash",
    "overhead_cycles": "12",
    "counter": "dwt",
    "instruction_counter": "pmu",
    "cases": "6",
}


def environment_lines(**changes: str) -> list[str]:
    return [sealed(f"m-env-[{key}={value}]") for key, value in (ENVIRONMENT | changes).items()]


def test_the_environment_keeps_every_key() -> None:
    info = responses.parse_environment(environment_lines(further="anything at all"))
    assert (info.image, info.clock_hz, info.overhead_cycles) == ("ab" * 32, 480_000_000, 12)
    assert info.environment == ENVIRONMENT | {"further": "anything at all"}


@pytest.mark.parametrize(("told", "counts"), [("pmu", True), ("none", False)])
def test_instructions_are_counted_where_the_firmware_says_so(told: str, counts: bool) -> None:
    info = responses.parse_environment(environment_lines(instruction_counter=told))
    assert info.counts_instructions is counts


@pytest.mark.parametrize("lost", range(len(ENVIRONMENT)))
def test_an_environment_with_a_lost_line_is_an_error(lost: int) -> None:
    lines = environment_lines()
    with pytest.raises(LinkError, match="lacks the key"):
        responses.parse_environment(lines[:lost] + lines[lost + 1 :])


@pytest.mark.parametrize(
    ("key", "told"),
    [
        *(("clock_hz", told) for told in ("0", "-480000000", "1" * 25, "4.8e8", "", "9" * 5000, "+1000000")),
        *(("overhead_cycles", told) for told in ("-999999", "10001", "inf", "0x10", "1_0")),
        *(("flash_ws", told) for told in ("64", "-1")),
        *(("cases", told) for told in ("0", "99999999999999999999")),
        *((key, "xyz") for key in ("image", "core_id", "chip_id", "uid", "icache", "dcache", "counter")),
        ("instruction_counter", "many"),
        ("firmware", "0"),
    ],
)
def test_what_cannot_be_is_refused(key: str, told: str) -> None:
    with pytest.raises(LinkError, match=f"says {key}="):
        responses.parse_environment(environment_lines(**{key: told}))


@given(line=st.integers(0, len(ENVIRONMENT) - 1), flip=st.integers(0, 8 * 100))
def test_an_environment_with_one_wrong_bit_is_refused(line: int, flip: int) -> None:
    lines = environment_lines()
    damaged = bytearray(lines[line].encode())
    damaged[flip // 8 % len(damaged)] ^= 1 << flip % 8
    lines[line] = damaged.decode("latin-1")
    with pytest.raises(LinkError, match="damaged"):
        responses.parse_environment(lines)


@given(samples=st.lists(st.integers(0, 2**32 - 1), max_size=60))
def test_samples_come_back_in_order(samples: list[int]) -> None:
    rows = [samples[at : at + 8] for at in range(0, len(samples), 8)]
    lines = [sealed(f"m-samples-[{' '.join(map(str, row))}]") for row in rows]
    lines.append(sealed(f"m-samples-done-[{len(samples)}]"))
    assert responses.parse_samples(lines, len(samples)) == tuple(samples)


def test_a_lost_line_of_samples_is_an_error() -> None:
    with pytest.raises(LinkError, match="Asked for 3 samples, 3 announced, 1 arrived"):
        responses.parse_samples([sealed("m-samples-[7]"), sealed("m-samples-done-[3]")], 3)


@given(flip=st.integers(0, 8 * 30 - 1))
def test_a_sample_with_one_wrong_bit_is_refused(flip: int) -> None:
    line = bytearray(sealed("m-samples-[1234567 89]").encode())
    line[flip // 8 % len(line)] ^= 1 << flip % 8
    with pytest.raises(LinkError):
        responses.parse_samples([line.decode("latin-1"), sealed("m-samples-done-[2]")], 2)


@pytest.mark.parametrize(
    ("parse", "line"),
    [
        (responses.parse_output, "m-output-[bytes=4294967296 crc=deadbeef stack=0]"),
        (responses.parse_output, f"m-output-[bytes=4 crc=deadbeef stack={'9' * 25}]"),
        (responses.parse_instructions, "m-instructions-[0]"),
        (responses.parse_instructions, f"m-instructions-[{'9' * 25}]"),
        (responses.parse_window, "m-window-[iterations=1 cycles=0]"),
        (responses.parse_window, "m-window-[iterations=1 cycles=9223372036854775808]"),
        (responses.parse_selected, "m-case-selected-[4294967296 0123456789abcdef]"),
    ],
)
def test_numbers_beyond_their_range_are_refused(parse: Callable[[list[str]], object], line: str) -> None:
    with pytest.raises(LinkError):
        parse([sealed(line)])


def test_a_sample_beyond_32_bits_is_refused() -> None:
    with pytest.raises(LinkError, match="must be 0 to 4294967295"):
        responses.parse_samples([sealed("m-samples-[4294967296]"), sealed("m-samples-done-[1]")], 1)


def test_output_and_window() -> None:
    output = responses.parse_output([sealed("m-output-[bytes=64 crc=deadbeef stack=312]")])
    assert (output.bytes, output.crc32, output.stack_bytes) == (64, 0xDEADBEEF, 312)
    assert responses.parse_instructions([sealed("m-instructions-[4000000000]")]) == 4_000_000_000
    window = responses.parse_window([sealed("m-window-[iterations=9 cycles=99999999999]")])
    assert (window.iterations, window.cycles) == (9, 99_999_999_999)


def tensor_line(offset: int, data: bytes) -> str:
    return sealed(f"m-tensor-[{offset} {len(data)} {zlib.crc32(data):08x}]")


def frame_of(data: bytes) -> bytes:
    return bytes([FRAME_BEGIN]) + encode(data, ord("\n"))


@given(data=st.binary(max_size=600), offset=st.integers(0, 10_000))
def test_a_frame_carries_its_bytes(data: bytes, offset: int) -> None:
    assert responses.parse_tensor(tensor_line(offset, data), frame_of(data), offset, len(data)) == data


@given(data=st.binary(min_size=1, max_size=300), position=st.integers(0, 300), flip=st.integers(1, 255))
def test_a_frame_with_a_wrong_byte_is_refused(data: bytes, position: int, flip: int) -> None:
    frame = bytearray(frame_of(data))
    frame[1 + position % (len(frame) - 1)] ^= flip
    with pytest.raises(LinkError, match="damaged"):
        responses.parse_tensor(tensor_line(0, data), bytes(frame), 0, len(data))


@given(data=st.binary(max_size=800), delimiter=st.integers(0, 255))
def test_a_delimiter_is_left_out_and_comes_back(data: bytes, delimiter: int) -> None:
    coded = encode(data, delimiter)
    assert delimiter not in coded
    assert len(coded) <= len(data) + 1 + len(data) // 254
    assert decode(coded, delimiter) == data


@pytest.mark.parametrize(
    "parse",
    [
        responses.parse_output,
        responses.parse_instructions,
        responses.parse_window,
        responses.parse_selected,
        responses.parse_environment,
    ],
)
@given(junk=st.lists(st.text(max_size=40), max_size=4))
def test_junk_is_a_link_error_and_nothing_else(parse: Callable[[list[str]], object], junk: list[str]) -> None:
    with pytest.raises(LinkError):
        parse(junk)


def test_segments_are_cycles_in_their_order() -> None:
    lines = [*map(sealed, ("m-steps-[1 2 3 4 5 6 7 8]", "m-steps-[9]", "m-steps-done-[9]"))]
    assert responses.parse_steps(lines, 9) == tuple(range(1, 10))


@pytest.mark.parametrize(
    "lines",
    [
        ["m-steps-[1 2]"],
        ["m-steps-[1]", "m-steps-done-[1]"],
        ["m-steps-[1 2]", "m-steps-done-[3]"],
        ["m-steps-[1 4294967296]", "m-steps-done-[2]"],
        ["m-samples-[1 2]", "m-samples-done-[2]"],
    ],
)
def test_other_segments_than_those_asked_for_are_an_error(lines: list[str]) -> None:
    with pytest.raises(LinkError):
        responses.parse_steps(list(map(sealed, lines)), 2)


def test_segments_that_arrive_damaged_are_an_error() -> None:
    lines = [sealed("m-steps-[1 2]").replace("2]", "3]"), sealed("m-steps-done-[2]")]
    with pytest.raises(LinkError, match="damaged"):
        responses.parse_steps(lines, 2)
