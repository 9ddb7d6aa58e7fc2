"""Binary frames of tensors on the serial line (docs/serial-protocol.md), as in firmware/common/frame.c."""

from __future__ import annotations

import struct
import zlib

from hilbench.errors import LinkError

FRAME_BYTES = 4096
"""Largest piece of a tensor in one frame."""
FRAME_BEGIN = 0x02
"""First byte of a frame; no line of text begins so."""
FRAME_END = ord("%")
"""Last byte of a frame to the device, and no other byte of it."""

_LINE_END = ord("\n")
_LONGEST_RUN = 254
_HEADER = struct.Struct("<BxHI")


def frame_to_device(index: int, offset: int, data: bytes) -> bytes:
    """Frame with `data` for input `index` from `offset` on: header and data, each with its CRC-32."""
    header = _HEADER.pack(index, len(data), offset)
    content = header + _checksum(header) + data + _checksum(data)
    return bytes([FRAME_BEGIN]) + encode(content, FRAME_END) + bytes([FRAME_END])


def data_of_frame(line: bytes) -> bytes:
    """Data in a line of the device's that is a frame, without its end.

    Raises:
        LinkError: no bytes are coded so.
    """
    return decode(line[1:], _LINE_END)


def encode(data: bytes, delimiter: int) -> bytes:
    """`data` by consistent overhead byte stuffing (Cheshire and Baker, SIGCOMM 1997) without `delimiter`."""
    coded = bytearray()
    for run in data.split(b"\0"):
        while len(run) >= _LONGEST_RUN:
            coded += b"\xff" + run[:_LONGEST_RUN]
            run = run[_LONGEST_RUN:]
        coded.append(len(run) + 1)
        coded += run
    return _masked(bytes(coded), delimiter)


def decode(coded: bytes, delimiter: int) -> bytes:
    """Bytes that `encode` has coded.

    Raises:
        LinkError: the last block is cut short, or the delimiter is among them.
    """
    plain = _masked(coded, delimiter)
    data = bytearray()
    position = 0
    while position < len(plain):
        code = plain[position]
        run = plain[position + 1 : position + code]
        if code == 0 or len(run) != code - 1:
            raise LinkError("A frame arrived damaged.")
        data += run
        position += code
        if code <= _LONGEST_RUN and position < len(plain):
            data.append(0)
    return bytes(data)


def _masked(data: bytes, delimiter: int) -> bytes:
    return data.translate(bytes(byte ^ delimiter for byte in range(256)))


def _checksum(data: bytes) -> bytes:
    return zlib.crc32(data).to_bytes(4, "little")
