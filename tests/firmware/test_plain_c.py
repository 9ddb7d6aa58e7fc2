"""Parsing, checksums and input data of the firmware, against Python's."""

from __future__ import annotations

import ctypes
import string
import zlib

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hilbench.boards.frames import encode
from hilbench.operators.input_fill import fill
from hilbench.tensors import ElementType
from tests.firmware.plain_c import GCC, LINE_BYTES, Line, load_plain_c

pytestmark = pytest.mark.skipif(GCC is None, reason="needs a C compiler for this machine")

words = st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1)
u32 = st.integers(0, 2**32 - 1)


@pytest.fixture(scope="session")
def firmware(tmp_path_factory: pytest.TempPathFactory) -> ctypes.CDLL:
    """The library of the firmware's plain C."""
    return load_plain_c(tmp_path_factory.mktemp("plain"))


def parsed(function: ctypes._NamedFuncPointer, text: str) -> int | None:
    """Number that a parser made of `text`; None when it refused."""
    value = ctypes.c_uint32()
    return value.value if function(text.encode(), ctypes.byref(value)) else None


@given(st.binary())
def test_the_checksum_is_zlib_s(firmware: ctypes.CDLL, data: bytes) -> None:
    assert firmware.hb_crc32(data, len(data)) == zlib.crc32(data)


@pytest.mark.parametrize(
    ("dtype", "code"), [(ElementType.INT8, 0), (ElementType.FLOAT32, 1), (ElementType.INT16, 2)]
)
@given(seed=u32, count=st.integers(0, 500))
def test_inputs_are_the_host_s(
    firmware: ctypes.CDLL, dtype: ElementType, code: int, seed: int, count: int
) -> None:
    expected = fill(dtype, seed, count)
    actual = np.empty_like(expected)
    firmware.hb_fill(actual.ctypes.data, actual.nbytes, code, seed)
    assert actual.tobytes() == expected.tobytes()


@given(data=st.binary(max_size=800), delimiter=st.integers(0, 255))
def test_frames_are_coded_as_the_host_does(firmware: ctypes.CDLL, data: bytes, delimiter: int) -> None:
    room = ctypes.create_string_buffer(1000)
    size = firmware.encode(data, len(data), delimiter, room)
    coded = room.raw[:size]
    assert coded == encode(data, delimiter)
    size = firmware.decode(coded, len(coded), delimiter, room)
    assert room.raw[:size] == data


@given(st.integers(0, 2**64 - 1), st.integers(1, 2**32 - 1))
def test_division(firmware: ctypes.CDLL, dividend: int, divisor: int) -> None:
    remainder = ctypes.c_uint32()
    quotient = firmware.divide(dividend, divisor, ctypes.byref(remainder))
    assert (quotient, remainder.value) == divmod(dividend, divisor)


@given(st.integers(0, 2**40) | st.integers(2**32 - 3, 2**32 + 3))
def test_numbers_are_parsed(firmware: ctypes.CDLL, number: int) -> None:
    expected = number if number < 2**32 else None
    assert parsed(firmware.hb_parse_unsigned, str(number)) == expected


@given(st.text(string.printable))
def test_what_is_no_number_is_refused(firmware: ctypes.CDLL, text: str) -> None:
    is_number = text.isdecimal() and int(text) < 2**32
    assert parsed(firmware.hb_parse_unsigned, text) == (int(text) if is_number else None)


@given(u32 | st.text(string.hexdigits + "xg", max_size=10))
def test_checksums_are_eight_hex_digits(firmware: ctypes.CDLL, given_value: int | str) -> None:
    text = f"{given_value:08x}" if isinstance(given_value, int) else given_value
    is_hex = len(text) == 8 and all(digit in string.hexdigits for digit in text)
    assert parsed(firmware.hb_parse_hex32, text) == (int(text, 16) if is_hex else None)


@given(st.lists(words), st.integers(1, 3))
def test_words_are_split_at_spaces(firmware: ctypes.CDLL, expected: list[str], spaces: int) -> None:
    line = ctypes.create_string_buffer((" " * spaces).join(["", *expected]).encode())
    rest = ctypes.c_void_p(ctypes.addressof(line))
    found = [ctypes.string_at(firmware.hb_token(ctypes.byref(rest))).decode() for _ in expected]
    assert found == expected
    assert ctypes.string_at(firmware.hb_token(ctypes.byref(rest))) == b""


@given(st.binary(max_size=LINE_BYTES + 50))
def test_a_line_is_what_was_typed(firmware: ctypes.CDLL, data: bytes) -> None:
    line = Line()
    typed = data.replace(b"%", b"")
    assert not any(firmware.hb_line_feed(ctypes.byref(line), bytes([byte])) for byte in typed)
    assert firmware.hb_line_feed(ctypes.byref(line), b"%")
    kept = [byte for byte in typed if byte not in b"\r\n"]
    assert line.too_long == (len(kept) >= LINE_BYTES)
    assert line.text == bytes(byte if 32 <= byte <= 126 else ord("?") for byte in kept[: LINE_BYTES - 1])
    firmware.hb_line_clear(ctypes.byref(line))
    assert (line.length, line.too_long) == (0, False)


@given(
    st.one_of(
        st.integers(-(2**31), 2**31 - 1), st.sampled_from([-(2**31), -(2**16), -1, 2**16 - 1, 2**31 - 1])
    ),
    st.one_of(st.integers(0, 2**31 - 1), st.sampled_from([0, 2**16 - 1, 2**16, 2**30, 2**31 - 1])),
)
def test_high_words_without_long_multiplication(firmware: ctypes.CDLL, a: int, b: int) -> None:
    assert firmware.doubling_high_mul(a, b) == (a * b + 2**30) >> 31
